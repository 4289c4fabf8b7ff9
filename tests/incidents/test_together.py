"""Merging, families, vendors and promises: what is shown, passed on, refused, and undone."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from core.errors import NotAllowed, Refused, ValidationError
from incidents import services
from incidents.enums import PromiseOutcome
from incidents.models import Incident, IncidentLink, Merge, PromisedContact, VendorEscalation
from incidents.timeline import INCIDENT_TIMELINE
from notifications.models import Message
from sla.enums import EventKind
from tests.factories import a_service, a_vendor, an_incident

pytestmark = pytest.mark.django_db


def kinds_of(incident: Incident) -> list[str]:
    told = incident.life.events.filter(superseded_at__isnull=True).order_by("pk")
    return list(told.values_list("kind", flat=True))


def said_on(incident: Incident, user: Any) -> list[str]:
    page = INCIDENT_TIMELINE.read(incident, user, size=50, before=None, kinds=["comment"])
    return [entry.text for entry in page.entries]


@pytest.fixture
def foreign(cast: Any) -> Incident:
    """An incident of Colombia, which agents of Mexico do not see."""
    service = a_service(cast, owner_team=cast.wallet_co, support_team=cast.wallet_co)
    return an_incident(cast, actor=cast.outsider, service=service)


@pytest.fixture
def whole(cast: Any) -> Incident:
    return an_incident(cast, "in_progress", title="Switch is down")


def a_part(cast: Any, whole: Incident, status: str = "in_progress", **given: Any) -> Incident:
    part = an_incident(cast, status, **given)
    services.link_records(part, "child_of", whole, actor=cast.agent_l1)
    return part


# --- Merging --------------------------------------------------------------------------------------


def test_a_merged_incident_ends_and_goes_on_in_the_survivor(cast: Any) -> None:
    survivor, twin = an_incident(cast), an_incident(cast, "in_progress")
    services.comment_on_incident(twin, actor=cast.agent_l1, text="Seen at the branch too")
    services.watch_incident(twin, actor=cast.agent_l2)

    merged = services.merge(twin, actor=cast.agent_l1, into=survivor)

    assert (merged.status, merged.is_open) == ("merged", False)
    assert kinds_of(merged)[-1] == EventKind.MERGED
    assert said_on(survivor, cast.agent_l1) == ["Seen at the branch too"]
    services.comment_on_incident(survivor, actor=cast.agent_l1, text="Found it")
    told = Message.objects.filter(reference=survivor.reference, kind="incident_commented")
    assert [message.recipient for message in told] == [cast.agent_l2]


def test_what_was_said_on_a_merged_incident_stays_out_of_sight_of_others(
    cast: Any, foreign: Incident
) -> None:
    survivor = an_incident(cast)
    services.comment_on_incident(foreign, actor=cast.outsider, text="Confidential")
    Merge.objects.create(
        life=foreign.life, into=survivor.life, status_before="new", merged_by=cast.outsider
    )
    assert said_on(survivor, cast.agent_l1) == []
    assert said_on(survivor, cast.service_manager) == []
    assert said_on(survivor, cast.auditor) == ["Confidential"]


def test_an_undone_merge_never_happened(cast: Any) -> None:
    survivor, twin = an_incident(cast), an_incident(cast, "in_progress")
    before = list(twin.life.segments.values_list("started_at", "holder", "is_running"))
    merged = services.merge(twin, actor=cast.agent_l1, into=survivor)
    assert list(twin.life.segments.values_list("started_at", "holder", "is_running")) != before

    back = services.unmerge(merged, actor=cast.agent_l1, note="Another cause")

    assert (back.status, back.closed_at) == ("in_progress", None)
    assert list(twin.life.segments.values_list("started_at", "holder", "is_running")) == before
    assert EventKind.MERGED not in kinds_of(back)
    assert said_on(survivor, cast.agent_l1) == []
    again = services.merge(back, actor=cast.agent_l1, into=survivor)
    assert again.status == "merged"


def test_a_merge_is_undone_within_seven_days_only(cast: Any, refuses: Any) -> None:
    twin = services.merge(an_incident(cast), actor=cast.agent_l1, into=an_incident(cast))
    late = time_machine.travel(timezone.now() + timedelta(days=7, seconds=1))
    with late, refuses(Refused, "it was merged more than seven days ago"):
        services.unmerge(twin, actor=cast.agent_l1, note="Late")
    assert Merge.objects.get().undone_at is None


def test_it_is_not_merged_into_what_is_itself_over_or_out_of_sight(
    cast: Any, refuses: Any, foreign: Incident
) -> None:
    twin = an_incident(cast)
    over, other = an_incident(cast, "cancelled"), an_incident(cast)
    with refuses(ValidationError, "A record cannot be merged into itself."):
        services.merge(twin, actor=cast.agent_l1, into=twin)
    with refuses(ValidationError, "There is no such record."):
        services.merge(twin, actor=cast.agent_l1, into=foreign)
    with refuses(Refused, "only an open record takes in others"):
        services.merge(twin, actor=cast.agent_l1, into=over)
    with refuses(NotAllowed, "your role does not include this action"):
        services.merge(twin, actor=cast.auditor, into=other)
    assert not Merge.objects.exists()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE incidents_merge SET into_id = life_id + 100000",
        "UPDATE incidents_merge SET status_before = 'new', undone_at = now(), undone_by_id = 1",
        "DELETE FROM incidents_merge",
        "INSERT INTO incidents_merge (life_id, into_id, status_before, merged_at, merged_by_id)"
        " SELECT into_id, life_id, 'new', now(), merged_by_id FROM incidents_merge",
    ],
)
def test_the_database_keeps_merges(cast: Any, statement: str) -> None:
    services.merge(an_incident(cast, "in_progress"), actor=cast.agent_l1, into=an_incident(cast))
    before = list(Merge.objects.values())
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
    assert list(Merge.objects.values()) == before


# --- Families -------------------------------------------------------------------------------------


def test_what_is_passed_on_is_what_the_switches_say(cast: Any, whole: Incident) -> None:
    part, free = a_part(cast, whole), a_part(cast, whole)
    services.set_following(whole, actor=cast.agent_l1, part=free, follows=False)
    services.set_cascade(whole, actor=cast.agent_l1, waits=True, prioritizes=True, tells=True)

    services.wait_for_customer(whole, actor=cast.agent_l1, note="They test it")
    services.edit_incident(whole, actor=cast.agent_l1, impact=1, urgency=1)
    services.comment_on_incident(
        whole, actor=cast.agent_l1, text="We work on it", is_internal=False
    )

    part.refresh_from_db()
    free.refresh_from_db()
    assert (part.status, part.priority) == ("pending_customer", 1)
    assert (free.status, free.priority) == ("in_progress", 3)
    assert list(part.comments.values_list("text", "is_internal")) == [("We work on it", False)]
    assert not free.comments.exists()
    services.resume_incident(whole, actor=cast.agent_l1)
    services.resolve_incident(
        whole, actor=cast.agent_l1, resolution_code="fixed", resolution="Restarted"
    )
    part.refresh_from_db()
    assert part.status == "in_progress"  # resolution is not passed on


def test_resolving_passes_down_all_levels_and_tells_what_refused(
    cast: Any, api_of: Any, whole: Incident, foreign: Incident
) -> None:
    part, fresh = a_part(cast, whole), a_part(cast, whole, "new")
    grandchild = a_part(cast, part)
    IncidentLink.objects.create(source=foreign, kind="child_of", target=whole)
    for incident in (whole, part):
        services.set_cascade(incident, actor=cast.agent_l1, resolves=True)

    answer = api_of(cast.agent_l1).post(
        f"/api/v1/incidents/{whole.reference}/transitions/",
        {"action": "resolve", "resolution_code": "fixed", "resolution": "Failed over"},
    )

    assert answer.status_code == 200
    assert answer.json()["warnings"] == [
        f"Passed on to {part.reference}.",
        "1 record that you may not see stays as it is.",
        f"{fresh.reference} stays as it is: the status “New” does not allow this action.",
    ]
    statuses = dict(Incident.objects.values_list("pk", "status"))
    assert [statuses[i.pk] for i in (whole, part, grandchild)] == ["resolved"] * 3
    assert [statuses[i.pk] for i in (fresh, foreign)] == ["new", "new"]


def test_families_are_trees_of_five_levels(cast: Any, refuses: Any) -> None:
    chain = [an_incident(cast) for _ in range(6)]
    for part, above in zip(chain[1:5], chain, strict=False):
        services.link_records(part, "child_of", above, actor=cast.agent_l1)
    with refuses(Refused, "a family has at most 5 levels"):
        services.link_records(chain[5], "child_of", chain[4], actor=cast.agent_l1)
    with refuses(Refused, "a family has at most 5 levels"):
        services.link_records(chain[0], "child_of", chain[5], actor=cast.agent_l1)
    with refuses(Refused, "a record cannot be a part of itself"):
        services.link_records(chain[0], "child_of", chain[4], actor=cast.agent_l1)
    with refuses(Refused, "it is a part of another one already"):
        services.link_records(chain[2], "child_of", chain[5], actor=cast.agent_l1)
    assert IncidentLink.objects.count() == 4


@pytest.mark.parametrize(("source", "target"), [(0, 4), (5, 4), (0, 5), (2, 5)])
def test_the_database_keeps_families(cast: Any, source: int, target: int) -> None:
    chain = [an_incident(cast) for _ in range(6)]
    for part, above in zip(chain[1:5], chain, strict=False):
        services.link_records(part, "child_of", above, actor=cast.agent_l1)
    with pytest.raises(IntegrityError), transaction.atomic():
        IncidentLink.objects.bulk_create(
            [IncidentLink(source=chain[source], kind="child_of", target=chain[target])]
        )
    assert IncidentLink.objects.count() == 4


# --- Vendors --------------------------------------------------------------------------------------


def test_each_escalation_stays_with_its_reference_and_the_vendor_has_the_clock(cast: Any) -> None:
    first, second = a_vendor(), a_vendor()
    incident = an_incident(cast, "in_progress")
    services.wait_for_vendor(
        incident,
        actor=cast.agent_l1,
        vendor=first,
        note="Please look at the switch",
        vendor_reference="SW-77",
        contact="noc@example.com",
    )
    services.escalate_again(incident, actor=cast.agent_l1, vendor=second, note="And the line?")

    rows = VendorEscalation.objects.values_list("vendor", "vendor_reference", "question")
    assert list(rows) == [
        (first.pk, "SW-77", "Please look at the switch"),
        (second.pk, "", "And the line?"),
    ]
    held = incident.life.segments.order_by("started_at").values_list("vendor", flat=True)
    assert list(held)[-2:] == [first.pk, second.pk]


def test_a_reply_is_noted_once_and_not_before_it_was_asked(cast: Any, refuses: Any) -> None:
    incident = an_incident(cast, "in_progress")
    services.wait_for_vendor(incident, actor=cast.agent_l1, vendor=a_vendor(), note="Look")
    asked = VendorEscalation.objects.get()
    early = asked.sent_at - timedelta(minutes=1)
    with refuses(ValidationError, "This is before the escalation was sent."):
        services.note_vendor_reply(
            incident, actor=cast.agent_l1, escalation=asked.pk, acknowledged_at=early
        )
    now = timezone.now()
    services.note_vendor_reply(
        incident, actor=cast.agent_l1, escalation=asked.pk, vendor_reference="X-1"
    )
    services.note_vendor_reply(
        incident, actor=cast.agent_l1, escalation=asked.pk, answered_at=now, answer="Patched"
    )
    with refuses(Refused, "the vendor has answered this already"):
        services.note_vendor_reply(
            incident, actor=cast.agent_l1, escalation=asked.pk, answered_at=now, answer="No"
        )
    asked.refresh_from_db()
    assert (asked.vendor_reference, asked.answer, asked.answered_at) == ("X-1", "Patched", now)
    with pytest.raises(IntegrityError), transaction.atomic():
        VendorEscalation.objects.update(answer="No")


def test_an_escalation_of_another_incident_is_not_found(cast: Any, foreign: Incident) -> None:
    theirs = VendorEscalation.objects.create(
        life=foreign.life, vendor=a_vendor(), sent_at=timezone.now()
    )
    with pytest.raises(ValidationError):
        services.note_vendor_reply(
            an_incident(cast), actor=cast.agent_l1, escalation=theirs.pk, vendor_reference="X"
        )


# --- Promises -------------------------------------------------------------------------------------


@pytest.fixture
def promised(cast: Any) -> Incident:
    incident = an_incident(cast, "in_progress")
    due_at = timezone.now() + timedelta(hours=1)
    return services.promise_contact(incident, actor=cast.agent_l1, due_at=due_at, note="A call")


@pytest.mark.parametrize(
    ("after", "outcome"), [(timedelta(minutes=59), "kept"), (timedelta(minutes=61), "broken")]
)
def test_telling_the_client_keeps_or_breaks_a_promise(
    cast: Any, promised: Incident, after: timedelta, outcome: str
) -> None:
    with time_machine.travel(timezone.now() + after, tick=False):
        services.comment_on_incident(promised, actor=cast.agent_l1, text="For us")
        assert PromisedContact.objects.get().outcome == PromiseOutcome.OPEN
        services.comment_on_incident(
            promised, actor=cast.agent_l1, text="It works again", is_internal=False
        )
    assert PromisedContact.objects.get().outcome == outcome


def test_the_owner_is_told_once_that_a_promise_is_due(cast: Any, promised: Incident) -> None:
    now = timezone.now()
    assert services.remind_of_promises(now) == 0
    late = now + timedelta(hours=2)
    assert [services.remind_of_promises(late) for _ in range(2)] == [1, 0]
    told = Message.objects.filter(kind="incident_promise_due")
    assert [message.recipient for message in told] == [cast.agent_l1]


def test_another_promise_takes_the_place_of_one_that_is_not_due(
    cast: Any, promised: Incident, refuses: Any
) -> None:
    later = timezone.now() + timedelta(hours=3)
    services.promise_contact(promised, actor=cast.agent_l1, due_at=later)
    outcomes = PromisedContact.objects.order_by("pk").values_list("outcome", flat=True)
    assert list(outcomes) == ["replaced", "open"]
    with refuses(ValidationError, "Choose a moment within the next thirty days."):
        services.promise_contact(promised, actor=cast.agent_l1, due_at=timezone.now())
    assert PromisedContact.objects.count() == 2


def test_overdue_promises_are_found(cast: Any, api_of: Any, promised: Incident) -> None:
    an_incident(cast)
    reader = api_of(cast.agent_l1)
    assert reader.get("/api/v1/incidents/?promise_overdue=true").json()["results"] == []
    with time_machine.travel(timezone.now() + timedelta(hours=2)):
        found = reader.get("/api/v1/incidents/?promise_overdue=true").json()["results"]
    assert [row["reference"] for row in found] == [promised.reference]


def test_the_database_keeps_promises(promised: Incident) -> None:
    for change in ({"due_at": timezone.now() + timedelta(days=3)}, {"outcome": "kept"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            PromisedContact.objects.update(**change)


# --- Edges ----------------------------------------------------------------------------------------


def test_the_api_gives_each_part_of_it(cast: Any, api_of: Any, whole: Incident) -> None:
    part = a_part(cast, whole)
    client, at = api_of(cast.agent_l1), f"/api/v1/incidents/{whole.reference}/"
    due_at = (timezone.now() + timedelta(hours=1)).isoformat()
    assert client.get(f"{at}parts/").json() == [
        {"incident": part.reference, "status": "in_progress", "follows": True}
    ]
    made = client.post(f"{at}promises/", {"due_at": due_at, "note": "A call"})
    assert (made.status_code, made.json()[0]["outcome"]) == (201, "open")
    into = {"into": whole.reference}
    merged = client.post(f"/api/v1/incidents/{part.reference}/merges/", into)
    assert merged.status_code == 201, merged.json()
    assert [row["direction"] for row in client.get(f"{at}merges/").json()] == ["inward"]
    refused = client.post(f"{at}escalations/", {"vendor": a_vendor().reference, "note": "Help"})
    assert refused.status_code == 409
    assert client.post(f"{at}promises/", {"due_at": "soon"}).status_code == 400


def test_the_page_shows_where_it_went(cast: Any, client: Any, whole: Incident) -> None:
    twin = services.merge(an_incident(cast), actor=cast.agent_l1, into=whole)
    client.force_login(cast.agent_l1)
    shown = client.get(f"/incidents/incident/{twin.pk}/change/").content.decode()
    assert "merged into" in shown.lower()
    assert whole.reference in shown
