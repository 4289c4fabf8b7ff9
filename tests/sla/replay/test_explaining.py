"""A figure opens what stands behind it; a change is foreseen without being made."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from sla.enums import ClockState, EventKind, MarkKind, Metric
from sla.replay import explain, foresee, replay
from tests.sla.replay.lives import CALENDARS, HOUR, NINE, agreements, later, lives, opened, told

laws = settings(max_examples=60, deadline=None)


def named(events):
    return [replace(event, ref=f"e{n}") for n, event in enumerate(events)]


@laws
@given(lives(), later, st.sampled_from(CALENDARS))
def test_the_lines_add_up_to_the_figure(events, now, working):
    seen = replay(events, agreements(working), now=now)
    for clock in seen.clocks:
        lines = explain(seen, clock).lines
        assert (lines[-1].running_total if lines else timedelta()) == clock.elapsed
        assert sum((line.piece.counted for line in lines), timedelta()) == clock.elapsed


@laws
@given(lives(), later)
def test_what_is_foreseen_is_what_comes(events, now):
    """Making the change gives the clocks that were foreseen, and spares those that had stopped."""
    rules = agreements()
    before = {c.identity: c for c in replay(events, rules, now=now).clocks}
    changes = foresee(events, rules, agreement="gold", version="gold/2", now=now)
    foreseen = dict(before)
    for change in changes:
        assert change.before is None or change.before.stopped_at in (None, now)
        identity = (change.before or change.after).identity
        foreseen[identity] = change.after
    made = replace(told(EventKind.AGREED, agreement="gold", version="gold/2"), at=now, known_at=now)
    after = replay([*events, made], rules, now=now).clocks
    assert {c.identity: c for c in after} == {k: c for k, c in foreseen.items() if c}


def test_a_figure_names_the_events_behind_it():
    events = named(
        [
            *opened(),
            told(EventKind.WAITED_FOR_CUSTOMER, HOUR),
            told(EventKind.RESUMED, 3 * HOUR),
            told(EventKind.PRIORITIZED, 4 * HOUR, priority=2),
            told(EventKind.MARKED, 5 * HOUR, mark=MarkKind.MITIGATED),
        ]
    )
    seen = replay(events, agreements(), now=NINE + 9 * HOUR)
    clock = next(c for c in seen.clocks if (c.agreement, c.metric) == ("gold", Metric.RESTORE))
    found = explain(seen, clock)
    assert [
        (line.piece.is_counted, line.running_total / HOUR, [e.kind for e in line.because])
        for line in found.lines
    ] == [
        (True, 1, [EventKind.OPENED, EventKind.ASSIGNED]),
        (False, 1, [EventKind.WAITED_FOR_CUSTOMER]),
        (True, 3, [EventKind.RESUMED]),
    ]
    assert [e.mark for e in found.stopped_by] == [MarkKind.MITIGATED]
    assert (found.version_from.version, found.priority_from.priority) == ("gold/1", 2)


def test_a_longer_target_takes_back_a_delay_that_is_still_running():
    changes = foresee(
        opened(), agreements(), agreement="gold", version="gold/2", now=NINE + 5 * HOUR
    )
    resolve = next(c for c in changes if c.before.metric == Metric.RESOLVE)
    assert (resolve.before.state, resolve.after.state) == (ClockState.LATE, ClockState.RUNNING)
    assert resolve.after.due_at == NINE + 8 * HOUR
