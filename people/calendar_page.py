"""What the page of a working calendar shows: a picture of its week, weeks and closing days."""

from datetime import date
from typing import Any

import holidays
from django.utils import timezone
from django.utils.dates import WEEKDAYS
from django.utils.translation import get_language, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from core.admin import Panel
from core.showing import badge
from people.calendar_lists import hours_a_week, week_now
from people.calendar_reading import clock_of, hours_of, working_calendar, written_day
from people.calendar_year import LEGEND, year_of
from people.calendars import MINUTES_OF_DAY, SATURDAY
from people.models import WorkCalendar, WorkWeek
from people.working_time import YEARS, is_open, next_opening

TABLE = "portal/table.html"
YEAR = "people/calendar_year.html"


def picture_of(week: WorkWeek) -> list[dict[str, Any]]:
    """A line for each day: where it is open, in per cent of the day, and the same in words."""
    days = hours_of(week).by_day
    return [
        {
            "name": WEEKDAYS[weekday],
            "is_weekend": weekday >= SATURDAY,
            "bars": [
                {
                    "left": f"{opens / MINUTES_OF_DAY:.4%}",
                    "width": f"{(closes - opens) / MINUTES_OF_DAY:.4%}",
                }
                for opens, closes in pieces
            ],
            "text": ", ".join(f"{clock_of(one)}–{clock_of(other)}" for one, other in pieces),
        }
        for weekday, pieces in enumerate(days)
    ]


def openness(record: WorkCalendar) -> Any:
    """Whether people work now, else when they begin."""
    if week_now(record) is None:
        return ""
    now, calendar = timezone.now(), working_calendar(record)
    if calendar.versions[0].starts_on > timezone.localdate():
        return calendar.versions[0].starts_on
    if is_open(calendar, now):
        return badge(pgettext_lazy("working calendar", "Open now"), "green")
    return next_opening(calendar, now)


def weeks_panel(record: WorkCalendar) -> Panel:
    """Every week of the calendar, the newest first."""
    rows = []
    for week in sorted(record.weeks.all(), key=lambda week: week.starts_on, reverse=True):
        periods = hours_of(week).periods
        hours = [
            f"{WEEKDAYS[weekday]} {text}"
            for weekday in range(7)
            if (text := written_day(periods, weekday))
        ]
        rows.append(
            (
                week.starts_on,
                week.time_zone,
                week.get_country_display() or _("none: it is open on holidays too"),
                "; ".join(hours),
            )
        )
    content = {
        "columns": [_("from"), _("time zone"), _("statutory holidays of"), _("work periods")],
        "rows": rows,
        "note": _("A week that has begun stays as it is; another one begins on a day to come."),
    }
    return Panel("weeks", _("Weeks"), TABLE, content, len(rows))


def closing_panel(record: WorkCalendar, year: int) -> Panel:
    """The days of a year and the next one that are off by law or by ourselves."""
    lines = [
        (closing.day, closing.name, closing.source)
        for closing in record.closing_days.all()
        if closing.day.year in (year, year + 1)
    ]
    own = {day for day, _name, _source in lines}
    for each in (year, year + 1):
        if each in YEARS:
            lines += [line for line in _by_law(record, each) if line[0] not in own]
    rows = [(day, WEEKDAYS[day.weekday()], name, source) for day, name, source in sorted(lines)]
    content = {
        "columns": [_("day"), _("day of the week"), _("name"), _("source")],
        "rows": rows,
        "nothing": _("No day is closed in this year and the next one."),
    }
    return Panel("closing", _("Closing days"), TABLE, content, len(rows))


def year_panel(record: WorkCalendar, year: int) -> Panel:
    """The year as a picture. Of years beyond those that are worked out nothing is drawn."""
    names = {day: str(name) for day, name, _source in _by_law(record, year)}
    names |= {closing.day: closing.name for closing in record.closing_days.all()}
    content = {
        "months": year_of(working_calendar(record), year, names),
        "legend": LEGEND,
        "label": _("The days of %(year)s. The table of closing days names those that are off.")
        % {"year": year},
    }
    return Panel("year", _("Year %(year)s") % {"year": year}, YEAR, content)


def _by_law(record: WorkCalendar, year: int) -> list[tuple[date, str, Any]]:
    """The statutory holidays that the week of each day goes by."""
    calendar, found = working_calendar(record), []
    countries = {version.country for version in calendar.versions} - {""}
    for country in countries:
        for day, name in _named(country, year).items():
            if day < calendar.versions[0].starts_on:
                continue
            if calendar.versions[calendar.version_on(day)].country == country:
                found.append((day, name, _("statutory")))
    return found


def _named(country: str, year: int) -> dict[date, str]:
    """Its statutory holidays with their names, in the reader's language where these are known."""
    wanted = "en_US" if (get_language() or "").startswith("en") else "es"
    plain = holidays.country_holidays(country, years=year, expand=False)
    if wanted in plain.supported_languages:
        return dict(holidays.country_holidays(country, years=year, expand=False, language=wanted))
    return dict(plain)


def facts_of(record: WorkCalendar) -> list[tuple[Any, Any]]:
    """The calendar in a few words."""
    week = week_now(record)
    holidays_of = week.get_country_display() if week else ""
    return [
        (_("subsidiary"), record.subsidiary),
        (_("time zone"), week and week.time_zone),
        (_("statutory holidays of"), holidays_of or _("none: it is open on holidays too")),
        (_("hours a week"), hours_a_week(record)),
        (_("opens"), openness(record)),
        (_("in use since"), record.adopted_at),
    ]
