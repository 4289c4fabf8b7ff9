"""A year of a working calendar as a picture: which days are worked on, and why not."""

from calendar import Calendar
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.utils.dates import MONTHS, WEEKDAYS_ABBR
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from people.calendars import WorkingCalendar

WORKED, OFF, BY_LAW, CLOSED = "worked", "off", "law", "closed"
LEGEND: tuple[tuple[str, str | Promise], ...] = (
    (WORKED, _("worked")),
    (OFF, _("off every week")),
    (BY_LAW, _("statutory holiday")),
    (CLOSED, _("closed by ourselves")),
)


@dataclass(frozen=True)
class Day:
    """One day of the picture; `name` says why it is closed. Without a state it is of another month
    or before the calendar begins."""

    number: int
    state: str = ""
    name: str = ""


def year_of(
    calendar: WorkingCalendar, year: int, names: Mapping[date, str]
) -> list[dict[str, Any]]:
    """Its twelve months in weeks from Monday on. `names` are those of the days that are closed."""
    months = Calendar().yeardatescalendar(year, width=12)[0]
    return [
        {
            "name": MONTHS[number],
            "weekdays": [WEEKDAYS_ABBR[day] for day in range(7)],
            "weeks": [[_day(calendar, day, number, names) for day in week] for week in weeks],
        }
        for number, weeks in enumerate(months, start=1)
    ]


def _day(calendar: WorkingCalendar, day: date, month: int, names: Mapping[date, str]) -> Day:
    if day.month != month:
        return Day(0)
    if day < calendar.versions[0].starts_on:
        return Day(day.day)
    if day in calendar.closing_days:
        return Day(day.day, CLOSED, names.get(day, ""))
    if calendar.is_closed(day):
        return Day(day.day, BY_LAW, names.get(day, ""))
    return Day(day.day, WORKED if calendar.is_business_day(day) else OFF)
