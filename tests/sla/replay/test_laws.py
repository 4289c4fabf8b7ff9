"""Laws of the replay, for any life, any calendar, any moment."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from sla.enums import AgreementKind, ClockState, EventKind, Holder, Metric
from sla.replay import known, replay
from tests.sla.replay.lives import CALENDARS, NINE, TEAMS, VENDORS, agreements, later, lives

NOTHING = timedelta()
RUNNING = (ClockState.RUNNING, ClockState.LATE)
a_calendar = st.sampled_from(CALENDARS)
laws = settings(max_examples=150, deadline=None)


def clock_of(told, agreement, metric):
    return next(c for c in told.clocks if (c.agreement, c.metric) == (agreement, metric))


@laws
@given(lives(), later)
def test_segments_tile_the_life_to_the_microsecond(events, now):
    told = replay(events, agreements(), now=now)
    tiles, course = told.tiles, told.course
    starts = [s.started_at for s in course.segments]
    assert starts == sorted(set(starts))
    assert starts[0] == NINE
    assert all(before.ended_at == after.started_at for before, after in pairwise(tiles))
    assert sum((t.lasted for t in tiles), NOTHING) == (course.ended_at or now) - NINE
    assert not any(before.is_like(after) for before, after in pairwise(course.segments))


@laws
@given(lives(), later, a_calendar)
def test_a_clock_is_the_sum_of_its_pieces_and_holders(events, now, working):
    for clock in replay(events, agreements(working), now=now).clocks:
        assert sum(clock.by_holder.values(), NOTHING) == clock.whole
        assert clock.elapsed + clock.remaining == clock.target
        counted = [p for p in clock.pieces if p.is_counted]
        measured = (working.between(p.tile.started_at, p.tile.ended_at) for p in counted)
        assert clock.elapsed == sum(measured, NOTHING)
        if clock.metric != Metric.RESTORE:
            end = clock.stopped_at or now
            assert clock.whole == working.between(clock.started_at, end)


@laws
@given(lives(), later, a_calendar)
def test_the_clients_time_is_teams_vendors_and_pauses_exactly(events, now, working):
    told = replay(events, agreements(working), now=now)
    client = clock_of(told, "gold", Metric.RESOLVE)
    parts = [c for c in told.clocks if c.metric == Metric.RESOLVE and c.kind != AgreementKind.SLA]
    assert {c.agreement for c in parts} <= {*TEAMS, *VENDORS}
    shares = client.by_holder
    for part in parts:
        holder = Holder.TEAM if part.kind == AgreementKind.OLA else Holder.VENDOR
        assert part.elapsed == shares.get((holder, part.party), NOTHING)
    worked = sum((c.elapsed for c in parts), NOTHING)
    untaken = sum((p.counted for p in client.pieces if not p.tile.segment.party), NOTHING)
    paused = sum((p.time for p in client.pieces if not p.is_counted), NOTHING)
    assert client.elapsed == worked + untaken
    assert client.whole == worked + untaken + paused


@laws
@given(lives(), later, a_calendar)
def test_as_known_at_a_moment_equals_what_was_frozen_then(events, close, working):
    """What is frozen at the close sees only what the portal had been told by then."""
    by_then = [
        replace(e, superseded_at=e.superseded_at if e.superseded_at <= close else None)
        if e.superseded_at
        else e
        for e in events
        if e.known_at <= close
    ]
    frozen = replay(by_then, agreements(working), now=close).frozen()
    assert replay(events, agreements(working), now=close, known_at=close).frozen() == frozen


@laws
@given(lives(), later, st.randoms())
def test_the_order_of_arrival_does_not_matter(events, now, chance):
    shuffled = list(events)
    chance.shuffle(shuffled)
    told = replay(events, agreements(), now=now)
    assert replay(shuffled, agreements(), now=now).frozen() == told.frozen()


@laws
@given(lives(), later, st.randoms())
def test_when_it_became_known_does_not_matter_once_it_is_known(events, now, chance):
    """But for contradictions of one kind at one instant, where the last word counts."""
    told = known(events)
    keys = [(e.at, e.kind, e.agreement, e.mark) for e in told]
    alone = [e for e, key in zip(told, keys, strict=True) if keys.count(key) == 1]
    delays = [timedelta(seconds=chance.randrange(10**6)) for _ in alone]
    learnt = [replace(e, known_at=e.known_at + d) for e, d in zip(alone, delays, strict=True)]
    before, after = (replay(es, agreements(), now=now) for es in (alone, learnt))
    assert (before.course, before.clocks) == (after.course, after.clocks)


@laws
@given(lives(), later, a_calendar)
def test_a_due_moment_is_where_the_target_is_used_up(events, now, working):
    """Telling the life again up to that moment, with nothing new, finds exactly so much used."""
    rules = agreements(working)
    told = replay(events, rules, now=now)
    for clock in told.clocks:
        for threshold in clock.thresholds:
            if threshold.due_at is None:
                continue
            amount = clock.target * threshold.percent // 100
            is_reached = clock.elapsed >= amount
            assert threshold.is_reached_at(now) == is_reached
            if not is_reached and clock.state == ClockState.RUNNING:
                again = replay([e for e in events if e.at <= now], rules, now=threshold.due_at)
                then = next(c for c in again.clocks if c.identity == clock.identity)
                assert then.elapsed == amount
                assert then.due_at == clock.due_at


@laws
@given(lives(), later, a_calendar)
def test_thresholds_fall_due_in_order_and_only_while_time_counts(events, now, working):
    for clock in replay(events, agreements(working), now=now).clocks:
        due = [t.due_at for t in clock.thresholds if t.due_at]
        assert due == sorted(due)
        if clock.state not in RUNNING:
            assert all(moment <= now for moment in due)
        over = {ClockState.LATE, ClockState.BREACHED}
        assert (clock.state in over) == (clock.elapsed > clock.target)


@laws
@given(lives(), later, later)
def test_nothing_counts_after_the_end(events, one, other):
    """However late it is looked at, a life that has ended says the same."""
    ended = [*events, replace(events[0], kind=EventKind.MERGED, at=NINE + timedelta(days=20))]
    first, last = (NINE + timedelta(days=21) + (m - NINE) for m in sorted((one, other)))
    assert (
        replay(ended, agreements(), now=first).clocks
        == replay(ended, agreements(), now=last).clocks
    )
