"""How vendors keep the times of their underpinning contracts, for their scorecards."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from functools import partial
from statistics import median
from typing import Any

from django.utils.translation import gettext_lazy as _

from sla.enums import AgreementKind, ClockState, Metric
from sla.lived_records import records_of
from sla.models import LifeClock
from vendors.scorecards.enums import Unit
from vendors.scorecards.periods import Period
from vendors.scorecards.sources import MOST_ROWS, Measure, register, row_of

RESPONSE = (Metric.ACKNOWLEDGE, Metric.FIRST_RESPONSE)
RESTORE = (Metric.RESTORE, Metric.RESOLVE)
_HOUR = Decimal(3600)


def register_vendor_figures() -> None:
    """Called once, when the app is ready."""
    register(
        "agreed_times",
        _("Agreed times kept"),
        Unit.PERCENT,
        floor="80",
        target="98",
        measure=agreed_times,
    )
    for key, title, metrics, floor, target in (
        ("response_time", _("Time to respond"), RESPONSE, "8", "1"),
        ("restore_time", _("Time to restore"), RESTORE, "24", "4"),
    ):
        measure = partial(time_taken, metrics=metrics)
        register(key, title, Unit.HOURS, floor=floor, target=target, measure=measure)


def agreed_times(ids: Collection[int], period: Period, now: datetime) -> Mapping[int, Measure]:
    """Percent of the clocks that stopped in the period and kept their time; the rows are those that
    did not. Two queries and one for each kind of record."""
    found: dict[int, list[LifeClock]] = defaultdict(list)
    for clock in stopped_clocks(ids, period):
        found[clock.agreement.vendor_id].append(clock)  # type: ignore[index]  # -- filtered by it
    late = {
        vendor: [clock for clock in clocks if clock.state == ClockState.BREACHED]
        for vendor, clocks in found.items()
    }
    rows = _rows(late)
    return {
        vendor: Measure(
            Decimal(100 * (len(clocks) - len(late[vendor]))) / len(clocks),
            len(clocks),
            rows[vendor],
        )
        for vendor, clocks in found.items()
    }


def time_taken(
    ids: Collection[int], period: Period, now: datetime, *, metrics: Collection[str]
) -> Mapping[int, Measure]:
    """The median of the hours that the clocks of these metrics counted; the rows are the longest
    first."""
    found: dict[int, list[LifeClock]] = defaultdict(list)
    for clock in stopped_clocks(ids, period).filter(metric__in=metrics):
        found[clock.agreement.vendor_id].append(clock)  # type: ignore[index]  # -- filtered by it
    longest = {
        vendor: sorted(clocks, key=lambda one: (-one.elapsed_before, one.pk))
        for vendor, clocks in found.items()
    }
    rows = _rows(longest)
    return {
        vendor: Measure(
            median(_hours(clock.elapsed_before) for clock in clocks), len(clocks), rows[vendor]
        )
        for vendor, clocks in found.items()
    }


def stopped_clocks(ids: Collection[int], period: Period) -> Any:
    """The clocks of the vendors' underpinning contracts that stopped in the period, kept or not,
    the latest first."""
    clocks = LifeClock.objects.filter(
        agreement__kind=AgreementKind.UC,
        agreement__vendor__in=ids,
        state__in=(ClockState.MET, ClockState.BREACHED),
        stopped_at__gte=period.begins_at,
        stopped_at__lt=period.ends_at,
    )
    return clocks.select_related("agreement").order_by("-stopped_at", "-pk")


def _rows(by_vendor: Mapping[int, Iterable[LifeClock]]) -> dict[int, list[dict[str, Any]]]:
    kept = {vendor: list(clocks)[:MOST_ROWS] for vendor, clocks in by_vendor.items()}
    records = records_of({clock.life_id for clocks in kept.values() for clock in clocks})
    return {
        vendor: [
            row_of(records[clock.life_id], _said(clock), records[clock.life_id].reference)
            for clock in clocks
            if clock.life_id in records
        ]
        for vendor, clocks in kept.items()
    }


def _said(clock: LifeClock) -> str:
    used, target = _hours(clock.elapsed_before), _hours(clock.target)
    return f"{clock.stopped_at:%Y-%m-%d} · {used:.2f} h / {target:.2f} h"


def _hours(length: timedelta) -> Decimal:
    return Decimal(int(length.total_seconds())) / _HOUR
