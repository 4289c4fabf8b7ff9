"""The 1-5-10 mandate as clocks over marks. Pure: marks and a moment in, clocks out."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from sla.enums import ClockState, MarkKind


class Instant(Protocol):
    """What a clock needs of a mark."""

    at: datetime


@dataclass(frozen=True)
class Target:
    """One figure of the mandate: from one mark to another within a time."""

    metric: str
    label: Promise
    starts: MarkKind
    stops: MarkKind
    within: timedelta


# Detect in 1 minute, investigate in 5, remediate in 10. The first counts from the start of the
# trouble, the others from its detection; clock profiles say otherwise for parts of the estate.
MANDATE = (
    Target("detect", _("Detect"), MarkKind.STARTED, MarkKind.DETECTED, timedelta(minutes=1)),
    Target(
        "investigate",
        _("Investigate"),
        MarkKind.DETECTED,
        MarkKind.INVESTIGATED,
        timedelta(minutes=5),
    ),
    Target(
        "remediate", _("Remediate"), MarkKind.DETECTED, MarkKind.MITIGATED, timedelta(minutes=10)
    ),
)


@dataclass(frozen=True)
class Clock:
    """One running or stopped clock. Times are UTC; `elapsed` never counts below zero."""

    target: Target
    started_at: datetime | None
    stopped_at: datetime | None
    now: datetime

    agreement = "1-5-10"

    @property
    def metric(self) -> str:
        return self.target.metric

    @property
    def due_at(self) -> datetime | None:
        return self.started_at + self.target.within if self.started_at else None

    @property
    def elapsed(self) -> timedelta:
        """Time used: to the stop, or to now. Zero where the clock has not started."""
        if self.started_at is None:
            return timedelta()
        return max((self.stopped_at or self.now) - self.started_at, timedelta())

    @property
    def remaining(self) -> timedelta:
        """Time left; negative once the target is missed."""
        return self.target.within - self.elapsed

    @property
    def state(self) -> ClockState:
        """Exactly on the target is met: “within five minutes” includes the fifth."""
        if self.started_at is None:
            return ClockState.WAITING
        in_time = self.elapsed <= self.target.within
        if self.stopped_at is None:
            return ClockState.RUNNING if in_time else ClockState.LATE
        return ClockState.MET if in_time else ClockState.BREACHED


def clocks_of(
    marks: Mapping[str, Instant], now: datetime, targets: Iterable[Target] = MANDATE
) -> list[Clock]:
    """The mandate's clocks for the current marks of one life, in the mandate's order; `targets`
    where a clock profile says otherwise."""
    return [
        Clock(target, _at(marks, target.starts), _at(marks, target.stops), now)
        for target in targets
    ]


def _at(marks: Mapping[str, Instant], kind: MarkKind) -> datetime | None:
    mark = marks.get(kind)
    return mark.at if mark else None
