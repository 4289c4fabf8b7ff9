"""Requests: their life as a literal, who sees them, and what their services promise."""

import itertools
from datetime import timedelta

import pytest
from django.db import IntegrityError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.errors import NotAllowed, Refused, ValidationError
from incidents import services
from incidents.models import Request, RequestShare
from incidents.request_enums import RequestStatus
from incidents.request_forms import REQUEST_ACTIONS
from incidents.request_workflow import REQUEST_WORKFLOW
from incidents.services.requests import conversation, opening, progress
from notifications.models import Message
from people.services import grant_role
from records.models import CardNumberFinding
from sla.enums import EventKind
from tests.factories import a_service, a_vendor
from tests.incidents.asking import a_client, a_request
from tests.sla.agreeing import in_force

pytestmark = pytest.mark.django_db

_WAITS = ("wait_for_customer", "wait_for_vendor", "wait_for_approval")
_IN_HAND = ("in_progress", "pending_customer", "pending_vendor", "pending_approval")
LIFE_OF_A_REQUEST = {
    ("new", "assign"): "assigned",
    ("assigned", "assign"): "assigned",
    ("new", "start"): "in_progress",
    ("assigned", "start"): "in_progress",
    **{
        (status, wait): wait.replace("wait_for", "pending")
        for status in _IN_HAND
        for wait in _WAITS
        if wait.replace("wait_for", "pending") != status
    },
    **{(status, "resume"): "in_progress" for status in _IN_HAND[1:]},
    **{(status, "hand_over"): "assigned" for status in _IN_HAND},
    **{(status, "resolve"): "resolved" for status in _IN_HAND},
    ("resolved", "reopen"): "in_progress",
    ("closed", "reopen"): "in_progress",
    ("resolved", "close"): "closed",
    **{(status, "cancel"): "cancelled" for status in ("new", "assigned", *_IN_HAND)},
    **{(status, "merge"): "merged" for status in ("new", "assigned", *_IN_HAND)},
}
ALL_ACTIONS = sorted({action for _, action in LIFE_OF_A_REQUEST})


@pytest.fixture
def cover(cast):
    """Another service manager than the one who drafts agreements."""
    grant_role(cast.team_lead, "service_manager", actor=None, reason="covers for a colleague")
    return type(cast.team_lead).objects.get(pk=cast.team_lead.pk)


@pytest.mark.parametrize(
    ("status", "action"), list(itertools.product(RequestStatus.values, ALL_ACTIONS))
)
def test_an_action_leads_where_the_literal_says_and_nowhere_else(status, action):
    assert REQUEST_WORKFLOW.target(status, action) == LIFE_OF_A_REQUEST.get((status, action))


def test_the_table_has_no_action_that_the_literal_lacks():
    assert sorted(t.action for t in REQUEST_WORKFLOW) == ALL_ACTIONS
    assert set(ALL_ACTIONS) <= set(REQUEST_ACTIONS)


@pytest.mark.parametrize("status", RequestStatus.values)
def test_every_status_is_reached_by_the_services(cast, status):
    assert a_request(cast, status).status == status


def test_it_is_called_req_and_told_to_its_life(cast, cover):
    in_force(cast, cover, "terminals", request_type="new-terminal")
    request = a_request(cast, request_type="new-terminal")
    request = progress.assign_request(request, actor=cast.agent_l1, owner=cast.agent_l2)
    request = progress.start_request(request, actor=cast.agent_l2)
    progress.wait_for_customer(request, actor=cast.agent_l2, note="asked them")
    progress.resume_request(request, actor=cast.agent_l2)
    conversation.comment_on_request(request, actor=cast.agent_l2, text="Sent.", is_internal=False)
    assert request.reference == f"REQ-{request.pk:06}"
    assert sorted(request.life.events.values_list("kind", flat=True)) == sorted(
        [
            *(EventKind.OPENED, EventKind.AGREED, EventKind.WAITED_FOR_CUSTOMER),
            *(EventKind.RESUMED, EventKind.UPDATED),
        ]
    )
    holders = list(request.life.segments.order_by("started_at").values_list("holder", flat=True))
    assert holders == ["team", "customer", "team"]


