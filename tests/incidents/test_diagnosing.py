"""Checklists: which are offered, the version that a record keeps, and what came out of steps."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import translation

from core.errors import NotAllowed, Refused, Stale, ValidationError
from incidents.models import Diagnosis, DiagnosisStep, Guide, GuideVersion, Incident
from incidents.services import diagnosing
from incidents.timeline import INCIDENT_TIMELINE
from tests.factories import a_service, an_incident
from tests.incidents.guides import a_guide

pytestmark = pytest.mark.django_db


@pytest.fixture
def begun(cast: Any) -> Incident:
    """An incident with a checklist, beside one of its own that it has not begun."""
    a_guide(cast, "other")
    return diagnosing.begin_diagnosis(
        an_incident(cast, "in_progress"), actor=cast.agent_l1, checklist=a_guide(cast)
    )


def offered(incident: Incident) -> list[str]:
    return [guide.key for guide in diagnosing.guides_for(incident).order_by("key")]


def test_what_is_offered_fits_the_kind_and_the_service(cast: Any) -> None:
    incident = an_incident(cast)
    a_guide(cast, "everywhere")
    a_guide(cast, "here", service=incident.service)
    a_guide(cast, "elsewhere", service=a_service(cast))
    a_guide(cast, "enquiries", for_kind="enquiry")
    a_guide(cast, "retired", is_offered=False)
    assert offered(incident) == ["everywhere", "here"]


def test_what_was_begun_keeps_its_version(cast: Any, begun: Incident) -> None:
    guide = Guide.objects.get(key="no-answer")
    steps = {"steps_en": ["Ask"], "steps_es": ["Pregunte"]}
    assert diagnosing.edit_guide(guide, actor=cast.service_manager, **steps).version == 2
    kept = Diagnosis.objects.get().guide_version
    assert (kept.number, kept.steps_en) == (1, ["Ping it", "Read its log"])
    assert diagnosing.newest_version(guide).number == 2
    with translation.override("es-mx"):
        assert kept.steps == ["Hágale ping", "Lea su bitácora"]


def test_another_title_is_no_new_version(cast: Any, begun: Incident) -> None:
    guide = Guide.objects.get(key="no-answer")
    same = {"steps_en": ["Ping it", "Read its log"]}
    diagnosing.edit_guide(guide, actor=cast.team_lead, title_en="Silent", **same)
    assert guide.versions.count() == 1
    guide.refresh_from_db()
    assert (guide.title_en, guide.version) == ("Silent", 2)


def test_steps_are_done_and_corrected_over_rest(cast: Any, api_of: Any) -> None:
    incident = an_incident(cast, "in_progress")
    a_guide(cast)
    at = f"/api/v1/incidents/{incident.reference}/"
    client = api_of(cast.agent_l1)
    made = client.post(f"{at}diagnoses/", {"checklist": "no-answer"})
    assert made.status_code == 201, made.json()
    facts = {"action": "tick_step", "diagnosis": made.json()[0]["id"], "step": 2}
    for result in ({"result": "good"}, {"result": "bad", "note": "Time-outs"}):
        answer = client.post(f"{at}transitions/", facts | result)
        assert answer.status_code == 200, answer.json()
    (shown,) = client.get(f"{at}diagnoses/").json()
    (done,) = shown["done"]
    assert (shown["checklist"], shown["steps_version"]) == ("no-answer", 1)
    assert {name: done[name] for name in ("step", "result", "note", "done_by")} == {
        "step": 2,
        "result": "bad",
        "note": "Time-outs",
        "done_by": "agent_l1",
    }
    history = DiagnosisStep.history.order_by("history_id").values_list("result", flat=True)
    assert list(history) == ["good", "bad"]


def test_the_timeline_tells_of_steps(cast: Any, begun: Incident) -> None:
    pk = Diagnosis.objects.get().pk
    diagnosing.tick_step(begun, actor=cast.agent_l2, diagnosis=pk, step=1, result="good")
    page = INCIDENT_TIMELINE.read(begun, cast.agent_l1, size=50, before=None, kinds=["change"])
    said = [(e.actor, str(c)) for e in page.entries for c in e.details.get("changes", ())]
    assert ("agent_l2", "Ping it · As it should be") in said


def test_what_is_refused(cast: Any, begun: Incident, refuses: Any) -> None:
    pk = Diagnosis.objects.get().pk
    guide = Guide.objects.get(key="no-answer")
    mine = {"actor": cast.agent_l1, "diagnosis": pk}
    elsewhere = an_incident(cast)
    with refuses(Refused, "this checklist was begun already"):
        diagnosing.begin_diagnosis(begun, actor=cast.agent_l1, checklist=guide)
    with refuses(ValidationError, "The checklist has no such step."):
        diagnosing.tick_step(begun, step=3, result="good", **mine)
    with refuses(ValidationError, "Say what you found."):
        diagnosing.tick_step(begun, step=1, result="bad", **mine)
    with refuses(ValidationError, "This checklist was not begun here."):
        diagnosing.tick_step(elsewhere, step=1, result="good", **mine)
    with refuses(NotAllowed, "your role does not include this action"):
        diagnosing.edit_guide(guide, actor=cast.agent_l1, title_en="Mine")
    with refuses(ValidationError, "Write as many steps as in English."):
        diagnosing.edit_guide(guide, actor=cast.team_lead, steps_es=["Una"])
    with refuses(Stale):
        diagnosing.edit_guide(guide, actor=cast.team_lead, version=7, title_en="Late")
    assert DiagnosisStep.objects.count() == 0


def test_the_database_keeps_versions_and_steps(cast: Any, begun: Incident) -> None:
    diagnosis = Diagnosis.objects.get()
    diagnosing.tick_step(begun, actor=cast.agent_l1, diagnosis=diagnosis.pk, step=1, result="good")
    refused = (
        lambda: GuideVersion.objects.update(steps_en=["Another", "One"]),
        lambda: Diagnosis.objects.update(begun_by=cast.agent_l2),
        lambda: DiagnosisStep.objects.update(step=2),
        lambda: DiagnosisStep.objects.all().delete(),
        lambda: _raw("UPDATE incidents_diagnosisstep SET step = 9"),
    )
    for attempt in refused:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()
    newest = diagnosis.guide_version
    with pytest.raises(IntegrityError), transaction.atomic():
        GuideVersion.objects.create(
            guide=newest.guide, number=9, steps_en=["One"], steps_es=[], made_by=cast.team_lead
        )


def _raw(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)


def test_the_page_shows_what_is_left(cast: Any, client: Any, begun: Incident) -> None:
    client.force_login(cast.agent_l1)
    shown = client.get(f"/incidents/incident/{begun.pk}/change/").content.decode()
    assert "Ping it" in shown
    assert "0 of 2 steps done." in shown
    assert "checklist=other" in shown
    assert "checklist=no-answer" not in shown


def test_leads_keep_checklists_in_the_portal(cast: Any, client: Any) -> None:
    facts = {"key": "slow", "title_en": "Slow", "title_es": "Lento", "for_kind": "incident"}
    facts |= {"steps_en": "Measure\n\nCompare", "steps_es": "Mida\nCompare", "is_offered": "on"}
    client.force_login(cast.team_lead)
    made = client.post("/incidents/guide/add/", facts)
    assert made.status_code == 302, made.content.decode()
    guide = Guide.objects.get()
    assert diagnosing.newest_version(guide).steps_en == ["Measure", "Compare"]
    shown = client.get(f"/incidents/guide/{guide.pk}/change/").content.decode()
    assert "Measure · Compare" in shown
    client.force_login(cast.agent_l1)
    assert client.post("/incidents/guide/add/", facts | {"key": "mine"}).status_code == 403
    assert client.get("/incidents/guide/").status_code == 200


def test_the_list_and_the_page_ask_as_often_for_many(
    cast: Any, client: Any, django_assert_max_num_queries: Any, api_of: Any
) -> None:
    for number in range(3):
        a_guide(cast, f"guide-{number}")
    api = api_of(cast.agent_l1)
    assert len(api.get("/api/v1/diagnosis-checklists/").json()["results"]) == 3
    with django_assert_max_num_queries(12):
        api.get("/api/v1/diagnosis-checklists/")
