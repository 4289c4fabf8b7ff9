"""Requests go together as incidents do: wholes and parts, splits, and the incidents asked about."""

from typing import Any

import pytest
from django.db import DatabaseError, IntegrityError, transaction

from core.errors import NotAllowed, Refused, ValidationError
from incidents import services
from incidents.models import Incident, Request, RequestIncident, RequestLink
from incidents.request_timeline import REQUEST_TIMELINE
from incidents.services.requests import conversation, progress
from incidents.timeline import INCIDENT_TIMELINE
from notifications.models import Message
from sla.enums import EventKind
from tests.factories import a_service, an_incident
from tests.incidents.asking import a_client, a_limit, a_request, an_adjustment

pytestmark = pytest.mark.django_db


def a_family(cast: Any, *statuses: str, **switches: bool) -> tuple[Request, list[Request]]:
    whole = a_request(cast, "in_progress", title="New terminals")
    parts = [a_request(cast, status) for status in statuses]
    for part in parts:
        services.link_records(part, "child_of", whole, actor=cast.agent_l1)
    services.set_cascade(whole, actor=cast.agent_l1, **switches)
    return whole, parts


def fresh(*records: Any) -> list[str]:
    statuses = dict(type(records[0]).objects.values_list("pk", "status"))
    return [statuses[record.pk] for record in records]


def a_foreign_incident(cast: Any) -> Incident:
    service = a_service(cast, owner_team=cast.wallet_co, support_team=cast.wallet_co)
    return an_incident(cast, actor=cast.outsider, service=service)


# --- Families -------------------------------------------------------------------------------------


def test_what_is_resolved_resolves_the_parts_that_follow(cast: Any) -> None:
    whole, (part, left_out, new) = a_family(
        cast, "in_progress", "in_progress", "new", resolves=True
    )
    services.set_following(whole, actor=cast.agent_l1, part=left_out, follows=False)

    done = progress.resolve_request(
        whole, actor=cast.agent_l1, outcome="fulfilled", resolution="All were sent."
    )

    assert done.passed_on[0].told() == [
        f"Passed on to {part.reference}.",
        f"{new.reference} stays as it is: the status “New” does not allow this action.",
    ]
    assert fresh(whole, part, left_out, new) == ["resolved", "resolved", "in_progress", "new"]


def test_a_part_with_an_unsettled_adjustment_stays(cast: Any) -> None:
    a_limit("agent", "5000")
    whole, (part,) = a_family(cast, "in_progress", resolves=True)
    money = an_adjustment(cast)
    services.link_records(money.request, "child_of", whole, actor=cast.agent_l1)
    progress.start_request(money.request, actor=cast.agent_l1)
    done = progress.resolve_request(
        whole, actor=cast.agent_l1, outcome="fulfilled", resolution="All were sent."
    )
    assert done.passed_on[0].done == [part.reference]
    assert len(done.passed_on[0].refused) == 1
    assert fresh(money.request) == ["in_progress"]


def test_waiting_priority_and_words_are_passed_on_where_switched(cast: Any) -> None:
    whole, (part,) = a_family(cast, "in_progress", waits=True, prioritizes=True, tells=True)
    progress.set_priority(whole, actor=cast.agent_l1, priority=2, reason="A campaign begins")
    whole = progress.wait_for_customer(whole, actor=cast.agent_l1, note="asked them")
    conversation.comment_on_request(
        whole, actor=cast.agent_l1, text="Please tell us the address", is_internal=False
    )
    conversation.comment_on_request(whole, actor=cast.agent_l1, text="Ask finance")
    part.refresh_from_db()
    assert (part.priority, part.status) == (2, "pending_customer")
    assert list(part.comments.values_list("text", flat=True)) == ["Please tell us the address"]
    kinds = part.life.events.values_list("kind", flat=True)
    assert {EventKind.PRIORITIZED, EventKind.WAITED_FOR_CUSTOMER, EventKind.UPDATED} <= set(kinds)


def test_nothing_is_passed_on_without_a_switch(cast: Any) -> None:
    whole, (part,) = a_family(cast, "in_progress")
    done = progress.resolve_request(
        whole, actor=cast.agent_l1, outcome="answered", resolution="They know now."
    )
    assert done.passed_on[0].told() == []
    assert fresh(part) == ["in_progress"]


def test_families_are_trees_of_five_levels(cast: Any, refuses: Any) -> None:
    chain = [a_request(cast) for _ in range(6)]
    for part, above in zip(chain[1:5], chain, strict=False):
        services.link_records(part, "child_of", above, actor=cast.agent_l1)
    with refuses(Refused, "a family has at most 5 levels"):
        services.link_records(chain[5], "child_of", chain[4], actor=cast.agent_l1)
    with refuses(Refused, "a record cannot be a part of itself"):
        services.link_records(chain[0], "child_of", chain[4], actor=cast.agent_l1)
    with refuses(Refused, "it is a part of another one already"):
        services.link_records(chain[2], "child_of", chain[5], actor=cast.agent_l1)
    assert RequestLink.objects.count() == 4