def test_without_a_type_an_agreement_for_its_kind_applies(cast, cover):
    in_force(cast, cover, "concerns", request_type="concern")
    concern, enquiry = a_request(cast, kind="concern"), a_request(cast, kind="enquiry")
    agreed = [r.life.events.filter(kind=EventKind.AGREED).count() for r in (concern, enquiry)]
    assert agreed == [1, 0]


def test_it_always_has_one_owner_once_assigned(cast, refuses):
    request = a_request(cast)
    with refuses(ValidationError, "one owner"):
        progress.assign_request(request, actor=cast.agent_l1)
    request = progress.start_request(request, actor=cast.agent_l1)
    with pytest.raises(ValidationError, match="one owner"), transaction.atomic():
        progress.hand_over_request(
            request, actor=cast.agent_l1, owner=None, team=cast.payments_l2, note="theirs"
        )
    handed = progress.hand_over_request(
        request, actor=cast.agent_l1, owner=cast.agent_l2, team=cast.payments_l2, note="theirs"
    )
    assert (handed.status, handed.owner, handed.team) == (
        *("assigned", cast.agent_l2),
        cast.payments_l2,
    )
    with pytest.raises(IntegrityError, match="has_one_owner"), transaction.atomic():
        Request.objects.filter(pk=request.pk).update(owner=None)


def test_the_owner_works_there(cast, refuses):
    request = a_request(cast)
    with refuses(ValidationError, "cannot work on this request"):
        progress.assign_request(request, actor=cast.agent_l1, owner=cast.outsider)


def test_the_new_owner_is_told_by_e_mail(cast):
    request = a_request(cast)
    progress.assign_request(request, actor=cast.agent_l1, owner=cast.agent_l2)
    told = Message.objects.filter(reference=request.reference)
    assert [(m.recipient, m.kind) for m in told] == [(cast.agent_l2, "request_assigned")]


def test_card_numbers_are_masked_and_noted(cast):
    request = a_request(cast, title="Card 4111 1111 1111 1111", asked_by="tarjeta 4111111111111111")
    assert "4111 11XX XXXX 1111" in request.title
    assert "411111XXXXXX1111" in request.asked_by
    assert CardNumberFinding.objects.filter(reference=request.reference).count() == 2


def test_a_message_is_taken_in_once(cast):
    facts = {"title": "Where is our report?", "kind": "enquiry", "service": a_service(cast)}
    first = opening.take_in(channel="email", message_id="<1@mail.example>", **facts)
    again = opening.take_in(channel="email", message_id="<1@mail.example>", **facts)
    other = opening.take_in(channel="email", message_id="<2@mail.example>", **facts)
    assert (first.pk, first.channel, Request.objects.count()) == (again.pk, "email", 2)
    assert other.pk != first.pk
    with pytest.raises(ValidationError, match="identification"):
        opening.take_in(channel="email", message_id=" ", **facts)


def test_a_contact_stands_for_its_client_and_no_other(cast, refuses):
    client = a_client(contacts=[{"name": "Rosa", "email": "rosa@x.example", "phone": ""}])
    other, contact = a_client("otro"), client.contacts.get()
    assert a_request(cast, contact=contact).client == client
    with refuses(ValidationError, "another client"):
        opening.open_request(
            actor=cast.agent_l1, title="x", team=cast.payments_l1, client=other, contact=contact
        )


def test_it_is_reopened_within_seven_days_only(cast, refuses):
    request = a_request(cast, "closed")
    assert progress.reopen_request(request, actor=cast.agent_l1, note="no").status == "in_progress"
    old = a_request(cast, "resolved")
    Request.objects.filter(pk=old.pk).update(resolved_at=timezone.now() - timedelta(days=8))
    with refuses(Refused, "more than seven days"):
        progress.reopen_request(old, actor=cast.agent_l1, note="again")


