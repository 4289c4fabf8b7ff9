"""What happens to the clocks, in figures (docs/reference/clocks.md tells the same)."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from sla.enums import AgreementKind, ClockState, EventKind, Holder, MarkKind, Metric
from sla.replay import Restated, replay, restated
from tests.sla.replay.lives import HOUR, NINE, OFFICE, agreed, agreements, opened, told

NOTHING = timedelta()
MET, LATE, RUNNING = ClockState.MET, ClockState.LATE, ClockState.RUNNING
PAUSED, BREACHED, DROPPED = ClockState.PAUSED, ClockState.BREACHED, ClockState.DROPPED
ACKNOWLEDGED = {"mark": MarkKind.ACKNOWLEDGED}
MITIGATED = {"mark": MarkKind.MITIGATED}
E = EventKind

# What is told after the opening (hours, kind, facts); hours at which it is looked at; metric of the
# client's agreement (four hours at P1, eight at P2); state, hours elapsed, hour it falls due.
CASES = {
    "untouched": ([], 1, Metric.RESOLVE, RUNNING, 1, 4),
    "exactly on the target": ([], 4, Metric.RESOLVE, RUNNING, 4, 4),
    "past the target": ([], 5, Metric.RESOLVE, LATE, 5, 4),
    "waits for the customer": (
        [(1, E.WAITED_FOR_CUSTOMER, {})], 9, Metric.RESOLVE, PAUSED, 1, None,
    ),
    "waits for a vendor": (
        [(1, E.WAITED_FOR_VENDOR, {"party": "switch"})], 3, Metric.RESOLVE, RUNNING, 3, 4,
    ),
    "waits for an approval, goes on": (
        [(1, E.WAITED_FOR_APPROVAL, {}), (3, E.RESUMED, {})], 4, Metric.RESOLVE, RUNNING, 2, 6,
    ),
    "looked at in the moment it goes on": (
        [(1, E.WAITED_FOR_APPROVAL, {}), (3, E.RESUMED, {})], 3, Metric.RESOLVE, RUNNING, 1, 6,
    ),
    "given to another team": ([(1, E.ASSIGNED, {"party": "l2"})], 2, Metric.RESOLVE, RUNNING, 2, 4),
    "resolved in time": ([(3, E.RESOLVED, {})], 99, Metric.RESOLVE, MET, 3, None),
    "resolved too late": ([(5, E.RESOLVED, {})], 99, Metric.RESOLVE, BREACHED, 5, 4),
    "reopened": (
        [(3, E.RESOLVED, {}), (10, E.REOPENED, {})], 10.5, Metric.RESOLVE, RUNNING, 3.5, 11,
    ),
    "reopened, acknowledged long ago": (
        [(1, E.MARKED, ACKNOWLEDGED), (3, E.RESOLVED, {}), (10, E.REOPENED, {})],
        99, Metric.ACKNOWLEDGE, MET, 1, None,
    ),
    "worked from the second hour until it was reopened": (
        [(2, E.MARKED, MITIGATED), (3, E.RESOLVED, {}), (10, E.REOPENED, {})],
        11, Metric.RESTORE, RUNNING, 3, 12,
    ),
    "merged in time": ([(1, E.MERGED, {})], 99, Metric.RESOLVE, DROPPED, 1, None),
    "merged too late": ([(5, E.MERGED, {})], 99, Metric.RESOLVE, BREACHED, 5, 4),
    "merged after it was acknowledged": (
        [(1, E.MARKED, ACKNOWLEDGED), (2, E.MERGED, {})], 99, Metric.ACKNOWLEDGE, MET, 1, None,
    ),
    "cancelled": ([(1, E.CANCELLED, {})], 99, Metric.RESTORE, DROPPED, 1, None),
    "less urgent from the third hour": (
        [(3, E.PRIORITIZED, {"priority": 2})], 5, Metric.RESOLVE, RUNNING, 5, 8,
    ),
    "less urgent only after it was resolved": (
        [(5, E.RESOLVED, {}), (6, E.PRIORITIZED, {"priority": 2})],
        9, Metric.RESOLVE, BREACHED, 5, 4,
    ),
    "a pause before another agreement stays a pause": (
        [
            (1, E.WAITED_FOR_CUSTOMER, {}),
            (2, E.RESUMED, {}),
            (3, E.AGREED, {"agreement": "gold", "version": "gold/2"}),
        ],
        5, Metric.RESOLVE, RUNNING, 4, 9,
    ),
    "the client was told": ([(1, E.UPDATED, {})], 9, Metric.FIRST_RESPONSE, MET, 1, None),
    "a call that nobody took": ([(1, E.CALLED, {})], 6, Metric.CALL_ANSWER, LATE, 5, 5),
    "a call taken": (
        [(1, E.CALLED, {}), (1.5, E.ANSWERED, {})], 6, Metric.CALL_ANSWER, MET, 0.5, None,
    ),
    "priority and end in one instant": (
        [(3, E.RESOLVED, {}), (3, E.PRIORITIZED, {"priority": 2})], 9, Metric.RESOLVE, MET, 3, None,
    ),
}  # fmt: skip


def life(changes, *applying):
    return [
        *opened(1, "l1", *applying),
        *(told(kind, hours * HOUR, **facts) for hours, kind, facts in changes),
    ]


def clock_of(replayed, metric, agreement="gold", nth=0):
    fitting = [c for c in replayed.clocks if (c.agreement, c.metric) == (agreement, metric)]
    return fitting[nth]


@pytest.mark.parametrize("name", CASES)
def test_clocks_case_by_case(name):
    changes, seen_at, metric, state, elapsed, due = CASES[name]
    clock = clock_of(replay(life(changes), agreements(), now=NINE + seen_at * HOUR), metric)
    assert (clock.state, clock.elapsed) == (state, elapsed * HOUR)
    assert clock.due_at == (None if due is None else NINE + due * HOUR)


def test_each_team_answers_for_the_time_it_had():
    """Handed over with an hour left, the second team is not late because the first one was slow."""
    moved = life([(3, E.ASSIGNED, {"party": "l2"}), (6, E.ASSIGNED, {"party": "l1"})])
    seen = replay(moved, agreements(), now=NINE + 7 * HOUR)
    first, second = (clock_of(seen, Metric.RESOLVE, team) for team in ("l1", "l2"))
    assert (first.elapsed, first.state) == (4 * HOUR, RUNNING)
    assert (second.elapsed, second.state) == (3 * HOUR, PAUSED)
    assert clock_of(seen, Metric.RESOLVE).by_holder == {
        (Holder.TEAM, "l1"): 4 * HOUR,
        (Holder.TEAM, "l2"): 3 * HOUR,
    }


def test_who_never_had_it_has_no_clock_once_it_is_over_and_a_waiting_one_before():
    seen = replay(life([(3, E.RESOLVED, {})]), agreements(), now=NINE + 7 * HOUR)
    assert {c.agreement for c in seen.clocks} == {"gold", "l1"}
    running = replay(life([]), agreements(), now=NINE + HOUR)
    assert clock_of(running, Metric.RESOLVE, "switch").state == ClockState.WAITING


def test_a_vendor_acknowledges_for_itself():
    """What the team acknowledged says nothing of the vendor that it was sent to later."""
    sent = [(1, E.MARKED, ACKNOWLEDGED), (2, E.WAITED_FOR_VENDOR, {"party": "switch"})]
    seen = replay(life(sent), agreements(), now=NINE + 3 * HOUR)
    assert clock_of(seen, Metric.ACKNOWLEDGE, "l1").state == MET
    assert clock_of(seen, Metric.ACKNOWLEDGE, "switch").elapsed == HOUR
    answered = [*sent, (2.5, E.MARKED, {**ACKNOWLEDGED, "party": "switch"})]
    seen = replay(life(answered), agreements(), now=NINE + 3 * HOUR)
    assert clock_of(seen, Metric.ACKNOWLEDGE, "switch").elapsed == HOUR / 2
    assert clock_of(seen, Metric.ACKNOWLEDGE).elapsed == HOUR


def test_the_client_is_told_again_and_again():
    words = [(3, E.UPDATED, {}), (8, E.UPDATED, {})]
    seen = replay(life(words), agreements(), now=NINE + 9 * HOUR)
    rounds = [c for c in seen.clocks if (c.agreement, c.metric) == ("gold", Metric.UPDATE_CADENCE)]
    assert [(c.round, c.state, c.elapsed) for c in rounds] == [
        (0, MET, 3 * HOUR),
        (1, BREACHED, 5 * HOUR),
        (2, RUNNING, HOUR),
    ]


def test_what_an_agreement_counts_is_its_own_matter():
    """One that leaves out vendors, but not customers: the time is shown, and not counted."""
    rules = agreements() | {
        "gold/1": agreed("gold/1", counts=frozenset({Holder.TEAM, Holder.CUSTOMER}))
    }
    waits = [(1, E.WAITED_FOR_VENDOR, {"party": "switch"}), (3, E.WAITED_FOR_CUSTOMER, {})]
    clock = clock_of(replay(life(waits), rules, now=NINE + 4 * HOUR), Metric.RESOLVE)
    assert (clock.elapsed, clock.whole) == (2 * HOUR, 4 * HOUR)
    assert clock.by_holder[Holder.VENDOR, "switch"] == 2 * HOUR


def test_working_hours_are_those_of_the_agreement_across_mexicos_last_change_of_clocks():
    """Opened on Friday at nine, ten hours of work: eight that day, two on Monday."""
    rules = agreements(OFFICE, hours=10)
    clock = clock_of(replay(life([]), rules, now=NINE + HOUR), Metric.RESOLVE)
    assert clock.due_at == NINE + timedelta(days=3, hours=3)  # eleven, an hour later by UTC


def test_thresholds_and_when_they_fall_due():
    paused = [(1, E.WAITED_FOR_CUSTOMER, {}), (3, E.RESUMED, {})]
    clock = clock_of(replay(life(paused), agreements(), now=NINE + 4.5 * HOUR), Metric.RESOLVE)
    hours = {t.percent: (t.due_at - NINE) / HOUR for t in clock.thresholds}
    assert hours == {50: 4, 75: 5, 90: 5.6, 100: 6}
    assert [t.percent for t in clock.thresholds if t.is_reached_at(NINE + 4.5 * HOUR)] == [50]


def test_a_correction_after_the_close_restates_the_closed_period_and_leaves_the_frozen_one():
    """Resolved in time, it was said; a week later: no, two hours later than that."""
    said = told(E.RESOLVED, 3 * HOUR)
    learnt = NINE + timedelta(days=7)
    close = NINE + timedelta(days=3)
    frozen = replay([*opened(), said], agreements(), now=close).frozen()
    corrected = [
        *opened(),
        replace(said, superseded_at=learnt),
        replace(said, at=NINE + 5 * HOUR, known_at=learnt),
    ]
    assert replay(corrected, agreements(), now=close, known_at=close).frozen() == frozen
    changes = restated(frozen, replay(corrected, agreements(), now=close))
    hours = HOUR // timedelta(microseconds=1)
    resolve = [c for c in changes if c.clock == "gold/resolve/0"]
    assert Restated("gold/resolve/0", "state", "met", "breached") in resolve
    assert Restated("gold/resolve/0", "elapsed", 3 * hours, 5 * hours) in resolve
    assert restated(frozen, replay(corrected, agreements(), now=close, known_at=close)) == []


def test_what_is_frozen_names_the_events_and_holds_no_float():
    frozen = json.loads(
        replay(life([(1, E.UPDATED, {})]), agreements(), now=NINE + HOUR).frozen(),
        parse_float=lambda number: pytest.fail(number),
    )
    assert [e["kind"] for e in frozen["events"]][-1] == "updated"


def test_a_life_without_an_opening_is_none_yet():
    seen = replay(life([])[1:], agreements(), now=NINE + HOUR)
    assert (seen.tiles, seen.clocks) == ((), ())


@pytest.mark.parametrize(
    "facts",
    [
        {"targets": {}},
        {"targets": {(Metric.RESOLVE, 1): NOTHING}},
        {"targets": {(Metric.RESOLVE, 1): timedelta(days=4000)}},
        {"counts": frozenset()},
        {"party": "l1"},
        {"kind": AgreementKind.OLA},
    ],
)
def test_an_agreement_that_agrees_on_nothing_is_refused(facts):
    with pytest.raises(ValueError, match=r"agree|target|team"):
        agreed(**facts)


def test_a_moment_without_a_time_zone_is_refused():
    with pytest.raises(ValueError, match="at needs a time zone"):
        replace(told(E.OPENED), at=NINE.replace(tzinfo=None))
