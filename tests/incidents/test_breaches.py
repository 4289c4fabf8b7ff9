"""Missed targets of the mandate: a lead says why, before the incident is closed."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone, translation

from core.errors import NotAllowed, Refused, ValidationError
from incidents import services
from incidents.models import BreachReason, Incident, TargetBreach
from incidents.workflow import INCIDENT_WORKFLOW
from tests.factories import an_incident
from tests.incidents.missing import a_breach_reason, a_late_one


def explain(incident, cast, reason, metrics=("detect",), **given):
    actor = given.pop("actor", cast.team_lead)
    return services.explain_misses(incident, actor=actor, metrics=metrics, reason=reason, **given)


def reasons_against_closing(incident, actor):
    offered = INCIDENT_WORKFLOW.available(incident, actor)
    close = next(one for one in offered if one.action == "close")
    return [str(reason) for reason in close.reasons]


def test_what_was_missed_is_explained_before_it_is_closed(cast):
    reason, incident = a_breach_reason(), a_late_one(cast)
    said = ["a reason is required for the missed target: Detect"]
    assert reasons_against_closing(incident, cast.agent_l1) == said
    with pytest.raises(Refused):
        services.close_incident(incident, actor=cast.agent_l1)
    assert Incident.objects.get(pk=incident.pk).status == "resolved"
    explain(incident, cast, reason, note="monitoring was down")
    closed = services.close_incident(incident, actor=cast.agent_l1)
    assert closed.status == "closed"


def test_nothing_is_asked_of_what_was_met_nor_of_drills_nor_without_reasons(cast):
    late = a_late_one(cast)
    assert reasons_against_closing(late, cast.agent_l1) == []
    a_breach_reason()
    now = timezone.now()
    met = an_incident(cast, "resolved", started_at=now, detected_at=now)
    drill = a_late_one(cast, is_drill=True)
    assert reasons_against_closing(met, cast.agent_l1) == []
    assert reasons_against_closing(drill, cast.agent_l1) == []
    assert len(reasons_against_closing(late, cast.agent_l1)) == 1


def test_the_portal_leaves_open_what_waits_for_a_reason(cast):
    reason, waits = a_breach_reason(), a_late_one(cast)
    other = a_late_one(cast)
    explain(other, cast, reason)
    later = timezone.now() + timedelta(days=30)
    assert services.close_incidents_resolved_before(later) == 1
    states = {i.pk: i.status for i in Incident.objects.all()}
    assert states == {waits.pk: "resolved", other.pk: "closed"}


def test_only_a_lead_of_its_team_says_why(cast):
    reason, incident = a_breach_reason(), a_late_one(cast)
    with pytest.raises(NotAllowed):
        explain(incident, cast, reason, actor=cast.agent_l1)
    assert not TargetBreach.objects.exists()


def test_only_of_what_was_missed_and_by_a_reason_that_is_offered(cast):
    reason, incident = a_breach_reason(), a_late_one(cast)
    old = a_breach_reason("old", is_offered=False)
    for metrics, why in ((("remediate",), reason), ((), reason), (("detect",), old)):
        with pytest.raises(ValidationError):
            explain(incident, cast, why, metrics)
    assert not TargetBreach.objects.exists()


def test_said_anew_it_takes_the_place_and_history_keeps_both(cast):
    incident = a_late_one(cast)
    explain(incident, cast, a_breach_reason())
    explain(incident, cast, a_breach_reason("vendor"))
    row = TargetBreach.objects.get()
    assert row.reason.code == "vendor"
    assert [h.reason.code for h in row.history.order_by("history_id")] == ["late-alert", "vendor"]


def test_one_target_has_one_reason_in_the_database(cast):
    reason, incident = a_breach_reason(), a_late_one(cast)
    explain(incident, cast, reason)
    with pytest.raises(IntegrityError), transaction.atomic():
        TargetBreach.objects.create(
            incident=incident, metric="detect", reason=reason, told_at=timezone.now()
        )


def test_it_speaks_both_languages(db):
    reason = a_breach_reason()
    with translation.override("es-mx"):
        assert str(reason) == "La alerta llegó tarde"
    with translation.override("en"):
        assert str(reason) == "The alert came late"


def test_the_page_shows_what_was_missed_and_offers_leads_to_say_why(cast, client_of):
    reason, incident = a_breach_reason(), a_late_one(cast)
    url = f"/incidents/incident/{incident.pk}/change/"
    html = client_of(cast.team_lead).get(url).content.decode()
    assert ("no reason yet" in html, "explain_misses" in html) == (True, True)
    assert "explain_misses" not in client_of(cast.agent_l1).get(url).content.decode()
    explain(incident, cast, reason)
    assert "The alert came late" in client_of(cast.agent_l1).get(url).content.decode()


def test_by_api(cast, client_of):
    a_breach_reason()
    incident = a_late_one(cast)
    lead, url = client_of(cast.team_lead), f"/api/v1/incidents/{incident.reference}/"
    body = {"action": "explain_misses", "metrics": ["detect"], "reason": "late-alert"}
    answer = lead.post(f"{url}transitions/", body, "application/json")
    assert answer.status_code == 200, answer.content
    (row,) = lead.get(f"{url}breaches/").json()
    assert (row["metric"], row["reason"], row["told_by"]) == ("detect", "late-alert", "team_lead")


def test_administrators_keep_the_reasons_and_codes_stay(cast, client_of):
    page = "/incidents/breachreason/"
    facts = {"code": "vendor", "name_en": "Vendor", "name_es": "Proveedor", "is_offered": "on"}
    assert client_of(cast.admin).post(f"{page}add/", facts).status_code == 302
    assert client_of(cast.team_lead).get(f"{page}add/").status_code == 403
    row = BreachReason.objects.get()
    with pytest.raises(ValidationError):
        services.change_breach_reason(row, actor=None, code="other")
    services.change_breach_reason(row, actor=None, is_offered=False)
    assert not BreachReason.objects.offered().exists()
