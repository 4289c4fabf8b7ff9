"""Requests that ask about incidents: what an incident passes on to them, and what merges carry."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction

from core.errors import NotAllowed, ValidationError
from incidents import services
from incidents.models import Incident, Request, RequestIncident
from incidents.services.requests import conversation, opening
from tests.factories import a_service, an_incident
from tests.incidents.asking import a_request

pytestmark = pytest.mark.django_db

FIXED = {"resolution_code": "fixed", "resolution": "Restarted"}


@pytest.fixture
def incident(cast: Any) -> Incident:
    return an_incident(cast, "in_progress", title="Switch is down")


@pytest.fixture
def foreign(cast: Any) -> Request:
    """A request of Colombia, which agents of Mexico do not see."""
    service = a_service(cast, owner_team=cast.wallet_co, support_team=cast.wallet_co)
    return a_request(cast, actor=cast.outsider, service=service)


def an_asking(cast: Any, incident: Incident, status: str = "in_progress", **given: Any) -> Request:
    asking = a_request(cast, status)
    services.link_request_to_incident(asking, actor=cast.agent_l1, incident=incident, **given)
    return asking


def segments_of(record: Any) -> list[Any]:
    return list(record.life.segments.values_list("started_at", "holder", "is_running"))


def asked_by(record: Request) -> list[tuple[int, str]]:
    return list(record.incident_links.order_by("incident").values_list("incident", "kind"))


# --- What is passed on ----------------------------------------------------------------------------


def test_a_link_alone_passes_nothing_on_and_stops_no_clock(cast: Any, incident: Incident) -> None:
    asking = a_request(cast, "in_progress")
    before = segments_of(asking), segments_of(incident)
    services.link_request_to_incident(
        asking, actor=cast.agent_l1, incident=incident, kind="caused_by"
    )
    assert (segments_of(asking), segments_of(incident)) == before
    services.comment_on_incident(incident, actor=cast.agent_l1, text="Soon", is_internal=False)
    services.resolve_incident(incident, actor=cast.agent_l1, **FIXED)
    asking.refresh_from_db()
    assert asking.status == "in_progress"
    assert not asking.comments.exists()
    assert segments_of(asking) == before[0]


def test_the_switches_tell_and_resolve_the_requests(cast: Any, incident: Incident) -> None:
    asking = an_asking(cast, incident)
    services.set_cascade(incident, actor=cast.agent_l1, tells_requests=True, resolves_requests=True)
    services.comment_on_incident(incident, actor=cast.agent_l1, text="Soon", is_internal=False)
    services.comment_on_incident(incident, actor=cast.agent_l1, text="For us")
    assert list(asking.comments.values_list("text", "is_internal")) == [("Soon", False)]
    services.resolve_incident(incident, actor=cast.agent_l1, **FIXED)
    asking.refresh_from_db()
    assert (asking.status, asking.outcome, asking.resolution) == (
        "resolved",
        "answered",
        "Restarted",
    )


@pytest.mark.parametrize(
    ("switched", "chosen", "status"),
    [
        (False, "resolve", "resolved"),
        (True, "leave", "in_progress"),
        (True, "", "resolved"),
        (False, "", "in_progress"),
    ],
)
def test_who_resolves_chooses_for_the_requests(
    cast: Any, api_of: Any, incident: Incident, switched: bool, chosen: str, status: str
) -> None:
    asking = an_asking(cast, incident)
    services.set_cascade(incident, actor=cast.agent_l1, resolves_requests=switched)
    told = {"action": "resolve", **FIXED, **({"requests": chosen} if chosen else {})}
    at = f"/api/v1/incidents/{incident.reference}/transitions/"
    answer = api_of(cast.agent_l1).post(at, told)
    assert answer.status_code == 200, answer.json()
    asking.refresh_from_db()
    assert asking.status == status


def test_what_refuses_or_is_out_of_sight_stays_and_is_told(
    cast: Any, incident: Incident, foreign: Request
) -> None:
    asking, fresh = an_asking(cast, incident), an_asking(cast, incident, "new")
    services.link_request_to_incident(foreign, actor=None, incident=incident)
    row = services.resolve_incident(incident, actor=cast.agent_l1, requests="resolve", **FIXED)
    (passed_on,) = [told for told in row.passed_on if told.model is Request]
    assert passed_on.told() == [
        f"Passed on to {asking.reference}.",
        "1 record that you may not see stays as it is.",
        f"{fresh.reference} stays as it is: the status “New” does not allow this action.",
    ]
    standing = dict(Request.objects.values_list("pk", "status"))
    assert standing == {asking.pk: "resolved", fresh.pk: "new", foreign.pk: "new"}


def test_requests_have_no_switches_for_requests(cast: Any, refuses: Any) -> None:
    asking = a_request(cast)
    with refuses(ValidationError, "This cannot be passed on."):
        services.set_cascade(asking, actor=cast.agent_l1, resolves_requests=True)


def test_an_edited_priority_is_passed_on_as_a_set_one(cast: Any) -> None:
    whole, part = a_request(cast, "in_progress"), a_request(cast, "in_progress")
    services.link_records(part, "child_of", whole, actor=cast.agent_l1)
    services.set_cascade(whole, actor=cast.agent_l1, prioritizes=True)
    opening.edit_request(whole, actor=cast.agent_l1, priority=2)
    part.refresh_from_db()
    assert part.priority == 2


# --- Merges ---------------------------------------------------------------------------------------


def test_a_merge_carries_links_and_its_undoing_takes_back_what_it_brought(cast: Any) -> None:
    survivor, twin = a_request(cast), a_request(cast)
    one, other = an_incident(cast), an_incident(cast)
    for asking, incident, kind in (
        (survivor, one, "about"),
        (twin, one, "caused_by"),
        (twin, other, "caused_by"),
    ):
        services.link_request_to_incident(asking, actor=cast.agent_l1, incident=incident, kind=kind)
    merged = services.merge(twin, actor=cast.agent_l1, into=survivor)
    assert asked_by(survivor) == [(one.pk, "about"), (other.pk, "caused_by")]
    services.unmerge(merged, actor=cast.agent_l1, note="Another branch")
    assert asked_by(survivor) == [(one.pk, "about")]
    assert asked_by(twin) == [(one.pk, "caused_by"), (other.pk, "caused_by")]


def test_requests_go_on_with_the_incident_that_theirs_was_merged_into(cast: Any) -> None:
    survivor, twin = an_incident(cast, "in_progress"), an_incident(cast)
    asking = an_asking(cast, twin)
    merged = services.merge(twin, actor=cast.agent_l1, into=survivor)
    assert asked_by(asking) == [(survivor.pk, "about"), (twin.pk, "about")]
    services.unmerge(merged, actor=cast.agent_l1, note="Another cause")
    assert asked_by(asking) == [(twin.pk, "about")]


# --- Edges ----------------------------------------------------------------------------------------


def test_the_database_knows_the_kinds_and_each_pair_once(cast: Any, incident: Incident) -> None:
    asking = an_asking(cast, incident)
    other = a_request(cast)
    for request, kind in ((other, "because"), (asking, "caused_by")):
        with pytest.raises(IntegrityError), transaction.atomic():
            RequestIncident.objects.create(request=request, incident=incident, kind=kind)
    assert RequestIncident.objects.count() == 1


def test_the_incident_links_requests_by_the_rules_of_requests(
    cast: Any, api_of: Any, incident: Incident, foreign: Request, refuses: Any
) -> None:
    asking = a_request(cast)
    at = f"/api/v1/incidents/{incident.reference}/"
    agent = api_of(cast.agent_l1)
    made = agent.post(f"{at}requests/", {"request": asking.reference, "kind": "caused_by"})
    assert made.status_code == 201, made.json()
    assert [(row["request"], row["kind"]) for row in made.json()] == [
        (asking.reference, "caused_by")
    ]
    assert agent.post(f"{at}requests/", {"request": asking.reference}).status_code == 409
    assert agent.post(f"{at}requests/", {"request": foreign.reference}).status_code == 400
    assert api_of(cast.outsider).get(f"{at}requests/").status_code == 404
    with refuses(NotAllowed):
        services.link_request_to_incident(asking, actor=cast.auditor, incident=incident)
    gone = {"action": "unlink_request", "request": asking.reference}
    assert agent.post(f"{at}transitions/", gone).status_code == 200
    assert agent.get(f"{at}requests/").json() == []
    named = {"incident": incident.reference, "kind": "caused_by"}
    made = agent.post(f"/api/v1/requests/{asking.reference}/incidents/", named)
    assert [row["kind"] for row in made.json()] == ["caused_by"]


def test_the_pages_show_the_relation_and_offer_what_may_be_done(
    cast: Any, client: Any, incident: Incident, foreign: Request
) -> None:
    asking = an_asking(cast, incident, kind="caused_by")
    services.link_request_to_incident(foreign, actor=None, incident=incident)
    services.set_cascade(incident, actor=cast.agent_l1, resolves_requests=True)
    client.force_login(cast.agent_l1)
    page = client.get(f"/incidents/incident/{incident.pk}/change/").content.decode()
    assert asking.reference in page
    assert foreign.reference not in page
    assert "action/link_request/" in page
    assert "Passed on to parts: resolution, to requests." in page
    dialog = client.get(
        f"/incidents/incident/{incident.pk}/action/resolve/", headers={"X-Dialog": "1"}
    )
    assert "Requests that ask about it" in dialog.content.decode()
    page = client.get(f"/incidents/request/{asking.pk}/change/").content.decode()
    assert "<small>Caused by</small>" in page
    assert incident.reference in page


@pytest.mark.parametrize("page", ["incident", "request"])
def test_pages_cost_the_same_with_one_link_and_with_three(
    cast: Any, client: Any, django_assert_num_queries: Any, page: str, incident: Incident
) -> None:
    asking = an_asking(cast, incident)
    shown = incident if page == "incident" else asking
    address = f"/incidents/{page}/{shown.pk}/change/"
    cost = {"incident": 49, "request": 41}[page]
    client.force_login(cast.agent_l1)
    client.get(address)
    with django_assert_num_queries(cost):
        client.get(address)
    for _ in range(2):
        an_asking(cast, incident)
        services.link_request_to_incident(asking, actor=cast.agent_l1, incident=an_incident(cast))
    with django_assert_num_queries(cost):
        client.get(address)


def test_a_comment_on_a_request_does_not_come_back_to_the_incident(
    cast: Any, incident: Incident
) -> None:
    asking = an_asking(cast, incident)
    services.set_cascade(incident, actor=cast.agent_l1, tells_requests=True)
    conversation.comment_on_request(asking, actor=cast.agent_l1, text="Sent", is_internal=False)
    assert not incident.comments.exists()
