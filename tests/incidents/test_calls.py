"""Telephone calls: in order, against the time agreed, and what is opened from them."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.errors import NotAllowed, Refused, ValidationError
from incidents.models import PhoneCall
from incidents.services.requests import calls
from people.services import grant_role
from sla.agreement_services import approve_version, draft_version
from sla.enums import ClockState, Metric
from sla.life_clocks import clocks_of_life
from tests.factories import a_service
from tests.incidents.asking import a_call, a_client, a_request
from tests.sla.agreeing import an_agreement

pytestmark = pytest.mark.django_db
SECOND = timedelta(seconds=1)


@pytest.fixture
def agreed(cast):
    """Twenty seconds to answer, for every client."""
    grant_role(cast.team_lead, "service_manager", actor=None, reason="covers for a colleague")
    cover = type(cast.team_lead).objects.get(pk=cast.team_lead.pk)
    targets = {(Metric.CALL_ANSWER, priority): 20 * SECOND for priority in range(1, 6)}
    agreement = an_agreement(cast, "calls")
    version = draft_version(agreement, actor=cast.service_manager, targets=targets)
    return approve_version(version, actor=cover)


@pytest.mark.parametrize(("seconds", "state"), [(20, ClockState.MET), (21, ClockState.BREACHED)])
def test_the_time_to_answer_counts_against_what_is_agreed(cast, agreed, seconds, state):
    came = timezone.now() - timedelta(minutes=5)
    call = a_call(cast, came_in_at=came, answered_at=came + seconds * SECOND)
    clocks = [c for c in clocks_of_life(call.life, timezone.now()) if c.agreement == "calls"]
    assert [(c.metric, c.elapsed, c.state) for c in clocks] == [
        ("call_answer", seconds * SECOND, state)
    ]
    assert call.handled_by == cast.agent_l1


def test_a_call_comes_in_is_answered_and_ends_in_this_order(cast, refuses):
    now = timezone.now()
    with refuses(ValidationError, "in the future"):
        a_call(cast, came_in_at=now + timedelta(hours=1))
    with refuses(ValidationError, "before the call came in"):
        a_call(cast, came_in_at=now - 9 * SECOND, answered_at=now - 10 * SECOND)
    call = a_call(cast, came_in_at=now - 60 * SECOND, answered_at=now - 50 * SECOND)
    with refuses(Refused, "answered already"):
        calls.answer_call(call, actor=cast.agent_l2)
    with refuses(ValidationError, "in this order"):
        calls.end_call(call, actor=cast.agent_l1, outcome="answered", at=now - 55 * SECOND)
    with refuses(ValidationError, "was answered"):
        calls.end_call(call, actor=cast.agent_l1, outcome="abandoned")
    ended = calls.end_call(call, actor=cast.agent_l1, outcome="answered", note="All well")
    assert (ended.status, ended.note) == ("ended", "All well")
    for statement in ("answered_at = came_in_at - interval '1 s'", "ended_at = NULL"):
        with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(f"UPDATE incidents_phonecall SET {statement}")


def test_one_that_nobody_took_was_abandoned(cast, refuses):
    call = a_call(cast)
    with refuses(ValidationError, "was not answered"):
        calls.end_call(call, actor=cast.agent_l1, outcome="answered")
    calls.end_call(call, actor=cast.agent_l1, outcome="abandoned")
    assert list(PhoneCall.objects.missed()) == [call]


def test_a_request_or_an_incident_is_opened_from_it_once(cast, refuses):
    client = a_client(contacts=[{"name": "Rosa", "email": "", "phone": "+52 55 5555 0101"}])
    call = a_call(cast, contact=client.contacts.get())
    request = calls.open_request_from_call(
        call, actor=cast.agent_l1, title="A copy of the statement", kind="enquiry"
    )
    assert (request.client, request.channel, request.team) == (client, "phone", cast.payments_l1)
    with refuses(Refused, "already"):
        calls.link_call(call, actor=cast.agent_l1, request=request)
    other = a_call(cast)
    incident = calls.open_incident_from_call(
        other, actor=cast.agent_l1, title="Nothing goes through", service=a_service(cast)
    )
    other.refresh_from_db()
    assert (other.incident, incident.channel) == (incident, "phone")


def test_it_is_not_linked_to_what_one_does_not_see(cast, refuses):
    far = a_service(cast, owner_team=cast.wallet_co, support_team=cast.wallet_co)
    hidden = a_request(cast, actor=cast.outsider, service=far)
    call = a_call(cast)
    with refuses(ValidationError, "no such record"):
        calls.link_call(call, actor=cast.agent_l1, request=hidden)


def test_calls_are_seen_where_the_role_reaches(cast, refuses):
    call = a_call(cast)
    far = calls.record_call(actor=cast.outsider, caller="Yolanda", team=cast.wallet_co)
    seen = {
        name: set(PhoneCall.objects.visible_to(cast[name]))
        for name in ("agent_l1", "outsider", "auditor", "service_owner", "admin", "norole")
    }
    assert seen == {
        "agent_l1": {call}, "outsider": {far}, "auditor": {call, far},
        "service_owner": set(), "admin": set(), "norole": set(),
    }  # fmt: skip
    with refuses(NotAllowed, "does not reach this team"):
        calls.record_call(actor=cast.outsider, caller="x", team=cast.payments_l1)


def test_the_list_costs_the_same_for_few_and_many(cast, client_of):
    browser, found = client_of(cast.agent_l1), []
    for _ in range(2):
        for n in range(2):
            a_call(cast, client=a_client(f"c{PhoneCall.objects.count()}-{n}"))
        browser.get("/incidents/phonecall/")
        with CaptureQueriesContext(connection) as seen:
            assert browser.get("/incidents/phonecall/").status_code == 200
        found.append(len(seen))
    assert found[0] == found[1]


def test_the_api_takes_a_call_through_its_life(cast, api_of):
    api = api_of(cast.agent_l1)
    made = api.post("/api/v1/phone-calls/", {"caller": "Rosa", "team": "payments-l1"}, "json")
    path = f"/api/v1/phone-calls/{made.json()['reference']}/"
    assert (made.status_code, made.json()["status"]) == (201, "ringing")
    answered = api.post(f"{path}transitions/", {"action": "answer"}, "json").json()
    assert (answered["status"], answered["handled_by"]) == ("answered", "agent_l1")
    facts = {"action": "open_request", "kind": "enquiry", "subject": "A copy"}
    opened = api.post(f"{path}transitions/", facts, "json").json()
    assert opened["request"].startswith("REQ-")
    ended = api.post(f"{path}transitions/", {"action": "end", "outcome": "recorded"}, "json")
    assert (ended.status_code, ended.json()["status"]) == (200, "ended")
