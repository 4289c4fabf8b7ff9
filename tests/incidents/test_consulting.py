"""Another team is asked: it reads what it is asked about, answers, and reads it no longer."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from audit.context import acting
from core.errors import NotAllowed, Refused, ValidationError
from incidents import services
from incidents.models import Consultation, Incident
from incidents.readers import people_who_see
from incidents.services.consulting import tell_of_late_answers
from incidents.timeline import INCIDENT_TIMELINE
from notifications.models import Message
from people.services import grant_role
from sla.agreement_services import add_agreement, approve_version, draft_version
from sla.enums import Metric
from tests.factories import an_incident
from tests.people.working_calendars import a_calendar

pytestmark = pytest.mark.django_db


@pytest.fixture
def approver(cast: Any) -> Any:
    """Another service manager than the one who drafts."""
    grant_role(cast.team_lead, "service_manager", actor=None, reason="covers for a colleague")
    return type(cast.team_lead).objects.get(pk=cast.team_lead.pk)


@pytest.fixture
def asked(cast: Any) -> Incident:
    """An incident of Mexico, beside one that nobody is asked about."""
    an_incident(cast)
    return services.consult_team(
        an_incident(cast, "in_progress"),
        actor=cast.agent_l1,
        team=cast.wallet_co,
        question="Does the wallet see it too?",
    )


def seen_by(user: Any) -> list[int]:
    return list(Incident.objects.visible_to(user).order_by("pk").values_list("pk", flat=True))


def test_the_asked_team_reads_that_incident_only_and_its_owner_stays(
    cast: Any, asked: Incident
) -> None:
    assert seen_by(cast.outsider) == [asked.pk]
    assert people_who_see(asked).filter(pk=cast.outsider.pk).exists()
    assert (asked.owner, asked.team) == (cast.agent_l1, cast.payments_l1)
    told = Message.objects.filter(kind="incident_consulted")
    assert cast.outsider in [message.recipient for message in told]
    assert cast.agent_l2 not in [message.recipient for message in told]


def test_who_is_asked_reads_but_does_not_work_on_it(
    cast: Any, api_of: Any, asked: Incident
) -> None:
    at = f"/api/v1/incidents/{asked.reference}/"
    client = api_of(cast.outsider)
    assert client.get(at).status_code == 200
    refused = client.post(f"{at}transitions/", {"action": "cancel", "note": "Mine now"})
    assert refused.status_code == 403
    asked.refresh_from_db()
    assert asked.status == "in_progress"


def test_an_answer_flows_to_the_timeline_and_ends_the_reading_a_day_later(
    cast: Any, api_of: Any, asked: Incident
) -> None:
    question = Consultation.objects.get()
    answer = api_of(cast.outsider).post(
        f"/api/v1/incidents/{asked.reference}/transitions/",
        {"action": "answer_consultation", "consultation": question.pk, "answer": "It does"},
    )
    assert answer.status_code == 200, answer.json()
    page = INCIDENT_TIMELINE.read(asked, cast.agent_l1, size=50, before=None, kinds=["comment"])
    assert [(e.actor, e.text) for e in page.entries] == [
        ("outsider", "> Does the wallet see it too?\n\nIt does")
    ]
    told = Message.objects.get(kind="incident_consultation_answered")
    assert told.recipient == cast.agent_l1
    assert seen_by(cast.outsider) == [asked.pk]
    with time_machine.travel(timezone.now() + timedelta(days=1, seconds=1)):
        assert seen_by(cast.outsider) == []


def test_a_withdrawn_question_shows_nothing_any_more(cast: Any, asked: Incident) -> None:
    question = Consultation.objects.get()
    services.withdraw_consultation(asked, actor=cast.agent_l1, consultation=question.pk)
    assert seen_by(cast.outsider) == []


def test_what_is_refused(cast: Any, asked: Incident, refuses: Any) -> None:
    question = Consultation.objects.get()
    with refuses(ValidationError, "This team has the incident itself."):
        services.consult_team(asked, actor=cast.agent_l1, team=asked.team, question="Us?")
    with refuses(Refused, "this team has a question to answer already"):
        services.consult_team(asked, actor=cast.agent_l1, team=cast.wallet_co, question="Again?")
    with refuses(NotAllowed, "another team was asked"):
        services.answer_consultation(
            asked, actor=cast.agent_l1, consultation=question.pk, answer="I say so"
        )
    assert Consultation.objects.get().answer == ""


@pytest.mark.parametrize(
    ("priority", "hours"), [((1, 1), 0.5), ((1, 2), 1), ((2, 2), 4), ((2, 3), 8), ((3, 3), 24)]
)
def test_without_an_agreement_the_portal_says_how_soon(
    cast: Any, priority: tuple[int, int], hours: float
) -> None:
    impact, urgency = priority
    incident = an_incident(cast, impact=impact, urgency=urgency)
    services.consult_team(incident, actor=cast.agent_l1, team=cast.wallet_co, question="Well?")
    question = Consultation.objects.get()
    assert question.due_at - question.asked_at == timedelta(hours=hours)
    assert question.agreement_version is None


FRIDAY_EVENING = datetime(2025, 1, 10, 23, tzinfo=UTC)  # 17:00 in Mexico City, closing at 18:00


def an_ola(cast: Any, approver: Any, metric: Metric, *, by_calendar: bool) -> None:
    """Of the team that is asked: two hours for what is P3."""
    agreement = add_agreement(
        actor=cast.service_manager,
        slug="second",
        name="Second line",
        kind="ola",
        team=cast.payments_l2,
    )
    version = draft_version(
        agreement,
        actor=cast.service_manager,
        targets={(metric, 3): timedelta(hours=2)},
        calendar=a_calendar(cast) if by_calendar else None,
    )
    approve_version(version, actor=approver)


def due_when_asked_on_friday(cast: Any) -> tuple[timedelta, datetime, bool]:
    with acting(channel="demo", at=FRIDAY_EVENING):
        incident = an_incident(cast, impact=2, urgency=2)
        services.consult_team(
            incident, actor=cast.agent_l1, team=cast.payments_l2, question="Well?"
        )
    question = Consultation.objects.get()
    assert question.asked_at == FRIDAY_EVENING
    return question.target, question.due_at, question.agreement_version is not None


def test_the_asked_teams_time_runs_in_the_hours_that_it_agreed(cast: Any, approver: Any) -> None:
    an_ola(cast, approver, Metric.FIRST_RESPONSE, by_calendar=True)
    monday_morning = datetime(2025, 1, 13, 16, tzinfo=UTC)
    assert due_when_asked_on_friday(cast) == (timedelta(hours=2), monday_morning, True)


def test_it_runs_around_the_clock_where_its_agreement_does(cast: Any, approver: Any) -> None:
    an_ola(cast, approver, Metric.FIRST_RESPONSE, by_calendar=False)
    same_night = datetime(2025, 1, 11, 1, tzinfo=UTC)
    assert due_when_asked_on_friday(cast) == (timedelta(hours=2), same_night, True)


def test_the_portals_time_runs_in_the_hours_of_the_asked_team_too(cast: Any, approver: Any) -> None:
    an_ola(cast, approver, Metric.RESOLVE, by_calendar=True)
    monday_noon = datetime(2025, 1, 13, 18, tzinfo=UTC)
    assert due_when_asked_on_friday(cast) == (timedelta(hours=4), monday_noon, False)


def test_nobody_hears_of_a_late_answer_over_the_closed_weekend(cast: Any, approver: Any) -> None:
    an_ola(cast, approver, Metric.FIRST_RESPONSE, by_calendar=True)
    _target, due_at, _agreed = due_when_asked_on_friday(cast)
    assert tell_of_late_answers(due_at - timedelta(seconds=1)) == 0
    assert tell_of_late_answers(due_at) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"question": "Another?"},
        {"state": "answered"},
        {"state": "answered", "ended_at": "2030-01-01T00:00Z", "answer": ""},
    ],
)
def test_the_database_keeps_questions(asked: Incident, change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        Consultation.objects.update(**change)


def test_the_list_of_what_my_team_is_asked(cast: Any, client: Any, asked: Incident) -> None:
    client.force_login(cast.outsider)
    shown = client.get("/incidents/incident/?tab=asked").content.decode()
    assert asked.reference in shown
    client.force_login(cast.agent_l1)
    shown = client.get("/incidents/incident/?tab=asked").content.decode()
    assert asked.reference not in shown
