"""Which days are business days: the statutory holidays of a country and our own closing days.

Pure: the days on which a bank, an office or the company closes beyond the law are passed in, and
so is every moment.
"""

from collections.abc import Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import lru_cache

import holidays
from django.db import models
from django.utils.translation import gettext_lazy as _

from people.enums import Country

SATURDAY, SUNDAY = 5, 6  # as `date.weekday` counts
DAY = timedelta(days=1)

LONGEST_CLOSURE = timedelta(days=31)
"""Where no business day comes for longer than this, the closing days are wrong, not the world."""


class Roll(models.TextChoices):
    """Where something goes that falls on a day that is no business day."""

    NONE = "none", _("It stays on its day")
    PREVIOUS = "previous", _("To the business day before")
    NEXT = "next", _("To the business day after")


@lru_cache(maxsize=1024)
def statutory_holidays(country: str, year: int) -> frozenset[date]:
    """The days off by law in a country, the days they are moved to among them: Mexico's Mondays
    and its 1 October of every sixth year (Ley Federal del Trabajo, article 74), Colombia's Mondays
    (Ley 51 de 1983). Of regions, banks and half days it says nothing, nor after 2100."""
    if country not in Country.values:
        raise ValueError(f"{country!r} is no country we know")
    return frozenset(holidays.country_holidays(country, years=year, expand=False))


@dataclass(frozen=True)
class WorkingCalendar:
    """The business days of one country.

    `closing_days` are days off beside the statutory ones: in Mexico banks also close on days that
    the CNBV announces every year. `weekend` counts Monday as 0.
    """

    country: str
    closing_days: Set[date] = frozenset()
    weekend: Set[int] = frozenset({SATURDAY, SUNDAY})

    def __post_init__(self) -> None:
        if self.country not in Country.values:
            raise ValueError(f"{self.country!r} is no country we know")
        if not self.weekend < set(range(7)):
            raise ValueError("a weekend is of some days of the week and not of all")

    def is_business_day(self, day: date) -> bool:
        if isinstance(day, datetime):
            raise TypeError("a day, not a moment: which day that is depends on the time zone")
        return not (
            day.weekday() in self.weekend
            or day in self.closing_days
            or day in statutory_holidays(self.country, day.year)
        )

    def roll(self, day: date, to: str) -> date:
        """The day itself if it is a business day, else the nearest one before or after it.

        `to` is one of `Roll`. ValueError where there is none for `LONGEST_CLOSURE`.
        """
        to = Roll(to)
        if to == Roll.NONE:
            return day
        step = DAY if to == Roll.NEXT else -DAY
        found = day
        while not self.is_business_day(found):
            found += step
            if abs(found - day) > LONGEST_CLOSURE:
                raise ValueError(f"there is no business day within {LONGEST_CLOSURE} of {day}")
        return found

    def add_business_days(self, day: date, days: int) -> date:
        """The so-manyth business day after a day, or before it where negative; the day itself
        never counts, and 0 gives it back, business day or not."""
        step, to = (DAY, Roll.NEXT) if days > 0 else (-DAY, Roll.PREVIOUS)
        for _nth in range(abs(days)):
            day = self.roll(day + step, to)
        return day

    def business_deadline(self, moment: datetime, days: int, zone: tzinfo) -> datetime:
        """The end, in UTC, of the so-manyth business day after a moment as seen in a time zone.

        The day of the moment does not count and the last one counts whole, as terms are counted
        in Mexican law (Código Federal de Procedimientos Civiles, articles 284 and 292).
        """
        if moment.tzinfo is None or days < 1:
            raise ValueError("a deadline needs a moment in a time zone and at least one day")
        last = self.add_business_days(moment.astimezone(zone).date(), days)
        return moment_at(datetime.combine(last + DAY, datetime.min.time()), zone)


def moment_at(clock: datetime, zone: tzinfo) -> datetime:
    """The moment, in UTC, at which clocks in a time zone show this (a datetime without zone).

    What clocks skip is counted on from before the gap (02:30 is 03:30); of what they show twice it
    is the first (RFC 5545, 3.3.5).
    """
    if clock.tzinfo is not None:
        raise ValueError("what clocks show has no time zone")
    return clock.replace(tzinfo=zone, fold=0).astimezone(UTC)
