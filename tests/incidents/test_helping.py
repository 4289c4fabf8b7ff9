"""Help is asked of whoever leads the shift: taken, answered, or told to those above, once."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.errors import NotAllowed, Refused
from incidents import services
from incidents.models import Consultation, HelpRequest, Incident
from incidents.services import helping
from incidents.services.consulting import tell_of_late_answers
from incidents.timeline import INCIDENT_TIMELINE
from notifications.models import Message
from people.duty import ON_DUTY
from tests.factories import an_incident

pytestmark = pytest.mark.django_db


@pytest.fixture
def calling(cast: Any) -> Incident:
    """An incident whose owner asks for help, beside one that needs none."""
    an_incident(cast)
    return helping.ask_for_help(
        an_incident(cast, "in_progress"), actor=cast.agent_l1, question="Which node?", urgency="now"
    )


def told(kind: str) -> list[str]:
    rows = Message.objects.filter(kind=kind).order_by("recipient__username")
    return list(rows.values_list("recipient__username", flat=True))


def test_without_a_rota_the_leads_of_the_team_are_asked(cast: Any, calling: Incident) -> None:
    call = HelpRequest.objects.get()
    assert told("help_asked") == ["team_lead"]
    assert (call.state, call.was_on_rota, call.asked_by) == ("asked", False, cast.agent_l1)
    assert call.take_by - call.asked_at == timedelta(minutes=5)
    assert (calling.owner, calling.team) == (cast.agent_l1, cast.payments_l1)


def test_who_is_on_duty_is_asked_and_may_help(cast: Any, monkeypatch: Any) -> None:
    monkeypatch.setitem(ON_DUTY._entries, "test", lambda team, at: [cast.agent_l2])
    incident = an_incident(cast, "in_progress")
    helping.ask_for_help(incident, actor=cast.agent_l1, question="Which?", urgency="soon")
    assert told("help_asked") == ["agent_l2"]
    helping.take_help(incident, actor=cast.agent_l2)
    call = HelpRequest.objects.get()
    assert (call.state, call.was_on_rota, call.taken_by) == ("taken", True, cast.agent_l2)
    assert told("help_taken") == ["agent_l1"]


def test_who_leads_the_shift_and_asks_is_heard_by_those_above(cast: Any) -> None:
    helping.ask_for_help(an_incident(cast), actor=cast.team_lead, question="Who?", urgency="today")
    assert told("help_asked") == []
    assert told("help_escalated") == ["service_manager"]
    assert HelpRequest.objects.get().escalated_at is not None


def test_asked_taken_and_answered_over_rest(cast: Any, api_of: Any) -> None:
    incident = an_incident(cast, "in_progress")
    at = f"/api/v1/incidents/{incident.reference}/"
    asked = api_of(cast.agent_l1).post(f"{at}help/", {"question": "Which?", "urgency": "now"})
    assert (asked.status_code, asked.json()[0]["state"]) == (201, "asked")
    lead = api_of(cast.team_lead)
    taken = lead.post(f"{at}transitions/", {"action": "take_help"})
    assert taken.status_code == 200, taken.json()
    answered = lead.post(f"{at}transitions/", {"action": "answer_help", "answer": "Node 3"})
    assert answered.status_code == 200, answered.json()
    (shown,) = lead.get(f"{at}help/").json()
    assert (shown["state"], shown["taken_by"], shown["answer"]) == (
        "answered",
        "team_lead",
        "Node 3",
    )
    page = INCIDENT_TIMELINE.read(incident, cast.agent_l1, size=50, before=None, kinds=["comment"])
    assert [(e.actor, e.text) for e in page.entries] == [("team_lead", "> Which?\n\nNode 3")]
    assert told("help_answered") == ["agent_l1"]


def test_what_is_refused(cast: Any, calling: Incident, refuses: Any) -> None:
    with refuses(Refused, "help is asked for already"):
        helping.ask_for_help(calling, actor=cast.agent_l2, question="Again?", urgency="now")
    with refuses(NotAllowed, "somebody else has to help"):
        helping.take_help(calling, actor=cast.agent_l1)
    with refuses(NotAllowed, "only who leads the shift or is on duty for the team helps"):
        helping.take_help(calling, actor=cast.agent_l2)
    with refuses(Incident.DoesNotExist, None):
        helping.take_help(calling, actor=cast.outsider)
    helping.take_help(calling, actor=cast.team_lead)
    with refuses(Refused, "somebody helps already"):
        helping.take_help(calling, actor=cast.service_manager)
    assert HelpRequest.objects.get().taken_by == cast.team_lead


def test_not_taken_in_time_it_goes_to_those_above_once(cast: Any, calling: Incident) -> None:
    call = HelpRequest.objects.get()
    assert helping.escalate_untaken_help(call.take_by - timedelta(seconds=1)) == 0
    assert helping.escalate_untaken_help(call.take_by) == 1
    assert helping.escalate_untaken_help(call.take_by + timedelta(hours=1)) == 0
    assert told("help_escalated") == ["service_manager", "team_lead"]


def test_what_is_taken_does_not_escalate(cast: Any, calling: Incident) -> None:
    helping.take_help(calling, actor=cast.team_lead)
    assert helping.escalate_untaken_help(timezone.now() + timedelta(hours=1)) == 0
    assert told("help_escalated") == []


def test_for_what_is_over_nobody_is_called_any_more(cast: Any, calling: Incident) -> None:
    services.cancel_incident(calling, actor=cast.agent_l1, note="A false alarm")
    assert helping.escalate_untaken_help(timezone.now() + timedelta(hours=1)) == 1
    call = HelpRequest.objects.get()
    assert (call.state, call.escalated_at, call.ended_by) == ("withdrawn", None, None)
    assert told("help_escalated") == []


@pytest.mark.parametrize(
    "change",
    [
        {"question": "Another?"},
        {"state": "taken"},
        {"state": "withdrawn"},
        {"answer": "Not yet"},
    ],
)
def test_the_database_keeps_calls(calling: Incident, change: dict[str, Any]) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        HelpRequest.objects.update(**change)


def test_the_list_of_what_asks_for_help(cast: Any, client: Any, calling: Incident) -> None:
    for user, is_shown in ((cast.team_lead, True), (cast.outsider, False)):
        client.force_login(user)
        shown = client.get("/incidents/incident/?tab=help").content.decode()
        assert (calling.reference in shown) == is_shown


def test_the_page_says_so(cast: Any, client: Any, calling: Incident) -> None:
    client.force_login(cast.team_lead)
    shown = client.get(f"/incidents/incident/{calling.pk}/change/").content.decode()
    assert "Which node?" in shown
    assert "action/take_help/" in shown


def test_a_late_answer_is_told_to_who_asked_and_the_asked_leads_once(cast: Any) -> None:
    services.consult_team(
        an_incident(cast, "in_progress"), actor=cast.agent_l2, team=cast.payments_l2, question="So?"
    )
    due = Consultation.objects.get().due_at
    with time_machine.travel(due):
        assert tell_of_late_answers(due - timedelta(seconds=1)) == 0
        assert tell_of_late_answers(due) == 1
        assert tell_of_late_answers(due + timedelta(days=1)) == 0
    assert "agent_l2" in told("consultation_late")
    assert "outsider" not in told("consultation_late")


def test_what_is_answered_in_time_is_not_late(cast: Any) -> None:
    incident = an_incident(cast, "in_progress")
    services.consult_team(incident, actor=cast.agent_l1, team=cast.wallet_co, question="So?")
    question = Consultation.objects.get()
    services.answer_consultation(
        incident, actor=cast.outsider, consultation=question.pk, answer="So."
    )
    assert tell_of_late_answers(question.due_at + timedelta(days=1)) == 0
    assert told("consultation_late") == []
