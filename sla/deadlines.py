"""The next deadline of many records at once: of what is agreed from the stored clocks, without a
replay; of the 1-5-10 mandate from the marks."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from people.models import WorkCalendar
from sla import clocks
from sla.agreement_calendar import time_of
from sla.enums import ClockState, Metric
from sla.models import LifeClock, Mark
from sla.replay import ROUND_THE_CLOCK, WorkingTime

_LIVE = (ClockState.RUNNING, ClockState.LATE)
_READ = (
    *("life_id", "agreement__slug", "agreement_version__calendar", "metric"),
    *("target", "elapsed_before", "runs_from", "due_at"),
)


@dataclass(frozen=True)
class Deadline:
    """What is due next of a record: of which agreement, what and when."""

    agreement: str
    metric: str
    due_at: datetime
    remaining: timedelta

    @property
    def is_missed(self) -> bool:
        return self.remaining < timedelta(0)


@dataclass(frozen=True)
class Mandated:
    """The 1-5-10 targets of a life, and whether they press whatever else is agreed."""

    targets: tuple[clocks.Target, ...]
    is_pressing: bool


def next_deadlines(
    life_ids: Iterable[int], now: datetime, *, mandated: Mapping[int, Mandated]
) -> dict[int, Deadline]:
    """By life the earliest deadline of its running clocks; lives whose clocks rest are left out.

    `mandated` are the lives under the 1-5-10 mandate: its clocks count with those agreed where they
    press (critical records), and only where nothing agreed runs elsewhere. Two queries, and three
    more for the hours of calendars where any clock counts by one.
    """
    wanted = list(life_ids)
    found = _agreed(wanted, now)
    by_mandate = _of_mandate({pk: mandated[pk] for pk in wanted if pk in mandated}, now)
    for life_id, due in by_mandate.items():
        known = found.get(life_id)
        if known is None or (mandated[life_id].is_pressing and due.due_at < known.due_at):
            found[life_id] = due
    return found


def _agreed(life_ids: list[int], now: datetime) -> dict[int, Deadline]:
    rows = LifeClock.objects.filter(life__in=life_ids, state=ClockState.RUNNING)
    first = rows.filter(due_at__isnull=False).order_by("life", "due_at", "pk").distinct("life")
    found = list(first.values_list(*_READ, named=True))
    hours = _hours({row.agreement_version__calendar for row in found} - {None})
    return {row.life_id: _deadline(row, hours, now) for row in found}


def _deadline(row: Any, hours: Mapping[int, WorkingTime], now: datetime) -> Deadline:
    working = hours.get(row.agreement_version__calendar, ROUND_THE_CLOCK)
    left = row.target - row.elapsed_before
    if row.runs_from < now:
        left -= working.between(row.runs_from, now)
    return Deadline(row.agreement__slug, str(Metric(row.metric).label), row.due_at, left)


def _hours(ids: set[int]) -> dict[int, WorkingTime]:
    """By calendar, each read once."""
    if not ids:
        return {}
    rows = WorkCalendar.objects.filter(pk__in=ids).prefetch_related("weeks", "closing_days")
    return {row.pk: time_of(row) for row in rows}


def _of_mandate(mandated: Mapping[int, Mandated], now: datetime) -> dict[int, Deadline]:
    kinds = {
        mark
        for one in mandated.values()
        for target in one.targets
        for mark in (target.starts, target.stops)
    }
    current: dict[int, dict[str, Any]] = defaultdict(dict)
    rows = Mark.objects.current().filter(life__in=mandated, kind__in=kinds).order_by()
    for mark in rows.values_list("life_id", "kind", "at", named=True):
        current[mark.life_id][mark.kind] = mark
    found = {}
    for life_id, marks in current.items():
        running = [
            Deadline(clock.agreement, str(clock.target.label), clock.due_at, clock.remaining)
            for clock in clocks.clocks_of(marks, now, mandated[life_id].targets)
            if clock.state in _LIVE and clock.due_at
        ]
        if running:
            found[life_id] = min(running, key=lambda deadline: deadline.due_at)
    return found