def test_what_was_resolved_long_ago_is_closed(cast):
    old, new = a_request(cast, "resolved"), a_request(cast, "resolved")
    Request.objects.filter(pk=old.pk).update(resolved_at=timezone.now() - timedelta(days=8))
    assert progress.close_requests_resolved_before(timezone.now() - timedelta(days=7)) == 1
    old.refresh_from_db()
    new.refresh_from_db()
    assert (old.status, new.status) == ("closed", "resolved")


def test_marks_in_the_future_or_before_the_record_are_refused(cast, refuses):
    request = a_request(cast)
    for at in (timezone.now() + timedelta(hours=1), request.opened_at - timedelta(hours=1)):
        with refuses(ValidationError):
            conversation.mark_request(request, actor=cast.agent_l1, kind="acknowledged", at=at)


# --- Who sees what ----------------------------------------------------------------------------


def test_people_see_exactly_what_their_roles_reach(cast):
    vendor = a_vendor()
    own = a_request(cast, title="own")
    foreign = a_service(cast, owner_team=cast.wallet_co, support_team=cast.payments_l1)
    other = a_request(cast, title="other", service=foreign, vendor=vendor)
    abroad = a_service(cast, owner_team=cast.wallet_co, support_team=cast.wallet_co)
    far = a_request(cast, title="far", actor=cast.outsider, service=abroad)
    RequestShare.objects.all().delete()
    seen = {
        name: {r.title for r in Request.objects.visible_to(cast[name])}
        for name in (
            *("agent_l1", "team_lead", "service_owner", "vendor_manager", "auditor", "outsider"),
            *("approver", "hr_partner", "admin", "norole"),
        )
    }
    assert seen == {
        "agent_l1": {"own", "other"},
        "team_lead": {"own", "other"},
        "service_owner": {"own"},
        "vendor_manager": {"other"},
        "auditor": {"own", "other", "far"},
        "outsider": {"far"},
        **{name: set() for name in ("approver", "hr_partner", "admin", "norole")},
    }
    assert {own.team, other.team, far.team} == {cast.payments_l1, cast.wallet_co}


def test_one_request_is_shared_with_one_person_until_a_moment(cast, refuses):
    request = a_request(cast)
    until = timezone.now() + timedelta(days=3)
    conversation.share_request(request, actor=cast.team_lead, user=cast.outsider, until=until)
    assert list(Request.objects.visible_to(cast.outsider)) == [request]
    with refuses(NotAllowed, "does not reach this request's team"):
        progress.start_request(request, actor=cast.outsider)
    conversation.end_request_share(request, actor=cast.team_lead, user=cast.outsider)
    assert not Request.objects.visible_to(cast.outsider).exists()
    with refuses(NotAllowed, "does not include"):
        conversation.share_request(request, actor=cast.agent_l1, user=cast.outsider, until=until)


def test_links_show_only_what_one_sees(cast, api_of):
    far = a_service(cast, owner_team=cast.wallet_co, support_team=cast.wallet_co)
    here, hidden = a_request(cast), a_request(cast, actor=cast.outsider, service=far)
    other = a_request(cast)
    services.link_records(here, "related", hidden, actor=None)
    services.link_records(here, "duplicate_of", other, actor=cast.agent_l1)
    links = api_of(cast.agent_l1).get(f"/api/v1/requests/{here.reference}/links/").json()
    assert [(link["kind"], link["request"]) for link in links] == [
        ("duplicate_of", other.reference)
    ]


# --- Edges ------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", ["/incidents/request/", "/api/v1/requests/"])
def test_lists_cost_the_same_for_few_and_many(cast, client_of, path):
    browser, found = client_of(cast.agent_l1), []
    for _ in range(2):
        for _n in range(2):
            a_request(cast, "in_progress", client=a_client(f"c{Request.objects.count()}"))
        browser.get(path)
        with CaptureQueriesContext(connection) as seen:
            assert browser.get(path).status_code == 200
        found.append(len(seen))
    assert found[0] == found[1]


