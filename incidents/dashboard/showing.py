"""How incidents look on cards: as a line of a short list, as segments of a bar."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.cards import Line, Segment
from core.dashboard import list_url, record_url
from incidents.enums import Priority
from incidents.models import Incident
from incidents.page import priority_badge
from sla.clock_profiles import Measured, targets_for
from sla.clocks import Clock, clocks_of
from sla.enums import ClockState
from sla.models import Mark

SHOWN = 5  # lines of a card; the rest is in the list
URGENT = (Priority.P1, Priority.P2)
GOING = (ClockState.RUNNING, ClockState.LATE)


@dataclass(frozen=True)
class Moment:
    """What a clock needs of a mark."""

    at: datetime


def rows_of(found: Any) -> list[Incident]:
    """Incidents with what a line shows, and no more: these rows are read on every visit."""
    needed = ("reference", "title", "status", "priority", "opened_at", "life_id")
    related = found.select_related("service", "team")
    return list(related.only(*needed, "service__name", "team__country"))


def line_of(incident: Incident, *facts: Any, clock: Clock | None = None) -> Line:
    """An incident of `rows_of` with its priority and service, and what else is to be said."""
    return Line(
        incident.title,
        record_url(incident),
        incident.reference,
        (priority_badge(incident),),
        (incident.service, *facts),
        clock,
    )


def pressing_clocks(measured: Mapping[int, Measured], now: datetime) -> dict[int, Clock]:
    """Of lives, with what decides of their targets, the clock that matters: of those that can still
    be met the one due first, else the one missed latest. Lives in which none is going are left
    out."""
    marks: dict[int, dict[str, Moment]] = {}
    found = Mark.objects.current().filter(life__in=list(measured)).order_by()
    for life_id, kind, at in found.values_list("life_id", "kind", "at"):
        marks.setdefault(life_id, {})[kind] = Moment(at)
    clocks = {
        life_id: clocks_of(known, now, targets_for(measured[life_id]))
        for life_id, known in marks.items()
    }
    return {
        life_id: min(going, key=lambda clock: pressing_order(clock, now))
        for life_id, all_of_it in clocks.items()
        if (going := [clock for clock in all_of_it if clock.state in GOING])
    }


def measured_of(incidents: Iterable[Incident]) -> dict[int, Measured]:
    """Such rows by their lives, for `pressing_clocks`."""
    return {
        row.life_id: Measured(row.service_id, row.team.country, row.priority, row.opened_at)
        for row in incidents
    }


def pressing_order(clock: Clock, now: datetime) -> Any:
    """First what can still be met, the soonest due on top; then what was missed latest."""
    return clock.state == ClockState.LATE, abs(clock.due_at - now)


def segments(counts: Mapping[int, int], **filters: Any) -> tuple[Segment, ...]:
    """Incidents by priority as the pieces of a bar, each opening those of the filters."""
    return tuple(
        Segment(
            priority.label,
            counts[priority],
            f"p{priority.value}",
            list_url(Incident, **filters, priority=priority.value),
            priority.name,
        )
        for priority in Priority
        if counts.get(priority)
    )


def by_key(rows: Iterable[Mapping[str, Any]], key: str) -> dict[Any, list[Mapping[str, Any]]]:
    """Rows of an aggregate, grouped; the order of the keys is that of the rows."""
    grouped: dict[Any, list[Mapping[str, Any]]] = {}
    for row in rows:
        grouped.setdefault(row[key], []).append(row)
    return grouped


def counts_of(rows: Iterable[Mapping[str, Any]], what: str = "n") -> dict[int, int]:
    """Such rows of one key as counts by priority."""
    counts: dict[int, int] = {}
    for row in rows:
        counts[row["priority"]] = counts.get(row["priority"], 0) + row[what]
    return counts
