"""Months and quarters as scorecards have them."""

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from django.utils import timezone

from vendors.scorecards.enums import PeriodKind

type Span = tuple[datetime, datetime]
MONTHS = {PeriodKind.MONTH: 1, PeriodKind.QUARTER: 3}


class Period(NamedTuple):
    """A calendar month or quarter, from its first day."""

    kind: str
    first: date

    @property
    def after(self) -> date:
        """The first day that is no longer in it."""
        return later(self.first, MONTHS[PeriodKind(self.kind)])

    @property
    def begins_at(self) -> datetime:
        return _midnight(self.first)

    @property
    def ends_at(self) -> datetime:
        return _midnight(self.after)

    @property
    def previous(self) -> "Period":
        return Period(self.kind, later(self.first, -MONTHS[PeriodKind(self.kind)]))


def period_of(day: date, kind: str) -> Period:
    """The one that a day lies in."""
    months = MONTHS[PeriodKind(kind)]
    return Period(kind, date(day.year, day.month - (day.month - 1) % months, 1))


def later(first: date, months: int) -> date:
    """The first day of the month so many months on."""
    place = first.year * 12 + first.month - 1 + months
    return date(place // 12, place % 12 + 1, 1)


def length(period: Period, now: datetime) -> timedelta:
    """How much of it there was until now."""
    return max(min(period.ends_at, now) - period.begins_at, timedelta(0))


def union(spans: Iterable[Span]) -> timedelta:
    """How long at least one of the spans lasted."""
    total, reached = timedelta(0), None
    for begin, end in sorted(spans):
        if reached is None or begin > reached:
            total += end - begin
            reached = end
        elif end > reached:
            total += end - reached
            reached = end
    return total


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
