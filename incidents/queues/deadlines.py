"""The next deadline of each record on a page, from its clocks, in a constant number of queries.

The one place to turn to stored clock rows: `next_deadlines` alone is used elsewhere."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from incidents.models import Incident
from sla import clocks
from sla.agreed import agreed_versions
from sla.clock_profiles import Measured, profiles, targets_for
from sla.enums import ClockState, Metric
from sla.life_events import agreement_key, events_of
from sla.models import LifeEvent, Mark
from sla.replay import replay

_LIVE = (ClockState.RUNNING, ClockState.LATE)


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


def next_deadlines(life_ids: Iterable[int], now: datetime) -> dict[int, Deadline]:
    """By life the earliest deadline of its running clocks; lives whose clocks rest are left out."""
    wanted = list(life_ids)
    events, marks = _by_life(LifeEvent, wanted, "agreement"), _by_life(Mark, wanted)
    pinned = {e.agreement_version_id for rows in events.values() for e in rows}
    versions = agreed_versions(pinned - {None})
    targets = _targets(wanted)
    found = {}
    for life_id in wanted:
        told = replay(events_of(events[life_id], marks[life_id]), versions, now=now)
        names = {
            agreement_key(e.agreement.pk): e.agreement.slug for e in events[life_id] if e.agreement
        }
        current = {mark.kind: mark for mark in marks[life_id] if mark.superseded_at is None}
        running = [
            Deadline(clock.agreement, str(clock.target.label), clock.due_at, clock.remaining)
            for clock in clocks.clocks_of(current, now, targets.get(life_id, clocks.MANDATE))
            if clock.state in _LIVE and clock.due_at
        ] + [
            Deadline(
                names[clock.agreement], Metric(clock.metric).label, clock.due_at, clock.remaining
            )
            for clock in told.clocks
            if clock.state in _LIVE and clock.due_at
        ]
        if running:
            found[life_id] = min(running, key=lambda deadline: deadline.due_at)
    return found


def _targets(life_ids: list[int]) -> dict[int, tuple[clocks.Target, ...]]:
    """Of the lives of incidents, where some profile says other than the mandate."""
    if not profiles():
        return {}
    rows = Incident.objects.filter(life__in=life_ids).order_by()
    told = rows.values_list("life_id", "service_id", "team__country", "priority", "opened_at")
    return {life_id: targets_for(Measured(*facts)) for life_id, *facts in told}


def _by_life(model: Any, life_ids: list[int], *related: str) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    rows = model.objects.filter(life__in=life_ids)
    for row in rows.select_related(*related) if related else rows:
        found[row.life_id].append(row)
    return found
