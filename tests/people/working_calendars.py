"""Calendars and moments that the laws of working time are held against, in Python and in SQL."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from hypothesis import strategies as st

from people.calendars import MINUTES_OF_DAY, WorkingCalendar, WorkingHours, WorkPeriod, overlapping

# Clocks that jump at midnight, by half an hour, that stopped jumping in 2022, and that still do.
ZONES = (
    *("America/Mexico_City", "America/Tijuana", "America/Ciudad_Juarez", "America/Bogota"),
    *("America/Santiago", "Australia/Lord_Howe", "America/Havana", "Asia/Tokyo", "UTC"),
)

# Around these nights clocks of one of them jump, a year begins, or the zone changed its law.
JUMPS = (
    *("2022-04-03", "2022-10-30", "2022-11-30", "2023-03-12", "2026-03-08", "2026-11-01"),
    *("2026-04-05", "2026-09-06", "2026-10-04", "2025-12-31", "2027-01-01", "2024-02-29"),
)


def week(*periods: tuple[int, str, str]) -> tuple[WorkPeriod, ...]:
    """`(0, "09:00", "13:00")`; what closes no later than it opens closes on the day after."""
    found = []
    for weekday, opens, closes in periods:
        start, end = (int(text[:2]) * 60 + int(text[3:]) for text in (opens, closes))
        found.append(WorkPeriod(weekday, start, end if end > start else end + MINUTES_OF_DAY))
    return tuple(found)


def days(first: int, last: int, *hours: tuple[str, str]) -> tuple[WorkPeriod, ...]:
    """The same hours on several days of the week."""
    return week(*((day, *pair) for day in range(first, last + 1) for pair in hours))


DESK = days(0, 4, ("09:00", "13:00"), ("14:00", "18:00"))
NIGHTS = days(0, 6, ("22:00", "06:00"))
FIRST = date(2016, 1, 1)
ALWAYS = days(0, 6, ("00:00", "00:00"))


@st.composite
def _periods(draw: st.DrawFn) -> tuple[WorkPeriod, ...]:
    found: list[WorkPeriod] = []
    for weekday in draw(st.lists(st.integers(0, 6), min_size=1, max_size=9)):
        opens = draw(st.integers(0, 95)) * 15
        lasts = draw(st.integers(4, 96)) * 15
        period = WorkPeriod(weekday, opens, opens + lasts)
        if not overlapping([*found, period]) and period not in found:
            found.append(period)
    return tuple(sorted(found))


_weeks = st.sampled_from([DESK, NIGHTS, ALWAYS]) | _periods()
_near = st.sampled_from(JUMPS).map(date.fromisoformat)
_days = st.builds(lambda day, by: day + timedelta(days=by), _near, st.integers(-3, 4))


@st.composite
def calendars(draw: st.DrawFn) -> WorkingCalendar:
    """One to three versions, each with its week, time zone and country, and some closing days."""
    later = sorted(draw(st.sets(_days, max_size=2)))
    versions = tuple(
        WorkingHours(
            draw(_weeks), draw(st.sampled_from(ZONES)), draw(st.sampled_from(["", "MX", "CO"])), day
        )
        for day in (FIRST, *later)
    )
    return WorkingCalendar(versions, draw(st.frozensets(_days, max_size=6)))


moments = st.builds(
    lambda day, since: datetime.combine(day, datetime.min.time(), UTC) + since,
    _days,
    st.timedeltas(timedelta(0), timedelta(days=1))
    | st.integers(0, 96).map(lambda n: timedelta(minutes=15 * n)),
)
durations = st.timedeltas(timedelta(microseconds=1), timedelta(days=3)) | st.integers(1, 200).map(
    lambda n: timedelta(minutes=15 * n)
)


def a_calendar(cast: Any, *, adopted: bool = True, **facts: Any) -> Any:
    """A calendar of the payments desk as an administrator makes it."""
    from people.services import adopt_calendar, draft_calendar

    week = {"starts_on": date(2025, 1, 1), "time_zone": "America/Mexico_City", "periods": DESK}
    told = {"slug": "desk", "name": "Desk", "country": "MX"} | week | facts
    row = draft_calendar(actor=cast.admin, **told)
    return adopt_calendar(row, actor=cast.admin) if adopted else row
