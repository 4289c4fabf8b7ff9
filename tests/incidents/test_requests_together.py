"""Requests have what hangs on a life too: questions, vendors, promises, calls, checklists."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.utils import timezone

from core.errors import Refused
from incidents import services
from incidents.models import (
    Consultation,
    Diagnosis,
    HelpRequest,
    PromisedContact,
    Request,
    VendorEscalation,
)
from incidents.request_timeline import REQUEST_TIMELINE
from incidents.services import diagnosing, helping
from incidents.services.requests import conversation, progress
from notifications.models import Message
from tests.factories import a_vendor
from tests.incidents.asking import a_request
from tests.incidents.guides import a_guide

pytestmark = pytest.mark.django_db


def seen_by(user: Any) -> list[int]:
    return list(Request.objects.visible_to(user).values_list("pk", flat=True))


def told(kind: str) -> list[str]:
    rows = Message.objects.filter(kind=kind).order_by("recipient__username")
    return list(rows.values_list("recipient__username", flat=True))


def test_another_team_is_asked_reads_it_and_answers(cast: Any, api_of: Any) -> None:
    a_request(cast)
    request = a_request(cast, "in_progress")
    assert seen_by(cast.outsider) == []
    at = f"/api/v1/requests/{request.reference}/"
    services.consult_team(
        request, actor=cast.agent_l1, team=cast.wallet_co, question="Is it yours?"
    )
    (shown,) = api_of(cast.agent_l1).get(f"{at}consultations/").json()
    assert (shown["team"], shown["state"]) == ("wallet-co", "asked")
    assert seen_by(cast.outsider) == [request.pk]
    assert "outsider" in told("incident_consulted")
    answer = {"action": "answer_consultation", "answer": "It is"}
    answer |= {"consultation": Consultation.objects.get().pk}
    answered = api_of(cast.outsider).post(f"{at}transitions/", answer)
    assert answered.status_code == 200, answered.json()
    page = REQUEST_TIMELINE.read(request, cast.agent_l1, size=50, before=None, kinds=["comment"])
    assert [e.text for e in page.entries] == ["> Is it yours?\n\nIt is"]
    with time_machine.travel(timezone.now() + timedelta(days=1, seconds=1)):
        assert seen_by(cast.outsider) == []


def test_a_vendor_is_asked_under_its_reference(cast: Any) -> None:
    request = a_request(cast, "in_progress")
    vendor = a_vendor()
    progress.wait_for_vendor(
        request, actor=cast.agent_l1, vendor=vendor, note="A new one?", vendor_reference="V-1"
    )
    asked = VendorEscalation.objects.get(life=request.life_id)
    assert (asked.vendor, asked.vendor_reference, asked.question) == (vendor, "V-1", "A new one?")
    services.note_vendor_reply(
        request,
        actor=cast.agent_l1,
        escalation=asked.pk,
        answered_at=timezone.now(),
        answer="Sent",
    )
    services.escalate_again(request, actor=cast.agent_l1, vendor=vendor, note="Where is it?")
    assert request.life.escalations.count() == 2


def test_a_promise_is_kept_by_a_word_to_who_asked(cast: Any) -> None:
    request = a_request(cast, "in_progress")
    due = timezone.now() + timedelta(hours=1)
    services.promise_contact(request, actor=cast.agent_l1, due_at=due)
    conversation.comment_on_request(request, actor=cast.agent_l1, text="Inside")
    assert PromisedContact.objects.get().outcome == "open"
    conversation.comment_on_request(request, actor=cast.agent_l1, text="Soon", is_internal=False)
    assert PromisedContact.objects.get().outcome == "kept"


def test_the_owner_is_told_once_of_a_promise_that_is_due(cast: Any) -> None:
    request = a_request(cast, "in_progress")
    due = timezone.now() + timedelta(hours=1)
    services.promise_contact(request, actor=cast.agent_l1, due_at=due)
    assert services.remind_of_promises(due) == 1
    assert services.remind_of_promises(due + timedelta(hours=1)) == 0
    assert told("incident_promise_due") == ["agent_l1"]


def test_help_is_asked_taken_and_answered(cast: Any, refuses: Any) -> None:
    request = a_request(cast, "in_progress")
    helping.ask_for_help(request, actor=cast.agent_l1, question="May I?", urgency="soon")
    assert told("help_asked") == ["team_lead"]
    with refuses(Refused, "help is asked for already"):
        helping.ask_for_help(request, actor=cast.agent_l1, question="May I?", urgency="soon")
    helping.answer_help(request, actor=cast.team_lead, answer="You may")
    assert HelpRequest.objects.get().taken_by == cast.team_lead
    assert told("help_answered") == ["agent_l1"]


def test_what_nobody_took_escalates(cast: Any) -> None:
    request = a_request(cast, "in_progress")
    helping.ask_for_help(request, actor=cast.agent_l1, question="May I?", urgency="now")
    assert helping.escalate_untaken_help(timezone.now() + timedelta(minutes=6)) == 1
    assert told("help_escalated") == ["service_manager", "team_lead"]


def test_checklists_are_those_of_its_kind(cast: Any) -> None:
    request = a_request(cast, "in_progress", kind="enquiry")
    a_guide(cast, "incidents")
    guide = a_guide(cast, "enquiries", for_kind="enquiry")
    assert list(diagnosing.guides_for(request)) == [guide]
    diagnosing.begin_diagnosis(request, actor=cast.agent_l1, checklist=guide)
    begun = Diagnosis.objects.get()
    diagnosing.tick_step(request, actor=cast.agent_l1, diagnosis=begun.pk, step=1, result="good")
    assert begun.done.get().done_by == cast.agent_l1


def test_the_page_shows_it_all(cast: Any, client: Any) -> None:
    request = a_request(cast, "in_progress")
    helping.ask_for_help(request, actor=cast.agent_l1, question="May I?", urgency="soon")
    services.consult_team(request, actor=cast.agent_l1, team=cast.wallet_co, question="Is it?")
    client.force_login(cast.team_lead)
    shown = client.get(f"/incidents/request/{request.pk}/change/").content.decode()
    assert "May I?" in shown
    assert "Is it?" in shown
    assert "action/take_help/" in shown
    assert "action/promise_contact/" in shown
    client.force_login(cast.outsider)
    shown = client.get(f"/incidents/request/{request.pk}/change/").content.decode()
    assert "action/answer_consultation/" in shown
    assert "action/promise_contact/" not in shown


def test_the_lists_of_what_is_asked(cast: Any, client: Any) -> None:
    request, other = a_request(cast, "in_progress"), a_request(cast)
    helping.ask_for_help(request, actor=cast.agent_l1, question="May I?", urgency="soon")
    services.consult_team(request, actor=cast.agent_l1, team=cast.wallet_co, question="Is it?")
    for user, tab in ((cast.team_lead, "help"), (cast.outsider, "asked")):
        client.force_login(user)
        shown = client.get(f"/incidents/request/?tab={tab}").content.decode()
        assert request.reference in shown
        assert other.reference not in shown
    shown = client.get("/incidents/request/?tab=help").content.decode()
    assert request.reference not in shown
