"""Business days: what laws say, what we say ourselves, and the laws that hold for both."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.calendars import (
    DAY,
    LONGEST_CLOSURE,
    Roll,
    WorkingCalendar,
    moment_at,
    statutory_holidays,
)
from people.enums import Country

MEXICO_CITY, TIJUANA = ZoneInfo("America/Mexico_City"), ZoneInfo("America/Tijuana")
SANTIAGO = ZoneInfo("America/Santiago")


def days(text: str) -> set[date]:
    """`"2026-01-01 02-02"`: days of one year, which stands before the first."""
    year = text[:4]
    return {date.fromisoformat(f"{year}-{day}") for day in text[5:].split()}


def weekdays_off(country: str, year: int) -> set[date]:
    """The statutory holidays that take a working day away: laws differ little in the others."""
    return {day for day in statutory_holidays(country, year) if day.weekday() < 5}


@pytest.mark.parametrize(
    "text",
    [
        "2022 02-07 03-21 09-16 11-21",
        "2023 02-06 03-20 05-01 11-20 12-25",
        "2024 01-01 02-05 03-18 05-01 09-16 10-01 11-18 12-25",
        "2026 01-01 02-02 03-16 05-01 09-16 11-16 12-25",
        "2030 01-01 02-04 03-18 05-01 09-16 10-01 11-18 12-25",
    ],
)
def test_mexican_holidays_with_their_mondays_and_the_first_of_october_of_every_sixth_year(text):
    assert weekdays_off("MX", int(text[:4])) == days(text)


def test_before_2024_a_mexican_president_took_office_on_the_first_of_december():
    assert date(2012, 12, 1) in statutory_holidays("MX", 2012)
    assert date(2018, 10, 1) not in statutory_holidays("MX", 2018)


def test_colombian_holidays_move_to_the_monday_after():
    moved = days("2026 01-12 03-23 05-18 06-08 06-15 08-17 11-02 11-16")
    fixed = days("2026 01-01 04-02 04-03 05-01 07-20 08-07 12-08 12-25")
    assert moved | fixed <= weekdays_off("CO", 2026)
    assert date(2026, 1, 6) not in statutory_holidays("CO", 2026)


@pytest.mark.parametrize("country", Country)
def test_every_country_has_holidays_in_every_year_that_is_planned_for(country):
    for year in range(2020, 2041):
        found = statutory_holidays(country, year)
        assert {day.year for day in found} == {year}
        new_year = date(year, 1, 1)
        assert new_year in found or new_year.weekday() == 6  # some move it to the Monday


def test_banks_close_on_more_days_than_the_law_names_and_these_are_passed_in():
    statutory = WorkingCalendar.of_country("MX")
    bank = WorkingCalendar.of_country("MX", frozenset(days("2026 04-02 04-03 11-02 12-12")))
    assert statutory.add_business_days(date(2026, 4, 1), 1) == date(2026, 4, 2)
    assert bank.add_business_days(date(2026, 4, 1), 1) == date(2026, 4, 6)


def test_another_weekend():
    seven_days = WorkingCalendar.of_country("MX", weekend=frozenset())
    six_days = WorkingCalendar.of_country("MX", weekend=frozenset({6}))
    saturday, sunday = date(2026, 11, 21), date(2026, 11, 22)
    assert [c.is_business_day(saturday) for c in (seven_days, six_days)] == [True, True]
    assert [c.is_business_day(sunday) for c in (seven_days, six_days)] == [True, False]


@pytest.mark.parametrize(
    ("day", "to", "expected"),
    [
        ("2026-11-15", Roll.NONE, "2026-11-15"),
        ("2026-11-15", Roll.PREVIOUS, "2026-11-13"),
        ("2026-11-15", Roll.NEXT, "2026-11-17"),  # past the Monday of the Revolution
        ("2026-02-01", "next", "2026-02-03"),  # past the Monday of the Constitution
        ("2026-11-13", "next", "2026-11-13"),
        ("2027-01-01", "previous", "2026-12-31"),
        ("2024-10-01", "next", "2024-10-02"),
    ],
)
def test_rolling_in_mexico(day, to, expected):
    assert WorkingCalendar.of_country("MX").roll(date.fromisoformat(day), to) == date.fromisoformat(
        expected
    )


@pytest.mark.parametrize(
    ("day", "to", "expected"),
    [
        ("2026-10-31", Roll.NEXT, "2026-10-30"),  # a Saturday that would move into November
        ("2026-11-14", Roll.NEXT, "2026-11-17"),
        ("2026-11-01", Roll.PREVIOUS, "2026-11-03"),
        ("2026-11-15", Roll.NONE, "2026-11-15"),
    ],
)
def test_rolling_within_the_month(day, to, expected):
    calendar = WorkingCalendar.of_country("MX", frozenset({date(2026, 11, 2)}))
    found = calendar.roll(date.fromisoformat(day), to, in_month=True)
    assert found == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        ("2026-11-13", 1, "2026-11-17"),
        ("2026-11-17", -1, "2026-11-13"),
        ("2026-11-15", 0, "2026-11-15"),
        ("2026-12-24", 2, "2026-12-29"),
        ("2024-09-30", 1, "2024-10-02"),
    ],
)
def test_counting_in_mexico(day, count, expected):
    counted = WorkingCalendar.of_country("MX").add_business_days(date.fromisoformat(day), count)
    assert counted == date.fromisoformat(expected)


@pytest.mark.parametrize(
    ("moment", "count", "zone", "expected"),
    [
        # the last Sunday of October 2022 ended Mexico's last summer time
        ("2022-10-27T15:00Z", 1, MEXICO_CITY, "2022-10-29T05:00Z"),
        ("2022-10-28T23:00Z", 1, MEXICO_CITY, "2022-11-01T06:00Z"),
        ("2022-10-28T23:00Z", 2, MEXICO_CITY, "2022-11-02T06:00Z"),
        ("2023-04-03T15:00Z", 1, MEXICO_CITY, "2023-04-05T06:00Z"),
        # the border still moves its clocks
        ("2026-03-06T15:00Z", 1, TIJUANA, "2026-03-10T07:00Z"),
        ("2026-03-04T15:00Z", 1, TIJUANA, "2026-03-06T08:00Z"),
        # which day it is depends on where it is seen
        ("2026-11-24T05:59Z", 1, MEXICO_CITY, "2026-11-25T06:00Z"),
        ("2026-11-24T06:00Z", 1, MEXICO_CITY, "2026-11-26T06:00Z"),
        # asked on a Friday night, on Saturday and on the holiday Monday, it is due alike
        ("2026-11-14T04:00Z", 2, MEXICO_CITY, "2026-11-19T06:00Z"),
        ("2026-11-14T18:00Z", 2, MEXICO_CITY, "2026-11-19T06:00Z"),
        ("2026-11-16T18:00Z", 2, MEXICO_CITY, "2026-11-19T06:00Z"),
    ],
)
def test_deadlines(moment, count, zone, expected):
    calendar = WorkingCalendar.of_country("MX")
    found = calendar.business_deadline(datetime.fromisoformat(moment), count, zone)
    assert (found, found.tzinfo) == (datetime.fromisoformat(expected), UTC)


def test_a_deadline_at_a_midnight_that_clocks_skip_is_at_one():
    every_day = WorkingCalendar.of_country("CL", weekend=frozenset())
    asked = datetime(2026, 9, 4, 15, tzinfo=UTC)
    assert every_day.business_deadline(asked, 1, SANTIAGO) == datetime(2026, 9, 6, 4, tzinfo=UTC)


@pytest.mark.parametrize(
    ("clock", "zone", "expected"),
    [
        ("2026-03-08T02:30", TIJUANA, "2026-03-08T10:30Z"),  # shown as 03:30
        ("2026-11-01T01:30", TIJUANA, "2026-11-01T08:30Z"),  # the first of two
        ("2026-11-01T02:30", TIJUANA, "2026-11-01T10:30Z"),
        ("2026-09-06T00:00", SANTIAGO, "2026-09-06T04:00Z"),  # shown as 01:00
        ("2026-04-04T23:30", SANTIAGO, "2026-04-05T02:30Z"),  # the first of two
    ],
)
def test_what_clocks_skip_and_what_they_show_twice(clock, zone, expected):
    assert moment_at(datetime.fromisoformat(clock), zone) == datetime.fromisoformat(expected)


def test_what_makes_no_sense_is_refused():
    mexico = WorkingCalendar.of_country("MX")
    noon = datetime(2026, 11, 22, 12, tzinfo=UTC)
    with pytest.raises(ValueError, match="no country we know"):
        WorkingCalendar.of_country("XX")
    with pytest.raises(ValueError, match="no country we know"):
        statutory_holidays("XX", 2026)
    for weekend in ({0, 1, 2, 3, 4, 5, 6}, {7}):
        with pytest.raises(ValueError, match="not of all"):
            WorkingCalendar.of_country("MX", weekend=weekend)
    with pytest.raises(TypeError, match="not a moment"):
        mexico.is_business_day(noon)
    with pytest.raises(ValueError, match="sideways"):
        mexico.roll(date(2026, 11, 22), "sideways")
    for moment, count in ((noon, 0), (noon, -1), (noon.replace(tzinfo=None), 1)):
        with pytest.raises(ValueError, match="at least one day"):
            mexico.business_deadline(moment, count, MEXICO_CITY)
    with pytest.raises(ValueError, match="has no time zone"):
        moment_at(noon, MEXICO_CITY)


def test_a_calendar_that_is_closed_for_months_is_refused_and_not_searched_for_ever():
    start = date(2026, 1, 1)
    closed = WorkingCalendar.of_country("MX", frozenset(start + n * DAY for n in range(60)))
    with pytest.raises(ValueError, match="no business day within"):
        closed.roll(start, Roll.NEXT)


some_days = st.dates(date(2015, 1, 1), date(2040, 12, 31))
closures = st.frozensets(st.dates(date(2026, 1, 1), date(2026, 1, 20)), max_size=12)
calendars = st.builds(
    WorkingCalendar.of_country,
    st.sampled_from(Country),
    closures,
    st.sampled_from([frozenset(), frozenset({5, 6}), frozenset({4, 5}), frozenset({6})]),
)
near = st.dates(date(2025, 12, 1), date(2026, 2, 28)) | some_days


@given(calendars, near)
def test_rolling_finds_the_nearest_business_day_on_each_side(calendar, day):
    before, after = calendar.roll(day, Roll.PREVIOUS), calendar.roll(day, Roll.NEXT)
    assert before <= day <= after
    assert (before == day) == (after == day) == calendar.is_business_day(day)
    assert after - before <= 2 * LONGEST_CLOSURE
    between = (before + n * DAY for n in range(1, (after - before).days))
    assert not any(calendar.is_business_day(d) for d in between)
    for found, to in ((before, Roll.NEXT), (after, Roll.PREVIOUS)):
        assert calendar.is_business_day(found)
        assert calendar.roll(found, to) == found


@given(calendars, near, st.integers(1, 15))
def test_between_a_day_and_the_nth_business_day_lie_n_of_them(calendar, day, count):
    found = calendar.add_business_days(day, count)
    after = (day + n * DAY for n in range(1, (found - day).days + 1))
    assert sum(calendar.is_business_day(d) for d in after) == count
    assert calendar.is_business_day(found)
    assert calendar.add_business_days(found, -count) == calendar.roll(day, Roll.PREVIOUS)
    assert calendar.business_days_between(day, found) == count
    assert calendar.business_days_between(found, day) == -count


@given(calendars, near, st.integers(0, 8), st.integers(0, 8), st.sampled_from([1, -1]))
def test_counting_in_two_goes_is_counting_once(calendar, day, one, other, sign):
    twice = calendar.add_business_days(calendar.add_business_days(day, sign * one), sign * other)
    assert twice == calendar.add_business_days(day, sign * (one + other))


moments = st.timedeltas(timedelta(0), timedelta(days=60)).map(
    lambda since: datetime(2025, 12, 15, tzinfo=UTC) + since
)
zones = st.sampled_from([MEXICO_CITY, TIJUANA, SANTIAGO, ZoneInfo("Asia/Tokyo")])


@given(calendars, moments, st.integers(1, 10), zones, closures)
def test_another_closing_day_never_brings_a_deadline_nearer(calendar, moment, count, zone, more):
    closed = WorkingCalendar(calendar.versions, calendar.closing_days | more)
    deadline = calendar.business_deadline(moment, count, zone)
    assert moment + count * timedelta(hours=23) < deadline
    assert deadline <= closed.business_deadline(moment, count, zone)
