"""When people work: weekly hours in a time zone, statutory holidays and own closing days, and which
days are business days. How long something took by them is in `working_time`.

Pure: versions and closing days are passed in, and so is every moment.
"""

from bisect import bisect_right
from collections.abc import Iterable, Set
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from functools import cached_property, lru_cache
from itertools import pairwise
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import holidays
from django.db import models
from django.utils.translation import gettext_lazy as _

from people.enums import Country

SATURDAY, SUNDAY = 5, 6  # as `date.weekday` counts
DAY = timedelta(days=1)
MINUTES_OF_DAY = 24 * 60
MINUTES_OF_WEEK = 7 * MINUTES_OF_DAY

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


def zone_named(name: str) -> ZoneInfo:
    """A time zone by the name of a place, or UTC. ValueError for others, offsets among them
    (`Etc/GMT+6`, `EST`): a law that moves a place's clocks passes them by."""
    is_place = "/" in name and not name.startswith("Etc/")
    try:
        if is_place or name == "UTC":
            return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError) as error:
        raise ValueError(f"{name!r} is no time zone") from error
    raise ValueError(f"{name!r} is no time zone of a place")


@dataclass(frozen=True, order=True)
class WorkPeriod:
    """From when to when people work, beginning on one day of the week (Monday is 0): minutes since
    its midnight, as clocks show them. What closes after 1440 closes on the day after."""

    weekday: int
    opens: int
    closes: int

    def __post_init__(self) -> None:
        if self.weekday not in range(7):
            raise ValueError("a week has the days 0 to 6")
        if not 0 <= self.opens < MINUTES_OF_DAY:
            raise ValueError("a period opens on its day")
        if not self.opens < self.closes <= self.opens + MINUTES_OF_DAY:
            raise ValueError("a period lasts a minute to a day")


