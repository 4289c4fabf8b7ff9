"""Working time: nights in which clocks are moved, lunch, holidays, new versions, and its laws."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.calendars import (
    WorkingCalendar,
    WorkingHours,
    WorkPeriod,
    overlapping,
    reached_at,
    zone_named,
)
from people.working_time import (
    add_working_time,
    begins_at,
    is_open,
    moments_of,
    next_opening,
    open_spans,
    open_year,
    working_time_between,
)
from tests.people.working_calendars import (
    ALWAYS,
    DESK,
    FIRST,
    NIGHTS,
    calendars,
    days,
    durations,
    moments,
    week,
)

HOUR = timedelta(hours=1)
MEXICO, TIJUANA, JUAREZ = "America/Mexico_City", "America/Tijuana", "America/Ciudad_Juarez"


def calendar(periods, zone=MEXICO, country="", closed=()):
    version = WorkingHours(periods, zone, country, date(2020, 1, 1))
    return WorkingCalendar((version,), frozenset(date.fromisoformat(day) for day in closed))


def local(text, zone=MEXICO):
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone))


@pytest.mark.parametrize(
    ("start", "end", "hours"),
    [
        ("2026-11-18 09:00", "2026-11-18 18:00", 8),
        ("2026-11-18 12:30", "2026-11-18 14:30", 1),  # lunch is nobody's time
        ("2026-11-18 13:00", "2026-11-18 14:00", 0),
        ("2026-11-13 17:00", "2026-11-17 10:00", 2),  # over a weekend and the Revolution's Monday
        ("2026-12-11 09:00", "2026-12-14 18:00", 16),
        ("2026-11-18 10:00", "2026-11-18 10:00", 0),
        ("2026-11-18 18:00", "2026-11-18 09:00", -8),
    ],
)
def test_a_desk_with_a_lunch_break(start, end, hours):
    desk = calendar(DESK, country="MX")
    assert working_time_between(desk, local(start), local(end)) == hours * HOUR


@pytest.mark.parametrize(
    ("start", "hours", "expected"),
    [
        ("2026-11-18 12:00", 1, "2026-11-18 13:00"),  # over when they go to lunch, not after it
        ("2026-11-18 12:00", 2, "2026-11-18 15:00"),
        ("2026-11-13 17:00", 2, "2026-11-17 10:00"),
        ("2026-11-14 03:00", 1, "2026-11-17 10:00"),
        ("2026-11-14 03:00", 0, "2026-11-14 03:00"),
        ("2026-11-17 10:00", -2, "2026-11-13 17:00"),
        ("2026-11-18 14:00", -4, "2026-11-18 09:00"),
        ("2026-11-18 09:00", -1, "2026-11-17 17:00"),
        ("2026-11-18 09:00", -8, "2026-11-17 09:00"),
        ("2026-11-18 09:00", 2080, "2027-11-24 18:00"),
    ],
)
def test_when_so_many_hours_are_over(start, hours, expected):
    found = add_working_time(calendar(DESK, country="MX"), local(start), hours * HOUR)
    assert (found, found.tzinfo) == (local(expected), UTC)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        # the last time that clocks in the middle of the country were put back, and the spring
        # in which they were not put forward any more
        (MEXICO, "2022-10-29 22:00", 9),
        (MEXICO, "2022-04-02 22:00", 7),
        (MEXICO, "2023-04-01 22:00", 8),
        (MEXICO, "2023-10-28 22:00", 8),
        # the border goes with the United States: a week later in autumn, earlier in spring
        (TIJUANA, "2022-10-29 22:00", 8),
        (TIJUANA, "2022-11-05 22:00", 9),
        (TIJUANA, "2026-03-07 22:00", 7),
        # Juárez went back with Chihuahua, left it a month later, and is with El Paso since
        (JUAREZ, "2022-10-29 22:00", 8),
        (JUAREZ, "2023-03-11 22:00", 7),
        (JUAREZ, "2023-11-04 22:00", 9),
    ],
)
def test_a_night_shift_in_the_nights_in_which_clocks_were_moved_or_not_any_more(zone, day, hours):
    start = local(day, zone)
    end = local(day, zone) + timedelta(hours=16)
    assert working_time_between(calendar(NIGHTS, zone), start, end) == hours * HOUR


def test_hours_that_clocks_skip_are_no_working_time():
    short = calendar(week((6, "02:30", "03:15")), TIJUANA)
    skipped = list(open_spans(short, local("2026-03-08 00:00"), local("2026-03-09 00:00")))
    ten = datetime(2026, 3, 8, 10, tzinfo=UTC)
    assert skipped == [(ten, ten + timedelta(minutes=15))]
    gone = calendar(week((6, "02:00", "03:00")), TIJUANA)
    assert not list(open_spans(gone, local("2026-03-08 00:00"), local("2026-03-09 00:00")))


def test_a_closed_day_is_closed_from_midnight_to_midnight():
    nights = calendar(NIGHTS, closed=["2026-11-18"])
    spans = list(open_spans(nights, local("2026-11-17 12:00"), local("2026-11-19 12:00")))
    assert spans == [
        (local("2026-11-17 22:00"), local("2026-11-18 00:00")),
        (local("2026-11-19 00:00"), local("2026-11-19 06:00")),
    ]


def test_always_is_a_calendar_like_any_other():
    always = calendar(ALWAYS, "UTC")
    start = datetime(2022, 10, 1, 12, tzinfo=UTC)
    assert add_working_time(always, start, 50_000 * HOUR) == start + 50_000 * HOUR
    assert add_working_time(always, start, -7_000 * HOUR) == start - 7_000 * HOUR
    assert len(list(open_spans(always, start, start + 50_000 * HOUR))) == 1


def test_a_new_version_holds_from_its_first_midnight():
    earlier = days(0, 4, ("08:00", "20:00"))
    both = WorkingCalendar(
        (
            WorkingHours(DESK, MEXICO, "MX", date(2020, 1, 1)),
            WorkingHours(earlier, "America/Bogota", "CO", date(2026, 11, 19)),
        )
    )
    spans = list(open_spans(both, local("2026-11-18 12:00"), local("2026-11-20 00:00")))
    assert spans == [
        (local("2026-11-18 12:00"), local("2026-11-18 13:00")),
        (local("2026-11-18 14:00"), local("2026-11-18 18:00")),
        (local("2026-11-19 07:00"), local("2026-11-19 19:00")),
    ]


def test_a_new_time_zone_counts_no_moment_twice_and_loses_none():
    moved = WorkingCalendar(
        (
            WorkingHours(ALWAYS, MEXICO, "", date(2020, 1, 1)),
            WorkingHours(ALWAYS, "Asia/Tokyo", "", date(2026, 1, 1)),
        )
    )
    start, end = datetime(2025, 12, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)
    assert working_time_between(moved, start, end) == end - start
    assert open_year(moved, 2025).covers[1] == open_year(moved, 2026).covers[0]


def test_what_is_open_and_when_it_opens():
    desk = calendar(DESK, country="MX")
    moment = ["2026-11-18 09:00", "2026-11-18 12:59", "2026-11-18 13:00", "2026-11-14 10:00"]
    assert [is_open(desk, local(text)) for text in moment] == [True, True, False, False]
    opens = ["2026-11-18 09:00", "2026-11-18 12:59", "2026-11-18 14:00", "2026-11-17 09:00"]
    assert [next_opening(desk, local(text)) for text in moment] == [local(text) for text in opens]


@pytest.mark.parametrize(
    "name", ["UTC+6", "Etc/GMT+6", "EST", "-06:00", "America/Atlantis", "../x"]
)
def test_a_time_zone_is_the_name_of_a_place(name):
    with pytest.raises(ValueError, match="no time zone"):
        zone_named(name)


def test_periods_that_overlap_are_found_over_midnight_and_over_sunday():
    assert overlapping(DESK + NIGHTS) is None
    assert overlapping(ALWAYS) is None
    night, morning = WorkPeriod(6, 22 * 60, 30 * 60), WorkPeriod(0, 5 * 60, 9 * 60)
    assert overlapping([morning, night]) == (night, morning)
    with pytest.raises(ValueError, match="overlap"):
        calendar(days(0, 0, ("09:00", "13:00"), ("12:45", "18:00")))


def test_what_makes_no_sense_is_refused():
    desk, noon = calendar(DESK), local("2026-11-18 12:00")
    with pytest.raises(ValueError, match="without working time"):
        calendar(())
    for at in ("2019-12-31 12:00", "1960-01-01 12:00"):
        with pytest.raises(ValueError, match="says nothing"):
            working_time_between(desk, local(at), noon)
    with pytest.raises(ValueError, match="not known"):
        working_time_between(desk, noon, local("2160-01-01 12:00"))
    with pytest.raises(ValueError, match="has a time zone"):
        is_open(desk, noon.replace(tzinfo=None))
    for much in (timedelta(days=40_000), timedelta(days=-4_000)):
        with pytest.raises(ValueError, match="of working time"):
            add_working_time(desk, noon, much)
    with pytest.raises(ValueError, match="one after the other"):
        WorkingCalendar(desk.versions * 2)
    for period in ((7, 0, 60), (0, 1440, 1500), (0, 60, 60), (0, 60, 1501)):
        with pytest.raises(ValueError, match=r"a week|a period"):
            WorkPeriod(*period)


@given(calendars(), moments, moments, moments)
def test_time_adds_up(hours, one, two, three):
    there = working_time_between(hours, one, two)
    assert there + working_time_between(hours, two, three) == working_time_between(
        hours, one, three
    )
    assert timedelta(0) <= there <= two - one or two < one
    assert working_time_between(hours, two, one) == -there


@given(calendars(), moments, moments)
def test_time_is_the_sum_of_what_is_open(hours, one, two):
    start, end = sorted([one, two])
    spans = list(open_spans(hours, start, end))
    assert working_time_between(hours, start, end) == sum((b - a for a, b in spans), timedelta(0))
    inner = [moment for span in spans for moment in span]
    assert inner == sorted(set(inner))  # in order, apart, none empty
    assert all(is_open(hours, a) and not is_open(hours, b) for a, b in spans if b < end)


@given(calendars(), moments, durations)
def test_adding_and_measuring_are_each_other_s_inverse(hours, start, duration):
    end, before = (add_working_time(hours, start, d) for d in (duration, -duration))
    assert working_time_between(hours, start, end) == duration
    assert working_time_between(hours, before, start) == duration
    assert add_working_time(hours, end, -duration) == next_opening(hours, start)
    moment = timedelta(microseconds=1)
    assert working_time_between(hours, start, end - moment) == duration - moment
    assert working_time_between(hours, before + moment, start) == duration - moment


@given(calendars(), moments, durations, durations)
def test_adding_in_two_goes_is_adding_once(hours, start, one, other):
    for sign in (1, -1):
        once = add_working_time(hours, start, sign * (one + other))
        assert (
            add_working_time(hours, add_working_time(hours, start, sign * one), sign * other)
            == once
        )


@given(calendars(), moments, moments, durations, durations)
def test_later_and_longer_never_ends_earlier(hours, one, two, short, long):
    start, later = sorted([one, two])
    short, long = sorted([short, long])
    for sign in (1, -1):
        assert add_working_time(hours, start, sign * long) <= add_working_time(
            hours, later, sign * long
        )
    assert add_working_time(hours, start, short) <= add_working_time(hours, start, long)


@given(calendars(), moments, durations, st.dates(date(2026, 1, 1), date(2026, 12, 31)))
def test_another_closing_day_never_brings_an_end_nearer(hours, start, duration, day):
    closed = WorkingCalendar(hours.versions, hours.closing_days | {day})
    assert add_working_time(hours, start, duration) <= add_working_time(closed, start, duration)


@given(calendars(), moments)
def test_the_next_opening_is_open_and_nothing_before_it_is(hours, at):
    found = next_opening(hours, at)
    assert is_open(hours, found)
    assert working_time_between(hours, at, found) == timedelta(0)
    assert (found == at) == is_open(hours, at)


@given(calendars(), st.integers(2021, 2027))
def test_years_tile_what_the_calendar_knows(hours, year):
    spans, (starts, ends) = moments_of(open_year(hours, year))
    assert ends == moments_of(open_year(hours, year + 1))[1][0]
    assert all(starts <= a < b <= ends for a, b in spans)
    assert begins_at(hours) == moments_of(open_year(hours, FIRST.year))[1][0]


@given(moments, st.sampled_from([MEXICO, TIJUANA, "America/Santiago", "Australia/Lord_Howe"]))
def test_what_clocks_show_later_is_never_reached_earlier(at, zone):
    clock, place = at.replace(tzinfo=None), ZoneInfo(zone)
    found, later = (reached_at(clock + by, place) for by in (timedelta(0), timedelta(minutes=7)))
    assert found <= later
    assert found.astimezone(place).replace(tzinfo=None) >= clock
    just_before = (found - timedelta(seconds=1)).astimezone(place).replace(tzinfo=None)
    assert just_before < clock