@pytest.mark.parametrize(("source", "target"), [(0, 4), (5, 4), (0, 5), (2, 5)])
def test_the_database_keeps_families(cast: Any, source: int, target: int) -> None:
    chain = [a_request(cast) for _ in range(6)]
    for part, above in zip(chain[1:5], chain, strict=False):
        services.link_records(part, "child_of", above, actor=cast.agent_l1)
    with pytest.raises(IntegrityError), transaction.atomic():
        RequestLink.objects.bulk_create(
            [RequestLink(source=chain[source], kind="child_of", target=chain[target])]
        )
    assert RequestLink.objects.count() == 4


# --- Splitting ------------------------------------------------------------------------------------


def test_a_part_becomes_a_request_of_its_own(cast: Any) -> None:
    client = a_client()
    source = a_request(cast, "in_progress", client=client, priority=2, asked_by="Rosa Ibáñez")
    for text in ("Terminals", "Paper rolls"):
        conversation.comment_on_request(source, actor=cast.agent_l2, text=text)
    conversation.attach_to_request(source, actor=cast.agent_l2, name="list.txt", data=b"rolls")
    rolls = source.comments.get(text="Paper rolls")

    made = services.split(
        source,
        actor=cast.agent_l1,
        title="Paper rolls",
        note="Another supplier",
        comments=[rolls.pk],
        files=[source.attachments.get().pk],
    )

    assert (made.status, made.owner, made.client, made.priority) == ("new", None, client, 2)
    assert (made.asked_by, made.kind, made.language) == ("Rosa Ibáñez", "request", source.language)
    (copy,) = made.comments.all()
    assert (copy.text, copy.author, copy.created_at) == (
        "Paper rolls",
        cast.agent_l2,
        rolls.created_at,
    )
    assert made.attachments.get().file.name == source.attachments.get().file.name
    assert source.comments.count() == 2
    assert fresh(source) == ["in_progress"]
    assert made.life.segments.earliest("started_at").started_at == made.opened_at


def test_what_a_split_refuses(cast: Any, refuses: Any) -> None:
    source, other = a_request(cast, "in_progress"), a_request(cast)
    strange = conversation.comment_on_request(other, actor=cast.agent_l1, text="Elsewhere")
    facts = {"title": "Another", "note": "Two things"}
    with refuses(ValidationError, "Choose among those of this record."):
        services.split(source, actor=cast.agent_l1, comments=[strange.pk], **facts)
    with refuses(Request.DoesNotExist):
        services.split(source, actor=cast.outsider, **facts)
    with refuses(NotAllowed, "your role does not include this action"):
        services.split(source, actor=cast.auditor, **facts)
    progress.cancel_request(source, actor=cast.agent_l1, note="nobody asked")
    with refuses(Refused, "only an open record is split"):
        services.split(source, actor=cast.agent_l1, **facts)
    assert Request.objects.count() == 2


# --- Incidents asked about ------------------------------------------------------------------------


def test_both_pages_and_timelines_tell_of_the_incident_asked_about(
    cast: Any, client_of: Any
) -> None:
    asked, incident = a_request(cast, "in_progress"), an_incident(cast, "in_progress")
    services.link_request_to_incident(asked, actor=cast.agent_l1, incident=incident)
    browser = client_of(cast.agent_l1)
    pages = (f"/incidents/request/{asked.pk}/change/", f"/incidents/incident/{incident.pk}/change/")
    there, here = (browser.get(page).content.decode() for page in pages)
    assert incident.reference in there
    assert asked.reference in here
    for timeline, record in ((REQUEST_TIMELINE, asked), (INCIDENT_TIMELINE, incident)):
        page = timeline.read(record, cast.agent_l1, size=50, before=None, kinds=["people"])
        assert [str(entry.title) for entry in page.entries] == ["Linked"]


def test_nobody_learns_of_an_incident_that_they_may_not_see(
    cast: Any, client_of: Any, api_of: Any, refuses: Any
) -> None:
    asked, hidden = a_request(cast, "in_progress"), a_foreign_incident(cast)
    with refuses(ValidationError, "There is no such record."):
        services.link_request_to_incident(asked, actor=cast.agent_l1, incident=hidden)
    services.link_request_to_incident(asked, actor=None, incident=hidden)
    page = client_of(cast.agent_l1).get(f"/incidents/request/{asked.pk}/change/").content.decode()
    assert hidden.reference not in page
    told = REQUEST_TIMELINE.read(asked, cast.agent_l1, size=50, before=None, kinds=["people"])
    assert told.entries == []
    answer = api_of(cast.agent_l1).get(f"/api/v1/requests/{asked.reference}/incidents/")
    assert answer.json() == []
    with refuses(Refused, "they are not linked like this"):
        services.unlink_request_from_incident(asked, actor=cast.agent_l1, incident=hidden)
    services.resolve_incident(
        _started(hidden, cast), actor=cast.outsider, resolution_code="fixed", resolution="Restarted"
    )
    assert not Message.objects.filter(kind="request_incident_resolved").exists()