@dataclass(frozen=True)
class WorkingHours:
    """One version of a calendar: its week from a day on, until another version begins.

    `country` is the one whose statutory holidays are closed; none where it is empty. A closed day
    is closed from midnight to midnight, also for whoever began the evening before.
    """

    periods: tuple[WorkPeriod, ...]
    zone: str
    country: str = ""
    starts_on: date = date.min

    def __post_init__(self) -> None:
        if not self.periods:
            raise ValueError("a calendar without working time")
        zone_named(self.zone)
        if self.country and self.country not in Country.values:
            raise ValueError(f"{self.country!r} is no country we know")
        if clashing := overlapping(self.periods):
            raise ValueError(f"these periods overlap: {clashing}")

    @cached_property
    def weekdays(self) -> frozenset[int]:
        """The days of the week on which somebody begins to work."""
        return frozenset(period.weekday for period in self.periods)

    @cached_property
    def by_day(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        """The open minutes of each day of the week, cut at midnight, in order."""
        days: list[list[tuple[int, int]]] = [[] for _nth in range(7)]
        for period in self.periods:
            days[period.weekday].append((period.opens, min(period.closes, MINUTES_OF_DAY)))
            if period.closes > MINUTES_OF_DAY:
                days[(period.weekday + 1) % 7].append((0, period.closes - MINUTES_OF_DAY))
        return tuple(tuple(sorted(day)) for day in days)


def overlapping(periods: Iterable[WorkPeriod]) -> tuple[WorkPeriod, WorkPeriod] | None:
    """The first two periods of a week that overlap, Sunday's night and Monday's morning too."""
    week = sorted(set(periods), key=_minutes)
    for one, other in pairwise(week):
        if _minutes(other)[0] < _minutes(one)[1]:
            return one, other
    if len(week) > 1 and _minutes(week[-1])[1] - MINUTES_OF_WEEK > _minutes(week[0])[0]:
        return week[-1], week[0]
    return None


def _minutes(period: WorkPeriod) -> tuple[int, int]:
    midnight = period.weekday * MINUTES_OF_DAY
    return midnight + period.opens, midnight + period.closes


@dataclass(frozen=True)
class WorkingCalendar:
    """The hours of one desk, company or country over time.

    `closing_days` are days off beside the statutory ones: in Mexico banks also close on days that
    the CNBV announces every year. Before the first version begins the calendar says nothing.
    """

    versions: tuple[WorkingHours, ...]
    closing_days: frozenset[date] = frozenset()

    def __post_init__(self) -> None:
        if not self.versions:
            raise ValueError("a calendar has a version at least")
        if any(after.starts_on <= one.starts_on for one, after in pairwise(self.versions)):
            raise ValueError("versions begin one after the other")

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash((self.versions, self.closing_days))

    @classmethod
    def of_country(
        cls,
        country: str,
        closing_days: Set[date] = frozenset(),
        weekend: Set[int] = frozenset({SATURDAY, SUNDAY}),
        zone: str = "UTC",
    ) -> "WorkingCalendar":
        """The business days of a country: whole days, since ever. For terms that are counted in
        days; `weekend` counts Monday as 0."""
        if country not in Country.values:
            raise ValueError(f"{country!r} is no country we know")
        if not weekend < set(range(7)):
            raise ValueError("a weekend is of some days of the week and not of all")
        days = tuple(WorkPeriod(day, 0, MINUTES_OF_DAY) for day in range(7) if day not in weekend)
        return cls((WorkingHours(days, zone, country),), frozenset(closing_days))

    @cached_property
    def _first_days(self) -> list[date]:
        return [version.starts_on for version in self.versions]

    def version_on(self, day: date) -> int:
        """Which version holds on a day, by position. ValueError before the first."""
        found = bisect_right(self._first_days, day) - 1
        if found < 0:
            raise ValueError(f"the calendar says nothing before {self._first_days[0]}")
        return found

    def is_closed(self, day: date) -> bool:
        """Whether it is off by law or by ourselves, whatever day of the week it is."""
        country = self.versions[self.version_on(day)].country
        return day in self.closing_days or (
            bool(country) and day in statutory_holidays(country, day.year)
        )

    def is_business_day(self, day: date) -> bool:
        """Whether somebody begins to work on it."""
        if isinstance(day, datetime):
            raise TypeError("a day, not a moment: which day that is depends on the time zone")
        hours = self.versions[self.version_on(day)]
        return day.weekday() in hours.weekdays and not self.is_closed(day)

    def roll(self, day: date, to: str, *, in_month: bool = False) -> date:
        """The day itself if it is a business day, else the nearest one before or after it.

        `to` is one of `Roll`. With `in_month` a day that would leave its month goes the other way
        (“modified following” and “modified preceding” of ISDA). ValueError where there is no
        business day for `LONGEST_CLOSURE`.
        """
        to = Roll(to)
        if to == Roll.NONE:
            return day
        found = self._nearest(day, DAY if to == Roll.NEXT else -DAY)
        if in_month and (found.year, found.month) != (day.year, day.month):
            return self._nearest(day, -DAY if to == Roll.NEXT else DAY)
        return found

    def _nearest(self, day: date, step: timedelta) -> date:
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

    def business_days_between(self, after: date, until: date) -> int:
        """How many business days lie after one day until another, which counts itself; the same
        with a minus the other way round, as days are subtracted."""
        if until < after:
            return -self.business_days_between(until, after)
        return sum(self.is_business_day(until - n * DAY) for n in range((until - after).days))

    def business_deadline(
        self, moment: datetime, days: int, zone: tzinfo | None = None
    ) -> datetime:
        """The end, in UTC, of the so-manyth business day after a moment, as seen in a time zone
        (the calendar's own last one).

        The day of the moment does not count and the last one counts whole, as terms are counted
        in Mexican law (Código Federal de Procedimientos Civiles, articles 284 and 292).
        """
        if moment.tzinfo is None or days < 1:
            raise ValueError("a deadline needs a moment in a time zone and at least one day")
        zone = zone or zone_named(self.versions[-1].zone)
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


def reached_at(clock: datetime, zone: tzinfo) -> datetime:
    """The first moment, in UTC, at which clocks in a time zone show this or more.

    Other than with `moment_at`, what clocks skip is all reached when they jump (02:30 at 03:00):
    whatever is later on the clock is never earlier in time, so that hours stay in order.
    """
    moment = moment_at(clock, zone)
    if moment.astimezone(zone).replace(tzinfo=None) == clock:
        return moment
    # By the offset that holds after the gap, this lies before it; the jump is between the two.
    low = int(clock.replace(tzinfo=zone, fold=1).timestamp())
    high = int(moment.timestamp())
    while high - low > 1:
        middle = (low + high) // 2
        shown = datetime.fromtimestamp(middle, zone).replace(tzinfo=None)
        low, high = (middle, high) if shown < clock else (low, middle)
    return datetime.fromtimestamp(high, UTC)
