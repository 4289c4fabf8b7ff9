"""From the rows of a working calendar to the pure one, and from words to work periods."""

import re
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from people.calendars import (
    MINUTES_OF_DAY,
    WorkingCalendar,
    WorkingHours,
    WorkPeriod,
    overlapping,
    zone_named,
)
from people.enums import Country
from people.models import WorkCalendar, WorkWeek

MOST_A_DAY = 12
_HOURS = re.compile(r"([0-9]{1,2}):([0-9]{2})\s*[-–]\s*([0-9]{1,2}):([0-9]{2})")


def working_calendar(row: WorkCalendar) -> WorkingCalendar:
    """What `people.calendars` and `people.working_time` count with. Prefetch `weeks` and
    `closing_days` where there are several. ValueError for a draft without a week."""
    weeks = sorted(row.weeks.all(), key=lambda week: week.starts_on)
    closed = frozenset(closing.day for closing in row.closing_days.all())
    return WorkingCalendar(tuple(hours_of(week) for week in weeks), closed)


def hours_of(week: WorkWeek) -> WorkingHours:
    """The hours that a stored week says."""
    periods = tuple(WorkPeriod(*period) for period in week.periods)
    return WorkingHours(periods, week.time_zone, week.country, week.starts_on)


def stored_periods(periods: Iterable[WorkPeriod]) -> list[list[int]]:
    """A week as it is stored."""
    return [[one.weekday, one.opens, one.closes] for one in sorted(periods)]


def read_day(weekday: int, text: str) -> list[WorkPeriod]:
    """`09:00-13:00, 14:00-18:00` as the periods of a day of the week; what closes no later than it
    opens closes on the day after. ValidationError in words."""
    parts = [part.strip() for part in re.split(r"[,;]", text) if part.strip()]
    if len(parts) > MOST_A_DAY:
        raise ValidationError(_("A day has at most %(most)d periods.") % {"most": MOST_A_DAY})
    found = []
    for part in parts:
        match = _HOURS.fullmatch(part)
        opens, closes = (0, 0)
        if match:
            first, minute, last, other = (int(group) for group in match.groups())
            opens, closes = first * 60 + minute, last * 60 + other
        if not match or minute > 59 or other > 59 or first > 23 or closes > MINUTES_OF_DAY:
            raise ValidationError(
                _("“%(text)s” is no time of work: write 09:00-13:00, 14:00-18:00."),
                params={"text": part[:40]},
            )
        until = closes if closes > opens else closes + MINUTES_OF_DAY
        found.append(WorkPeriod(weekday, opens, until))
    return found


def written_day(periods: Iterable[WorkPeriod], weekday: int) -> str:
    """The periods of a day of the week, as `read_day` reads them."""
    own = sorted(period for period in periods if period.weekday == weekday)
    return ", ".join(f"{clock_of(one.opens)}-{clock_of(one.closes)}" for one in own)


def clock_of(minutes: int) -> str:
    """Minutes since midnight as clocks show them; the end of the day is 24:00."""
    if minutes == MINUTES_OF_DAY:
        return "24:00"
    return f"{minutes // 60 % 24:02}:{minutes % 60:02}"


def checked_hours(
    periods: Sequence[WorkPeriod], time_zone: str, country: str, starts_on: date
) -> WorkingHours:
    """The hours, or a ValidationError by field in words."""
    if not periods:
        raise ValidationError({"periods": _("Say on which hours people work.")})
    if pair := overlapping(periods):
        shown: dict[str, Any] = {
            "one": f"{clock_of(pair[0].opens)}-{clock_of(pair[0].closes)}",
            "other": f"{clock_of(pair[1].opens)}-{clock_of(pair[1].closes)}",
        }
        raise ValidationError({"periods": _("%(one)s and %(other)s of one week overlap.") % shown})
    if len(set(periods)) < len(periods):
        raise ValidationError({"periods": _("A period stands there twice.")})
    try:
        zone_named(time_zone)
    except ValueError as error:
        raise ValidationError(
            {"time_zone": _("Name the time zone of a place, such as America/Mexico_City.")}
        ) from error
    if country and country not in Country.values:
        raise ValidationError({"country": _("This is no country of ours.")})
    return WorkingHours(tuple(sorted(periods)), time_zone, country, starts_on)
