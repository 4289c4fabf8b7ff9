"""The picture of a year."""

from datetime import date

from people.calendar_year import BY_LAW, CLOSED, OFF, WORKED, Day, year_of
from people.calendars import WorkingCalendar, WorkingHours
from tests.people.working_calendars import DESK

YEAR = 2026


def days_of(calendar, names=None):
    months = year_of(calendar, YEAR, names or {})
    return {
        date(YEAR, number, day.number): day
        for number, month in enumerate(months, start=1)
        for week in month["weeks"]
        for day in week
        if day.number
    }


def test_every_day_of_the_year_is_drawn_once_by_why_it_is_open_or_closed():
    hours = WorkingHours(DESK, "America/Mexico_City", "MX", date(2026, 1, 5))
    calendar = WorkingCalendar((hours,), frozenset({date(2026, 4, 2), date(2026, 12, 25)}))
    days = days_of(calendar, {date(2026, 4, 2): "Jueves Santo", date(2026, 5, 1): "Trabajo"})
    assert len(days) == 365
    assert days[date(2026, 1, 2)] == Day(2)  # before it begins
    assert days[date(2026, 4, 2)] == Day(2, CLOSED, "Jueves Santo")
    assert days[date(2026, 5, 1)] == Day(1, BY_LAW, "Trabajo")
    assert days[date(2026, 12, 25)].state == CLOSED  # by ourselves, whatever the law says
    assert (days[date(2026, 6, 5)].state, days[date(2026, 6, 6)].state) == (WORKED, OFF)


def test_weeks_begin_on_monday_and_are_whole():
    months = year_of(WorkingCalendar((WorkingHours(DESK, "UTC", ""),)), YEAR, {})
    assert all(len(week) == 7 for month in months for week in month["weeks"])
    first = months[0]["weeks"][0]
    assert [day.number for day in first] == [0, 0, 0, 1, 2, 3, 4]  # the year begins on a Thursday