def _started(incident: Incident, cast: Any) -> Incident:
    return services.start_incident(incident, actor=cast.outsider)


def test_who_follows_a_request_hears_when_the_incident_is_resolved(cast: Any) -> None:
    asked, incident = a_request(cast, "in_progress"), an_incident(cast, "in_progress")
    over = a_request(cast, "resolved")
    conversation.watch_request(asked, actor=cast.agent_l2)
    for record in (asked, over):
        services.link_request_to_incident(record, actor=cast.agent_l1, incident=incident)
    services.resolve_incident(
        incident, actor=cast.team_lead, resolution_code="fixed", resolution="Restarted"
    )
    told = Message.objects.filter(kind="request_incident_resolved").order_by("pk")
    assert {(m.recipient.username, m.reference) for m in told} == {
        ("agent_l1", asked.reference),
        ("agent_l2", asked.reference),
    }
    assert told[0].context["incident"] == incident.reference


def test_a_link_stands_once_and_is_taken_back(cast: Any, refuses: Any) -> None:
    asked, incident = a_request(cast), an_incident(cast)
    services.link_request_to_incident(asked, actor=cast.agent_l1, incident=incident)
    with refuses(Refused, "they are linked like this already"):
        services.link_request_to_incident(asked, actor=cast.agent_l1, incident=incident)
    with pytest.raises(DatabaseError), transaction.atomic():
        RequestIncident.objects.bulk_create([RequestIncident(request=asked, incident=incident)])
    with refuses(NotAllowed, "your role does not include this action"):
        services.unlink_request_from_incident(asked, actor=cast.auditor, incident=incident)
    services.unlink_request_from_incident(asked, actor=cast.agent_l1, incident=incident)
    assert not RequestIncident.objects.exists()


def test_the_survivor_of_a_merge_asks_about_the_same_incidents(cast: Any) -> None:
    survivor, twin = a_request(cast), a_request(cast)
    one, other = an_incident(cast), an_incident(cast)
    for record, incident in ((survivor, one), (twin, one), (twin, other)):
        services.link_request_to_incident(record, actor=cast.agent_l1, incident=incident)
    services.merge(twin, actor=cast.agent_l1, into=survivor)
    asked = survivor.incident_links.order_by("incident").values_list("incident", flat=True)
    assert list(asked) == [one.pk, other.pk]


# --- REST -----------------------------------------------------------------------------------------


def test_families_splits_and_incidents_over_rest(cast: Any, api_of: Any) -> None:
    api = api_of(cast.agent_l1)
    whole, (part,) = a_family(cast, "in_progress")
    incident = an_incident(cast)
    at = f"/api/v1/requests/{whole.reference}"
    assert api.get(f"{at}/parts/").json() == [
        {"request": part.reference, "status": "in_progress", "follows": True}
    ]
    assert api.post(f"{at}/incidents/", {"incident": incident.reference}).status_code == 201
    (asked,) = api.get(f"{at}/incidents/").json()
    assert (asked["incident"], asked["status"]) == (incident.reference, "new")
    (asking,) = api.get(f"/api/v1/incidents/{incident.reference}/requests/").json()
    assert asking["request"] == whole.reference
    found = api.get(f"/api/v1/requests/?incident={incident.reference}").json()["results"]
    assert [row["reference"] for row in found] == [whole.reference]
    made = api.post(f"{at}/split/", {"title": "Rolls", "note": "Another supplier"})
    assert made.status_code == 201, made.json()
    assert made.json()["title"] == "Rolls"
    back = api.post(
        f"{at}/transitions/", {"action": "unlink_incident", "incident": incident.reference}
    )
    assert back.status_code == 200, back.json()
    assert api.get(f"{at}/incidents/").json() == []
    for address in ("parts", "incidents", "merges"):
        assert api_of(cast.outsider).get(f"{at}/{address}/").status_code == 404
    assert api.post(f"{at}/incidents/", {"incident": "INC-999999"}).status_code == 400


def test_a_merge_over_rest_names_the_other_request(cast: Any, api_of: Any) -> None:
    api = api_of(cast.agent_l1)
    survivor, twin = a_request(cast), a_request(cast)
    answer = api.post(f"/api/v1/requests/{twin.reference}/merges/", {"into": survivor.reference})
    assert answer.status_code == 201, answer.json()
    (shown,) = api.get(f"/api/v1/requests/{survivor.reference}/merges/").json()
    assert (shown["direction"], shown["request"]) == ("inward", twin.reference)
