"""When windows are: paydays by hand, nights in which clocks are moved, and laws."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.core.exceptions import ValidationError
from hypothesis import assume, given
from hypothesis import strategies as st

from changes.recurrence import (
    HORIZON,
    LONGEST_RULE,
    LONGEST_WINDOW,
    Dated,
    Recurring,
    occurrences,
    read_rule,
)
from people.calendars import Roll, WorkingCalendar

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MEXICO = WorkingCalendar.of_country("MX")
PAYDAYS = "FREQ=MONTHLY;BYMONTHDAY=15,-1"


def clock(text: str) -> datetime:
    """What clocks show, without time zone: `"2026-01-01 22:00"`."""
    return datetime.fromisoformat(text)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def spans(window, after, before):
    """Its windows as `"03-08 06:00/13:00"`, in UTC."""
    found = occurrences(window, at(after), at(before))
    return [f"{start:%m-%d %H:%M}/{end:%H:%M}" for start, end in found]


def days_of(window, year):
    """The days on which its windows of a year begin, as clocks in their zone show them."""
    zone = ZoneInfo(window.zone)
    first = datetime(year, 1, 1, tzinfo=zone)
    found = occurrences(window, first, first.replace(year=year + 1))
    return " ".join(f"{start.astimezone(zone):%m-%d}" for start, _end in found)


def whole_days(rule, roll=Roll.NONE, calendar=None, zone="America/Mexico_City"):
    return Recurring(rule, clock("2025-01-01 00:00"), DAY, zone, roll, calendar)


def test_paydays_in_mexico_in_2026():
    assert days_of(whole_days(PAYDAYS, Roll.PREVIOUS, MEXICO), 2026) == (
        "01-15 01-30 02-13 02-27 03-13 03-31 04-15 04-30 05-15 05-29 06-15 06-30 "
        "07-15 07-31 08-14 08-31 09-15 09-30 10-15 10-30 11-13 11-30 12-15 12-31"
    )


def test_the_days_before_they_are_moved():
    found = days_of(whole_days(PAYDAYS), 2026)
    assert found.startswith("01-15 01-31 02-15 02-28 03-15 03-31 04-15 04-30 05-15 05-31 ")


def test_month_end_moved_to_the_next_business_day_falls_into_the_next_month():
    month_ends = whole_days("FREQ=MONTHLY;BYMONTHDAY=-1", Roll.NEXT, MEXICO)
    assert days_of(month_ends, 2026) == (
        "02-03 03-02 03-31 04-30 06-01 06-30 07-31 08-31 09-30 11-02 11-30 12-31"
    )


def test_a_day_on_which_banks_close_moves_a_payday():
    banks = WorkingCalendar.of_country("MX", frozenset({date(2026, 12, 31), date(2026, 4, 30)}))
    found = days_of(whole_days(PAYDAYS, Roll.PREVIOUS, banks), 2026).split()
    assert (found[7], found[-1]) == ("04-29", "12-30")


def test_two_days_that_move_to_the_same_one_are_one_window():
    weekends = whole_days("FREQ=WEEKLY;BYDAY=SA,SU", Roll.NEXT, MEXICO)
    assert days_of(weekends, 2026).split()[:5] == ["01-05", "01-12", "01-19", "01-26", "02-03"]


def test_a_day_that_moves_by_weeks_is_found_where_it_went_to():
    closed = WorkingCalendar.of_country(
        "MX", frozenset(date(2026, 12, day) for day in range(12, 32))
    )
    later = whole_days("FREQ=MONTHLY;BYMONTHDAY=15", Roll.NEXT, closed)
    earlier = whole_days("FREQ=MONTHLY;BYMONTHDAY=31", Roll.PREVIOUS, closed)
    assert spans(later, "2027-01-04 12:00", "2027-01-04 13:00") == ["01-04 06:00/06:00"]
    assert spans(earlier, "2026-12-11 12:00", "2026-12-11 13:00") == ["12-11 06:00/06:00"]


def test_a_payday_is_a_whole_day_where_people_are_paid():
    paydays = whole_days(PAYDAYS, Roll.PREVIOUS, MEXICO)
    assert occurrences(paydays, at("2026-11-10"), at("2026-11-20")) == [
        (at("2026-11-13 06:00"), at("2026-11-14 06:00"))
    ]


def test_a_weekly_window_of_spei_from_friday_evening():
    spei = Recurring(
        "FREQ=WEEKLY;BYDAY=FR", clock("2026-01-01 17:55"), HOUR / 6, "America/Mexico_City"
    )
    assert spans(spei, "2026-01-01", "2026-01-20") == [
        "01-02 23:55/00:05",
        "01-09 23:55/00:05",
        "01-16 23:55/00:05",
    ]


def test_the_buen_fin_is_announced_and_dated():
    buen_fin = Dated(
        datetime(2026, 11, 13, tzinfo=ZoneInfo("America/Mexico_City")), at("2026-11-17 06:00")
    )
    whole = [(at("2026-11-13 06:00"), at("2026-11-17 06:00"))]
    assert occurrences(buen_fin, at("2026-11-17 05:59"), at("2026-12-01")) == whole
    assert occurrences(buen_fin, at("2026-11-17 06:00"), at("2026-12-01")) == []
    assert occurrences(buen_fin, at("2026-11-01"), at("2026-11-13 06:00")) == []


def test_a_window_that_was_open_before_the_range_is_told_whole():
    nightly = Recurring("FREQ=DAILY", clock("2026-01-01 22:00"), 8 * HOUR, "America/Bogota")
    assert spans(nightly, "2026-05-02 04:00", "2026-05-02 05:00") == ["05-02 03:00/11:00"]


# Tijuana puts its clocks forward on 8 March 2026 at 02:00, and back on 1 November at 02:00.
@pytest.mark.parametrize(
    ("begins", "lasts", "after", "before", "expected"),
    [
        # an overnight window is from 22:00 until 06:00 in every night, of seven hours and of nine
        (
            "22:00",
            8 * HOUR,
            "2026-03-07 00:00",
            "2026-03-09 06:00",
            ["03-07 06:00/14:00", "03-08 06:00/13:00", "03-09 05:00/13:00"],
        ),
        ("22:00", 8 * HOUR, "2026-11-01", "2026-11-02", ["11-01 05:00/14:00"]),
        # 02:30 does not exist on that day: it is 03:30, and the window as long as ever
        (
            "02:30",
            HOUR / 2,
            "2026-03-07 00:00",
            "2026-03-10 00:00",
            ["03-07 10:30/11:00", "03-08 10:30/11:00", "03-09 09:30/10:00"],
        ),
        # what ends at 02:30 on that day ends at 03:30
        ("01:00", 1.5 * HOUR, "2026-03-08", "2026-03-09", ["03-08 09:00/10:30"]),
        # 01:30 comes twice: the first one begins it, and the first one ends it
        ("01:30", HOUR / 4, "2026-11-01", "2026-11-02", ["11-01 08:30/08:45"]),
        ("01:30", HOUR, "2026-11-01", "2026-11-02", ["11-01 08:30/10:30"]),
        ("00:30", HOUR, "2026-11-01", "2026-11-02", ["11-01 07:30/08:30"]),
    ],
)
def test_nights_in_which_tijuana_moves_its_clocks(begins, lasts, after, before, expected):
    window = Recurring("FREQ=DAILY", clock(f"2026-01-01 {begins}"), lasts, "America/Tijuana")
    assert spans(window, after, before) == expected


# Chile skips the hour after midnight on 6 September 2026, and has 23:00 to 24:00 of 4 April twice.
@pytest.mark.parametrize(
    ("begins", "lasts", "after", "before", "expected"),
    [
        (
            "00:00",
            2 * HOUR,
            "2026-09-05 00:00",
            "2026-09-07 12:00",
            ["09-05 04:00/06:00", "09-06 04:00/06:00", "09-07 03:00/05:00"],
        ),
        ("00:30", HOUR / 4, "2026-09-06", "2026-09-07", ["09-06 04:30/04:45"]),
        ("00:00", DAY, "2026-09-06 05:00", "2026-09-06 06:00", ["09-06 04:00/04:00"]),
        ("23:30", HOUR, "2026-04-05", "2026-04-06", ["04-05 02:30/04:30"]),
        ("22:00", 4 * HOUR, "2026-04-05", "2026-04-06", ["04-05 01:00/06:00"]),
    ],
)
def test_nights_in_which_chile_moves_its_clocks(begins, lasts, after, before, expected):
    window = Recurring("FREQ=DAILY", clock(f"2026-01-01 {begins}"), lasts, "America/Santiago")
    assert spans(window, after, before) == expected


def test_since_2022_clocks_stand_still_in_mexico_city():
    noon = Recurring("FREQ=DAILY", clock("2022-01-01 12:00"), HOUR, "America/Mexico_City")
    assert spans(noon, "2022-10-30", "2022-10-31") == ["10-30 18:00/19:00"]
    assert spans(noon, "2022-10-29", "2022-10-30") == ["10-29 17:00/18:00"]
    assert spans(noon, "2023-07-01", "2023-07-02") == ["07-01 18:00/19:00"]


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=WEEKLY;BYDAY=MO;COUNT=3", "01-05 01-12 01-19"),
        ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20260119", "01-05 01-12 01-19"),
        ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20260119T220000", "01-05 01-12 01-19"),
        ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20260119T215959", "01-05 01-12"),
        ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20260120T040000Z", "01-05 01-12 01-19"),
        ("FREQ=WEEKLY;BYDAY=MO;UNTIL=20260120T035959Z", "01-05 01-12"),
        ("FREQ=WEEKLY;INTERVAL=26;COUNT=3", "01-01 07-02 12-31"),
        ("FREQ=MONTHLY;BYDAY=-1FR;BYMONTH=1,6", "01-30 06-26"),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2", "01-30 02-27"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29,28", "02-28"),
        ("FREQ=YEARLY;BYYEARDAY=-1", "12-31"),
        ("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", "05-11"),
        (" rrule:freq=monthly;bymonthday=31;count=3 ", "01-31 03-31 05-31"),
    ],
)
def test_rules(rule, expected):
    window = Recurring(rule, clock("2026-01-01 22:00"), HOUR, "America/Mexico_City")
    assert days_of(window, 2026) == expected


REFUSED = "A rule looks like FREQ=MONTHLY;BYMONTHDAY=15,-1, each part once."


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        ("", REFUSED),
        ("every payday", REFUSED),
        ("BYDAY=MO", REFUSED),
        ("FREQ=DAILY;FREQ=DAILY", REFUSED),
        ("FREQ=WEEKLY;BYDAY=MO;BYDAY=TU", REFUSED),
        *(
            (f"FREQ={freq}", "Windows are daily, weekly, monthly or yearly (DAILY to YEARLY).")
            for freq in ("SECONDLY", "MINUTELY", "HOURLY", "SOMETIMES", "")
        ),
        ("FREQ=DAILY;BYHOUR=1,2", "DAILY rules have no BYHOUR."),
        ("FREQ=DAILY;BYDAY=MO;BYMONTH=2", "DAILY rules have no BYDAY, BYMONTH."),
        ("FREQ=WEEKLY;BYMONTHDAY=13", "WEEKLY rules have no BYMONTHDAY."),
        ("FREQ=YEARLY;BYEASTER=-2", "YEARLY rules have no BYEASTER."),
        ("FREQ=DAILY;DTSTART=20260101", "DAILY rules have no DTSTART."),
        ("FREQ=DAILY;COUNT=2;UNTIL=20270101", "A rule ends by COUNT or by UNTIL, not by both."),
        ("FREQ=DAILY;COUNT=0", "COUNT cannot be “0”."),
        ("FREQ=DAILY;COUNT=5001", "COUNT cannot be “5001”."),
        ("FREQ=DAILY;COUNT=1,2", "COUNT cannot be “1,2”."),
        ("FREQ=DAILY;INTERVAL=0", "INTERVAL cannot be “0”."),
        ("FREQ=DAILY;INTERVAL=-1", "INTERVAL cannot be “-1”."),
        ("FREQ=DAILY;INTERVAL=1E3", "INTERVAL cannot be “1E3”."),
        ("FREQ=DAILY;INTERVAL=٣", "INTERVAL cannot be “٣”."),
        ("FREQ=DAILY;UNTIL=2027-01-01", "UNTIL cannot be “2027-01-01”."),
        ("FREQ=DAILY;UNTIL=20270231", "UNTIL cannot be “20270231”."),
        ("FREQ=DAILY;UNTIL=99991231T235959Z", None),
        ("FREQ=DAILY;WKST=XX", "WKST cannot be “XX”."),
        ("FREQ=WEEKLY;BYDAY=2MO", "BYDAY cannot be “2MO”."),
        ("FREQ=WEEKLY;BYDAY=", "BYDAY cannot be “”."),
        ("FREQ=MONTHLY;BYDAY=6MO", "BYDAY cannot be “6MO”."),
        ("FREQ=YEARLY;BYDAY=54MO", "BYDAY cannot be “54MO”."),
        ("FREQ=MONTHLY;BYMONTHDAY=0", "BYMONTHDAY cannot be “0”."),
        ("FREQ=MONTHLY;BYMONTHDAY=15,32", "BYMONTHDAY cannot be “15,32”."),
        ("FREQ=MONTHLY;BYMONTH=-1", "BYMONTH cannot be “-1”."),
        ("FREQ=MONTHLY;BYMONTH=2;BYMONTHDAY=30", "By this rule the window is never."),
        ("FREQ=DAILY;UNTIL=20251231", "By this rule the window is never."),
        ("FREQ=DAILY" + ";" * LONGEST_RULE, "A rule has at most 200 characters."),
    ],
)
def test_what_is_no_rule_of_ours_is_refused_in_words(rule, message):
    if message is None:  # late, and fine
        assert read_rule(rule, clock("2026-01-01 00:00"), "America/Mexico_City")
        return
    with pytest.raises(ValidationError) as refused:
        read_rule(rule, clock("2026-01-01 00:00"), "America/Mexico_City")
    assert (refused.value.messages, refused.value.code) == ([message], "rule")


@pytest.mark.parametrize(
    ("amiss", "code"),
    [
        ({"zone": "America/Springfield"}, "zone"),
        ({"zone": ""}, "zone"),
        ({"zone": "../../etc/passwd"}, "zone"),
        ({"zone": "America"}, "zone"),
        ({"lasts": timedelta(0)}, "lasts"),
        ({"lasts": -HOUR}, "lasts"),
        ({"lasts": LONGEST_WINDOW + HOUR}, "lasts"),
        ({"begins": clock("1969-12-31 00:00")}, "begins"),
        ({"begins": clock("2200-01-01 00:00")}, "begins"),
        ({"rule": "FREQ=HOURLY"}, "rule"),
    ],
)
def test_a_window_that_cannot_be_is_refused(amiss, code):
    fine = {
        "rule": "FREQ=DAILY",
        "begins": clock("2026-01-01 00:00"),
        "lasts": HOUR,
        "zone": "UTC",
    }
    with pytest.raises(ValidationError) as refused:
        Recurring(**fine | amiss)
    assert refused.value.code == code


def test_a_dated_window_that_ends_before_it_starts_is_refused():
    for end in ("2026-01-01 00:00", "2025-12-31 23:59"):
        with pytest.raises(ValidationError, match="It ends before it starts"):
            Dated(at("2026-01-01"), at(end))


def test_what_only_a_mistake_in_code_could_ask_is_refused():
    daily = Recurring("FREQ=DAILY", clock("2026-01-01 00:00"), HOUR, "UTC")
    noon = at("2026-11-22 12:00")
    naive = noon.replace(tzinfo=None)
    for after, before in ((naive, noon), (noon, naive)):
        with pytest.raises(ValueError, match="has a time zone"):
            occurrences(daily, after, before)
    with pytest.raises(ValueError, match="has a time zone"):
        Dated(naive, noon)
    for before in (noon, noon - HOUR):
        with pytest.raises(ValueError, match="ends before it starts"):
            occurrences(daily, noon, before)
    with pytest.raises(ValueError, match="in no time zone"):
        read_rule("FREQ=DAILY", noon, "UTC")
    with pytest.raises(ValueError, match="those of a calendar"):
        Recurring("FREQ=DAILY", clock("2026-01-01 00:00"), HOUR, "UTC", Roll.NEXT)


def test_more_than_five_thousand_windows_and_more_than_a_hundred_years_are_refused():
    daily = Recurring("FREQ=DAILY", clock("2026-01-01 00:00"), HOUR, "UTC")
    start = at("2026-01-01")
    assert len(occurrences(daily, start, start + 5_000 * DAY)) == 5_000
    with pytest.raises(ValueError, match="more than 5000 windows"):
        occurrences(daily, start, start + 5_001 * DAY)
    with pytest.raises(ValueError, match="days after the rule begins"):
        occurrences(daily, start + HORIZON, start + HORIZON + DAY)


def test_ranges_at_the_ends_of_time():
    first, last = datetime.min.replace(tzinfo=UTC), datetime.max.replace(tzinfo=UTC)
    daily = Recurring("FREQ=DAILY;COUNT=2", clock("2026-01-01 00:00"), HOUR, "Asia/Tokyo")
    assert len(occurrences(daily, first, at("2026-11-22"))) == 2
    assert occurrences(daily, first, first + HOUR) == []
    with pytest.raises(ValueError, match="days after the rule begins"):
        occurrences(daily, last - HOUR, last)


weekdays = st.lists(
    st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"]), min_size=1, max_size=4
).map(lambda names: ",".join(sorted(set(names))))
month_days = st.lists(st.integers(1, 31) | st.integers(-5, -1), min_size=1, max_size=3).map(
    lambda found: ",".join(map(str, found))
)
rules = st.one_of(
    st.integers(1, 9).map("FREQ=DAILY;INTERVAL={}".format),
    st.builds("FREQ=WEEKLY;INTERVAL={};BYDAY={}".format, st.integers(1, 5), weekdays),
    month_days.map("FREQ=MONTHLY;BYMONTHDAY={}".format),
    st.builds("FREQ=MONTHLY;BYDAY={}{}".format, st.sampled_from(["", 1, -1]), st.just("FR")),
    st.builds("FREQ=YEARLY;BYMONTH={};BYDAY=-1SU".format, st.integers(1, 12)),
)
ends = st.sampled_from(["", ";COUNT=7", ";UNTIL=20261031", ";UNTIL=20261031T120000Z"])
zones = st.sampled_from(
    ["America/Mexico_City", "America/Tijuana", "America/Santiago", "Australia/Lord_Howe", "UTC"]
)
windows = st.builds(
    lambda rule, end, day, minute, lasts, zone, roll: Recurring(
        rule + end,
        datetime.combine(day, time(minute // 60, minute % 60)),
        lasts,
        zone,
        roll,
        MEXICO,
    ),
    rules,
    ends,
    st.dates(date(2025, 6, 1), date(2025, 10, 15)),
    st.integers(0, 24 * 60 - 1),
    (st.integers(1, 60 * 60) | st.integers(1, 60 * 24 * 60)).map(lambda m: timedelta(minutes=m)),
    zones,
    st.sampled_from(Roll),
)
moments = st.integers(0, 500 * 24 * 60).map(lambda m: at("2025-10-01") + timedelta(minutes=m))
ranges = st.tuples(moments, moments).map(sorted).filter(lambda pair: pair[0] < pair[1])


@given(windows, ranges)
def test_what_is_found_is_in_order_once_forwards_and_touches_the_range(window, range_):
    after, before = range_
    found = occurrences(window, after, before)
    assert found == sorted(set(found))
    for start, end in found:
        assert start < end
        assert start < before
        assert end > after
        assert (start.tzinfo, end.tzinfo) == (UTC, UTC)


@given(windows, ranges, moments)
def test_looking_at_two_parts_of_a_range_finds_what_looking_at_it_once_does(
    window, range_, between
):
    after, before = range_
    assume(after < between < before)
    parts = {*occurrences(window, after, between), *occurrences(window, between, before)}
    assert sorted(parts) == occurrences(window, after, before)


@given(windows, ranges)
def test_a_window_is_found_at_every_moment_of_it_and_at_no_other(window, range_):
    moment = timedelta(microseconds=1)
    for start, end in occurrences(window, *range_)[:5]:
        for inside in (start, start + (end - start) / 2, end - moment):
            assert (start, end) in occurrences(window, inside, inside + moment)
        for outside in (start - moment, end):
            assert (start, end) not in occurrences(window, outside, outside + moment)


@given(windows, ranges)
def test_every_window_begins_at_its_time_or_where_clocks_skip_it_and_on_a_business_day(
    window, range_
):
    zone = ZoneInfo(window.zone)
    for start, end in occurrences(window, *range_):
        shown = start.astimezone(zone).replace(tzinfo=None)
        if shown.time() != window.begins.time():
            skipped = shown - timedelta(hours=1), shown - timedelta(minutes=30)
            assert window.begins.time() in {moment.time() for moment in skipped}
        elif window.roll != Roll.NONE:
            assert MEXICO.is_business_day(shown.date())
        until = end.astimezone(zone).replace(tzinfo=None)
        assert abs(until - (shown + window.lasts)) <= HOUR


@given(windows, st.sampled_from([Roll.PREVIOUS, Roll.NEXT]), ranges)
def test_moving_to_business_days_never_makes_more_windows_of_the_days(window, roll, range_):
    wide = range_[0] - 40 * DAY, range_[1] + 40 * DAY
    plain, moved = (
        Recurring(window.rule, window.begins, window.lasts, window.zone, how, MEXICO)
        for how in (Roll.NONE, roll)
    )
    assert len(occurrences(moved, *range_)) <= len(occurrences(plain, *wide))


names = st.from_regex(
    "FREQ|INTERVAL|COUNT|UNTIL|WKST|BY(MONTH|SETPOS|YEARDAY|WEEKNO|(MONTH)?DAY)", fullmatch=True
)
contents = st.from_regex(
    "(YEAR|MONTH|WEEK|DAI)LY|(-1|53)?(MO|FR)|-?(1|31|53|366)|20261231(T000000Z)?", fullmatch=True
)
likely = st.lists(st.builds("{}={}".format, names, contents), max_size=5).map(";".join)


@given(st.text() | likely | likely.map("FREQ=YEARLY;{}".format))
def test_whatever_is_written_is_a_rule_or_refused_in_words(text):
    try:
        rule = read_rule(text, clock("2026-01-01 00:00"), "America/Mexico_City")
    except ValidationError as refused:
        assert refused.messages
    else:
        assert next(iter(rule)) >= clock("2026-01-01 00:00")
