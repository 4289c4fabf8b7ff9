"""What vendors cause and how long things stand still for it, for their scorecards."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from incidents.enums import Impact
from incidents.models import Incident
from sla.enums import MarkKind
from sla.models import Mark
from vendors.scorecards.enums import Unit
from vendors.scorecards.periods import Period, Span, length, union
from vendors.scorecards.sources import MOST_ROWS, Measure, register, row_of

LATEST_REPORT = timedelta(days=7)
"""An outage is looked for that was opened so long after a period and may have begun in it."""

_MINUTE = Decimal(60)


def register_vendor_figures() -> None:
    """Called once, when the app is ready."""
    register(
        "availability",
        _("Availability"),
        Unit.PERCENT,
        floor="99",
        target="99.95",
        measure=availability,
    )
    register(
        "incidents_caused",
        _("Incidents caused"),
        Unit.COUNT,
        floor="10",
        target="0",
        measure=incidents_caused,
    )


def incidents_caused(ids: Collection[int], period: Period, now: datetime) -> Mapping[int, Measure]:
    """The incidents of a period that were attributed to the vendor, drills apart. One query."""
    opened = _attributed(ids).filter(opened_at__gte=period.begins_at, opened_at__lt=period.ends_at)
    found: dict[int, list[Incident]] = {pk: [] for pk in ids}
    for incident in opened.order_by("-opened_at", "-pk"):
        found[incident.vendor_id].append(incident)  # type: ignore[index]  # -- filtered by it
    return {
        vendor: Measure(
            Decimal(len(rows)),
            None,
            [row_of(one, f"P{one.priority}", one.reference) for one in rows[:MOST_ROWS]],
        )
        for vendor, rows in found.items()
    }


def availability(ids: Collection[int], period: Period, now: datetime) -> Mapping[int, Measure]:
    """100 minus the percent of the period's time until now in which an outage attributed to the
    vendor lasted; two at once count once. Two queries."""
    whole = length(period, now)
    return {
        vendor: Measure(
            100 - 100 * _seconds(union(span for _row, span in found)) / _seconds(whole),
            None,
            [
                row_of(one, f"{_seconds(end - begin) / _MINUTE:.1f} min", one.reference)
                for one, (begin, end) in found[:MOST_ROWS]
            ],
        )
        for vendor, found in outages_of(ids, period, now).items()
    }


def outages_of(
    ids: Collection[int], period: Period, now: datetime
) -> dict[int, list[tuple[Incident, Span]]]:
    """The outages attributed to each vendor and how much of each lies in the period until now, the
    latest first. An outage is an incident of high impact, from its start to its mitigation. Two
    queries."""
    until = min(now, period.ends_at)
    candidates = list(
        _attributed(ids)
        .filter(impact=Impact.HIGH, opened_at__lt=period.ends_at + LATEST_REPORT)
        .exclude(resolved_at__lt=period.begins_at)
        .order_by("-opened_at", "-pk")
    )
    marks = _marks(candidates)
    outages: dict[int, list[tuple[Incident, Span]]] = {pk: [] for pk in ids}
    for incident in candidates:
        begin, end = _lasted(incident, marks[incident.life_id], now)
        begin, end = max(begin, period.begins_at), min(end, until)
        if begin < end:
            outages[incident.vendor_id].append((incident, (begin, end)))  # type: ignore[index]  # -- filtered by it
    return outages


def _attributed(ids: Collection[int]) -> Any:
    rows = Incident.objects.filter(vendor__in=ids, is_drill=False)
    return rows.only("reference", "vendor", "priority", "opened_at", "resolved_at", "life_id")


def _marks(incidents: Iterable[Incident]) -> dict[int, dict[str, datetime]]:
    kinds = (MarkKind.STARTED, MarkKind.MITIGATED)
    lives = [incident.life_id for incident in incidents]
    rows = Mark.objects.current().filter(life__in=lives, kind__in=kinds)
    found: dict[int, dict[str, datetime]] = defaultdict(dict)
    for life, kind, at in rows.values_list("life_id", "kind", "at"):
        found[life][kind] = at
    return found


def _lasted(incident: Incident, marks: Mapping[str, datetime], now: datetime) -> Span:
    begin = marks.get(MarkKind.STARTED, incident.opened_at)
    return begin, marks.get(MarkKind.MITIGATED) or incident.resolved_at or now


def _seconds(length: timedelta) -> Decimal:
    return Decimal(int(length.total_seconds()))
