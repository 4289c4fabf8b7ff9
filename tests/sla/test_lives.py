"""What people do to an incident lays the segments of its life; the database keeps what was told."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from incidents import services
from people.models import Team
from sla.enums import EventKind, Holder, MarkKind
from sla.life_events import events_of, team_key, vendor_key
from sla.life_services import Happening, correct_moment, lay_segments, open_life, tell, withdraw
from sla.replay import replay
from sla.services import begin_life
from tests.factories import a_service, a_vendor, an_incident

HOUR = timedelta(hours=1)


@pytest.fixture
def opened_at():
    return timezone.now().replace(microsecond=0) - timedelta(days=2)


@pytest.fixture
def incident(cast, opened_at):
    return an_incident(cast, at=opened_at, service=a_service(cast))


def segments(record, since):
    return [
        ((s.started_at - since) / HOUR, s.holder, s.team_id or s.vendor_id, s.is_running)
        for s in record.life.segments.all()
    ]


def told(record):
    return [(e.kind, e.superseded_at is None) for e in record.life.events.order_by("pk")]


def test_every_move_of_an_incident_lays_its_segment(cast, incident, opened_at):
    actor, vendor, team = cast.agent_l1, a_vendor(), incident.team_id
    second = Team.objects.get(slug="payments-l2")
    hours = iter(range(1, 20))

    def move(verb, **facts):
        at = opened_at + next(hours) * HOUR
        return verb(incident, actor=actor, at=at, **facts)

    move(services.start_incident)
    move(services.wait_for_customer, note="asked")
    move(services.wait_for_vendor, note="asked", vendor=vendor)
    move(services.wait_for_change, note="needs one")
    move(services.resume_incident)
    move(services.hand_over_incident, team=second, note="yours")
    move(services.start_incident)
    move(services.resolve_incident, resolution_code="fixed", resolution="Restarted.")
    move(services.reopen_incident, note="still slow")
    move(services.wait_for_customer, note="asked again")
    move(services.cancel_incident, note="none")
    assert segments(incident, opened_at) == [
        (0, Holder.TEAM, team, True),
        (2, Holder.CUSTOMER, None, False),
        (3, Holder.VENDOR, vendor.pk, True),
        (4, Holder.APPROVAL, None, False),
        (5, Holder.TEAM, team, True),
        (6, Holder.TEAM, second.pk, True),
        (8, Holder.NONE, None, False),
        (9, Holder.TEAM, second.pk, True),
        (10, Holder.CUSTOMER, None, False),
        (11, Holder.NONE, None, False),
    ]


def test_another_vendor_while_a_vendor_is_waited_for_is_another_segment(cast, incident, opened_at):
    first, second = a_vendor(), a_vendor()
    services.start_incident(incident, actor=cast.agent_l1)
    services.wait_for_vendor(incident, actor=cast.agent_l1, vendor=first, note="asked")
    services.edit_incident(incident, actor=cast.agent_l1, vendor=second)
    assert [s[1:3] for s in segments(incident, opened_at)][1:] == [
        (Holder.VENDOR, first.pk),
        (Holder.VENDOR, second.pk),
    ]


def test_priority_is_told_and_lays_no_segment(cast, incident, opened_at):
    services.edit_incident(incident, actor=cast.agent_l1, impact=1, urgency=1)
    last = incident.life.events.last()
    assert (last.kind, last.priority) == (EventKind.PRIORITIZED, 1)
    assert len(segments(incident, opened_at)) == 1


def test_what_holds_no_time_tells_nothing(cast, incident):
    services.edit_incident(incident, actor=cast.agent_l1, title="Another title")
    services.triage_incident(incident, actor=cast.agent_l1)
    assert told(incident) == [("opened", True)]


def test_what_the_client_reads_is_an_update_and_what_colleagues_say_is_none(cast, incident):
    for is_internal in (True, False):
        services.comment_on_incident(
            incident, actor=cast.agent_l1, text="We look into it.", is_internal=is_internal
        )
    assert told(incident) == [("opened", True), ("updated", True)]


def test_a_corrected_moment_moves_the_segments_and_stays_readable(cast, incident, opened_at):
    services.start_incident(incident, actor=cast.agent_l1, at=opened_at + HOUR)
    services.wait_for_customer(incident, actor=cast.agent_l1, note="asked", at=opened_at + 3 * HOUR)
    before = timezone.now()
    waited = incident.life.events.get(kind=EventKind.WAITED_FOR_CUSTOMER)
    correct_moment(waited, at=opened_at + 2 * HOUR, actor=cast.agent_l1)
    assert [s[:2] for s in segments(incident, opened_at)] == [(0, "team"), (2, "customer")]
    events = events_of(incident.life.events.all())
    then, now = (
        replay(events, {}, now=before, known_at=moment) for moment in (before, timezone.now())
    )
    assert [(r.tiles[0].lasted / HOUR) for r in (then, now)] == [3, 2]
    with pytest.raises(ValidationError, match="corrected already"):
        correct_moment(waited, at=opened_at + HOUR, actor=cast.agent_l1)


def test_a_merge_that_is_withdrawn_never_was(cast, incident, opened_at):
    laid = segments(incident, opened_at)
    merged = tell(
        incident.life,
        Happening(EventKind.MERGED),
        actor=cast.agent_l1,
        at=opened_at + HOUR,
    )[0]
    assert [s[1] for s in segments(incident, opened_at)] == ["team", "none"]
    withdraw(merged)
    assert segments(incident, opened_at) == laid
    assert told(incident) == [("opened", True), ("merged", False)]


def test_laying_again_changes_no_row(cast, incident):
    services.start_incident(incident, actor=cast.agent_l1)
    services.wait_for_customer(incident, actor=cast.agent_l1, note="asked")
    before = list(incident.life.segments.values_list("pk", flat=True))
    lay_segments(incident.life)
    assert list(incident.life.segments.values_list("pk", flat=True)) == before


@pytest.mark.parametrize("hours", [-1, 49])
def test_a_moment_before_the_opening_or_in_the_future_is_refused(cast, incident, opened_at, hours):
    services.start_incident(incident, actor=cast.agent_l1)
    at = opened_at + hours * HOUR
    with pytest.raises(ValidationError), transaction.atomic():
        services.wait_for_customer(incident, actor=cast.agent_l1, note="asked", at=at)
    incident.refresh_from_db()
    assert (incident.status, told(incident)) == ("in_progress", [("opened", True)])


def test_an_opening_is_neither_moved_nor_withdrawn(cast, incident, opened_at):
    opening = incident.life.events.get()
    with pytest.raises(ValidationError, match="not moved"), transaction.atomic():
        correct_moment(opening, at=opened_at + HOUR, actor=cast.agent_l1)
    with pytest.raises(ValidationError, match="not withdrawn"), transaction.atomic():
        withdraw(opening)
    with pytest.raises(IntegrityError, match="opens_once"), transaction.atomic():
        open_life(incident.life, at=opened_at, actor=None, priority=1)


def test_a_life_whose_opening_was_never_told_has_no_segments(db):
    life = begin_life()
    assert tell(life, Happening(EventKind.MERGED), actor=None) == []
    assert not life.events.exists()


def test_marks_are_events_and_a_reopening_keeps_what_held_until_then(cast, incident, opened_at):
    actor = cast.agent_l1
    services.start_incident(incident, actor=actor, at=opened_at + HOUR)
    for hour in (5, 3):  # a correction
        services.mark_incident(incident, actor=actor, kind="mitigated", at=opened_at + hour * HOUR)
    services.resolve_incident(
        incident, actor=actor, resolution_code="fixed", resolution="Restarted."
    )
    services.reopen_incident(incident, actor=actor, note="still slow")
    events = events_of(incident.life.events.all(), list(incident.life.marks.all()))
    mitigated = [e for e in events if e.mark == MarkKind.MITIGATED]
    found = {(e.at - opened_at) / HOUR: e.superseded_at is None for e in mitigated}
    assert found == {5: False, 3: True}


def test_parties_are_named_by_what_they_are():
    assert (team_key(7), vendor_key(7)) == ("team-7", "vendor-7")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE sla_lifeevent SET at = at - interval '1 hour'",
        "UPDATE sla_lifeevent SET superseded_at = now(), at = at - interval '1 hour'",
        "DELETE FROM sla_lifeevent",
        "UPDATE sla_lifeevent SET kind = 'invented'",
    ],
)
def test_the_database_keeps_what_was_told(incident, statement):
    with pytest.raises(IntegrityError, match="supersede it"), transaction.atomic():
        connection.cursor().execute(statement)


def test_the_database_supersedes_once(incident):
    with connection.cursor() as cursor:
        cursor.execute("UPDATE sla_lifeevent SET superseded_at = now()")
        with pytest.raises(IntegrityError, match="supersede it"), transaction.atomic():
            cursor.execute("UPDATE sla_lifeevent SET superseded_at = NULL")


@pytest.mark.parametrize(
    ("facts", "name"),
    [
        ({"started_at": None}, "sla_segment_tiles"),
        ({"holder": "vendor"}, "sla_segment_holder"),
        ({"holder": "customer", "is_running": True, "team_id": None}, "sla_segment_holder"),
        ({"holder": "team", "is_running": False}, "sla_segment_holder"),
    ],
)
def test_the_database_refuses_segments_that_overlap_or_hold_for_two(incident, facts, name):
    first = incident.life.segments.get()
    started_at = first.started_at + (HOUR if "started_at" not in facts else timedelta())
    row = {"holder": first.holder, "team_id": first.team_id, "is_running": True} | facts
    row["started_at"] = started_at
    with pytest.raises(IntegrityError, match=name), transaction.atomic():
        incident.life.segments.create(**row)