def test_the_page_shows_and_does_what_the_role_may(cast, client_of):
    request = a_request(cast, description="**Please**")
    page = f"/incidents/request/{request.pk}/change/"
    shown = client_of(cast.agent_l1).get(page)
    assert request.reference in shown.text
    assert "<strong>Please</strong>" in shown.text
    assert f"/incidents/request/{request.pk}/action/assign/" in shown.text
    assert "/action/assign/" not in client_of(cast.auditor).get(page).text
    assert client_of(cast.outsider).get(page).status_code == 404


def test_the_form_asks_for_the_kind_first_and_then_by_kind(cast, client_of):
    browser = client_of(cast.agent_l1)
    first = browser.get("/incidents/request/add/").text
    assert "?kind=account_adjustment" in first
    assert 'name="title"' not in first
    assert 'name="amount"' in browser.get("/incidents/request/add/?kind=account_adjustment").text
    enquiry = browser.get("/incidents/request/add/?kind=enquiry").text
    assert 'name="title"' in enquiry
    assert 'name="amount"' not in enquiry
    assert 'name="request_type"' not in enquiry


def test_the_form_opens_a_request_or_says_what_is_missing(cast, client_of):
    browser, service = client_of(cast.agent_l1), a_service(cast)
    facts = {"kind": "enquiry", "title": "When do we settle?", "channel": "phone", "priority": "4"}
    missing = browser.post("/incidents/request/add/?kind=enquiry", facts)
    assert "Name a service or a team." in missing.text
    assert not Request.objects.exists()
    done = browser.post("/incidents/request/add/?kind=enquiry", facts | {"service": service.pk})
    request = Request.objects.get()
    assert done.status_code == 302
    assert (request.kind, request.channel, request.team) == ("enquiry", "phone", cast.payments_l1)


def test_the_form_of_an_adjustment_proposes_it_or_nothing_is_stored(cast, client_of):
    browser, service = client_of(cast.agent_l1), a_service(cast)
    facts = {
        "kind": "account_adjustment", "title": "Charged twice", "channel": "phone",
        "priority": "4", "service": service.pk, "effect": "credit", "amount": "10.50",
        "currency": "zzz", "account": "0123", "reason": "Twice",
    }  # fmt: skip
    path = "/incidents/request/add/?kind=account_adjustment"
    assert "ISO 4217" in browser.post(path, facts).text
    assert not Request.objects.exists()
    assert browser.post(path, facts | {"currency": "mxn"}).status_code == 302
    adjustment = Request.objects.get().adjustments.get()
    assert (str(adjustment.amount), adjustment.currency) == ("10.5000", "MXN")


def test_the_api_opens_edits_moves_and_tells(cast, api_of):
    api, service = api_of(cast.agent_l1), a_service(cast)
    made = api.post(
        "/api/v1/requests/",
        {"title": "A report", "service": service.reference, "kind": "request"},
        format="json",
    )
    path = f"/api/v1/requests/{made.json()['reference']}/"
    assert (made.status_code, made.json()["channel"]) == (201, "api")
    edited = api.patch(
        path, {"title": "The report"}, format="json", headers={"If-Match": made["ETag"]}
    )
    assert (edited.status_code, edited.json()["title"]) == (200, "The report")
    answers = {"action": "resolve", "outcome": "fulfilled", "resolution": "Sent"}
    assert api.post(f"{path}transitions/", answers, format="json").status_code == 409
    assert api.post(f"{path}transitions/", {"action": "start"}, format="json").status_code == 200
    assert api.post(f"{path}transitions/", answers, format="json").json()["status"] == "resolved"
    kinds = {entry["kind"] for entry in api.get(f"{path}timeline/").json()}
    assert {"status", "mark"} <= kinds
    assert api.get(f"{path}clocks/").json() == []
    assert [m["kind"] for m in api.get(f"{path}marks/").json()] == ["acknowledged", "resolved"]
    assert api.get("/api/v1/requests/?kind=concern").json()["results"] == []
    assert len(api.get("/api/v1/requests/?search=report").json()["results"]) == 1
