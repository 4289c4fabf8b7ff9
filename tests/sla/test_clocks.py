"""Laws of the 1-5-10 clocks."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from sla.clocks import MANDATE, clocks_of
from sla.enums import ClockState

NOON = datetime(2026, 11, 22, 12, tzinfo=UTC)
seconds = st.integers(min_value=0, max_value=86_400).map(lambda s: timedelta(seconds=s))


@dataclass
class At:
    at: datetime


def clock(metric, marks, now):
    return next(c for c in clocks_of(marks, now) if c.metric == metric)


def test_the_mandate_is_one_five_ten_minutes():
    assert [(t.metric, t.within) for t in MANDATE] == [
        ("detect", timedelta(minutes=1)),
        ("investigate", timedelta(minutes=5)),
        ("remediate", timedelta(minutes=10)),
    ]


def test_without_marks_every_clock_waits():
    assert [c.state for c in clocks_of({}, NOON)] == [ClockState.WAITING] * 3


def test_exactly_on_the_target_is_met_and_a_microsecond_later_is_not():
    marks = {"detected": At(NOON), "investigated": At(NOON + timedelta(minutes=5))}
    assert clock("investigate", marks, NOON + timedelta(hours=1)).state == ClockState.MET
    marks["investigated"] = At(NOON + timedelta(minutes=5, microseconds=1))
    assert clock("investigate", marks, NOON + timedelta(hours=1)).state == ClockState.BREACHED


@given(seconds, seconds)
def test_elapsed_and_remaining_add_up_to_the_target(running_for, stopped_after):
    marks = {"detected": At(NOON), "mitigated": At(NOON + stopped_after)}
    for c in (
        clock("remediate", marks, NOON + running_for),
        clock("remediate", {"detected": At(NOON)}, NOON + running_for),
    ):
        assert c.elapsed + c.remaining == c.target.within


@given(seconds, seconds)
def test_a_stopped_clock_no_longer_depends_on_now(stopped_after, later):
    marks = {"detected": At(NOON), "mitigated": At(NOON + stopped_after)}
    then = clock("remediate", marks, NOON + stopped_after)
    after = clock("remediate", marks, NOON + stopped_after + later)
    assert (then.elapsed, then.state) == (after.elapsed, after.state)


@given(seconds, seconds)
def test_a_running_clock_never_goes_back(first, more):
    marks = {"detected": At(NOON)}
    earlier = clock("remediate", marks, NOON + first)
    later = clock("remediate", marks, NOON + first + more)
    assert later.elapsed >= earlier.elapsed
    assert not (earlier.state == ClockState.LATE and later.state == ClockState.RUNNING)
