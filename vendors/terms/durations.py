"""How long something lasts that a contract says: `P1Y`, `P3M`, `P30D` (ISO 8601) or
`10 business days`. How such a time is counted from a day on, and back from one."""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache

from people.calendars import WorkingCalendar

DAY = timedelta(days=1)
MOST_MONTHS = 100 * 12
MOST_DAYS = 100 * 366
MOST_BUSINESS_DAYS = 2_600
_ISO = re.compile(r"P(?:([0-9]{1,5})Y)?(?:([0-9]{1,5})M)?(?:([0-9]{1,5})W)?(?:([0-9]{1,5})D)?")
_BUSINESS = re.compile(r"([0-9]{1,5}) +BUSINESS +DAYS?")


@dataclass(frozen=True)
class Duration:
    """Months, then days; or business days alone."""

    months: int = 0
    days: int = 0
    business_days: int = 0

    def __post_init__(self) -> None:
        if min(self.months, self.days, self.business_days) < 0:
            raise ValueError("a duration is not negative")
        if self.business_days and (self.months or self.days):
            raise ValueError("business days stand alone")
        if (
            self.months > MOST_MONTHS
            or self.days > MOST_DAYS
            or self.business_days > MOST_BUSINESS_DAYS
        ):
            raise ValueError("a duration of more than a century")

    def __bool__(self) -> bool:
        return bool(self.months or self.days or self.business_days)


NO_TIME = Duration()


def read_duration(text: str) -> Duration:
    """What a text says. ValueError where it is neither ISO 8601 in whole years, months, weeks and
    days nor a number of business days."""
    wanted = text.strip().upper()
    if found := _BUSINESS.fullmatch(wanted):
        return Duration(business_days=int(found[1]))
    found = _ISO.fullmatch(wanted)
    if found is None or wanted == "P":
        raise ValueError(f"{text[:40]!r} is no duration")
    years, months, weeks, days = (int(part or 0) for part in found.groups())
    return Duration(12 * years + months, 7 * weeks + days)


def first_day_after(start: date, months: int) -> date:
    """The day after so many months that begin with a day: the one of the same number, or the first
    of the following month where the month has no such day.

    So a year that begins on 29 February ends on 28 February, and a month that begins on
    31 January ends with February (as in § 188 (2) and (3) of the German civil code, and by the
    corresponding date rule of Dodds v Walker, [1981] UKHL). OverflowError beyond year 9999.
    """
    year, month = _months_on(start, months)
    if start.day <= monthrange(year, month)[1]:
        return date(year, month, start.day)
    return date(year, month, monthrange(year, month)[1]) + DAY


def take_off(end: date, duration: Duration, calendar: WorkingCalendar | None = None) -> date:
    """The day that lies so long before another. Months lead to the day of the same number, or the
    month's last where it has none; of two readings this is the earlier, which costs nothing.

    Business days are those of the calendar; the day counted from is never one of them.
    """
    if duration.business_days:
        if calendar is None:
            raise ValueError("business days need a calendar")
        return calendar.add_business_days(end, -duration.business_days)
    year, month = _months_on(end, -duration.months)
    day = date(year, month, min(end.day, monthrange(year, month)[1]))
    return day - timedelta(days=duration.days)


def fits_into(part: Duration, whole: Duration) -> bool:
    """Whether a time is no longer than another, where the calendar is kind to both: 30 days fit
    into a month, though not into February."""
    return _fewest_days(part) <= _most_days(whole)


def _months_on(day: date, months: int) -> tuple[int, int]:
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    if not date.min.year <= year <= date.max.year:
        raise OverflowError("beyond the years of the calendar")
    return year, month + 1


def _fewest_days(duration: Duration) -> int:
    weeks, rest = divmod(duration.business_days, 5)
    return min(_lengths(duration.months)) + duration.days + 7 * weeks + rest


def _most_days(duration: Duration) -> int:
    return max(_lengths(duration.months)) + duration.days + 2 * duration.business_days


@lru_cache(maxsize=256)
def _lengths(months: int) -> frozenset[int]:
    """How many days so many months have, whichever of 48 months they begin with."""
    firsts = (date(year, month, 1) for year in range(2001, 2005) for month in range(1, 13))
    return frozenset((first_day_after(first, months) - first).days for first in firsts)
