"""The dates of contracts: a table of 200 shapes, and the laws that hold for any shape."""

from datetime import date, timedelta
from itertools import pairwise

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from people.calendars import WorkingCalendar
from tests.vendors import slow_terms
from tests.vendors.contract_shapes import ROWS, Row
from vendors.enums import Renewal
from vendors.terms import (
    NO_TIME,
    ContractShape,
    Duration,
    due_reminders,
    fits_into,
    nth_term,
    read_duration,
    term_on,
    terms_until,
)

DAY = timedelta(days=1)


def duration(short: str) -> Duration:
    """`12m`, `30d`, `10b` or `-`, as the table writes them."""
    if short == "-":
        return NO_TIME
    count, unit = short[:-1], short[-1]
    return read_duration(f"{count} business days" if unit == "b" else f"P{count}{unit.upper()}")


def shape_of(row: Row) -> ContractShape:
    return ContractShape(
        starts_on=row.begins,
        initial_term=duration(row.first),
        renewal=row.kind,
        renewal_term=duration(row.then),
        notice=duration(row.notice),
        lead=duration(row.lead),
        calendar=WorkingCalendar.of_country(row.country) if row.country else None,
        on_business_days=row.is_rolled,
        renewed=row.nth - 1,
    )


def test_the_table_has_200_shapes_of_every_kind() -> None:
    assert (
        len({str(row) + str(row.begins) + row.first + row.lead + row.then for row in ROWS}) == 200
    )
    assert sum(row.by == "hand" for row in ROWS) == 90
    assert {row.kind for row in ROWS} == set(Renewal)


@pytest.mark.parametrize("row", ROWS, ids=str)
def test_a_shape_has_the_dates_of_the_table(row: Row) -> None:
    term = nth_term(shape_of(row), row.nth)

    assert (term.starts_on, term.ends_on) == (row.starts_on, row.ends_on)
    assert term.decision_deadline_on == row.decide_on


def test_the_slow_method_agrees_with_every_row_of_the_table() -> None:
    for row in ROWS:
        starts, ends = slow_terms.ends_of_terms(row.begins, row.first, row.then, row.nth)
        day = slow_terms.before(ends, row.notice, row.country) if row.notice != "-" else ends
        if row.is_rolled:
            day = slow_terms.on_open_day(day, row.country)
        if row.lead != "-":
            day = slow_terms.before(day, row.lead, row.country)
        if row.is_rolled:
            day = slow_terms.on_open_day(day, row.country)
        assert (starts, ends, day) == (row.starts_on, row.ends_on, row.decide_on), row


calendars = st.sampled_from(
    [None, WorkingCalendar.of_country("MX"), WorkingCalendar.of_country("CO")]
)
lengths = st.one_of(
    st.builds(Duration, months=st.integers(1, 60)),
    st.builds(Duration, days=st.integers(1, 1_500)),
    st.builds(Duration, months=st.integers(0, 24), days=st.integers(1, 60)),
)
waits = st.one_of(lengths, st.just(NO_TIME))


@st.composite
def shapes(draw: st.DrawFn) -> ContractShape:
    calendar = draw(calendars)
    business = st.builds(Duration, business_days=st.integers(1, 60))
    wait = waits if calendar is None else st.one_of(waits, business)
    return ContractShape(
        starts_on=draw(st.dates(date(1995, 1, 1), date(2060, 12, 31))),
        initial_term=draw(lengths),
        renewal=draw(st.sampled_from(Renewal)),
        renewal_term=draw(lengths),
        notice=draw(wait),
        lead=draw(wait),
        calendar=calendar,
        on_business_days=calendar is not None and draw(st.booleans()),
        renewed=draw(st.integers(0, 5)),
    )


moments = st.integers(0, 4_000)


@given(shapes(), moments)
def test_a_deadline_is_never_after_the_notice_nor_this_after_the_end(
    shape: ContractShape, days: int
) -> None:
    for term in terms_until(shape, shape.starts_on + days * DAY):
        assert term.decision_deadline_on <= term.notice_on <= term.ends_on


@given(shapes(), moments, moments)
def test_no_date_moves_because_time_passes(shape: ContractShape, one: int, more: int) -> None:
    before = terms_until(shape, shape.starts_on + one * DAY)
    after = terms_until(shape, shape.starts_on + (one + more) * DAY)

    assert after[: len(before)] == before


@given(shapes(), moments)
def test_terms_tile_time_without_gap_or_overlap(shape: ContractShape, days: int) -> None:
    terms = terms_until(shape, shape.starts_on + days * DAY)

    assert terms[0].starts_on == shape.starts_on
    assert [term.number for term in terms] == list(range(1, len(terms) + 1))
    assert all(term.starts_on <= term.ends_on for term in terms)
    for earlier, later in pairwise(terms):
        assert later.starts_on == earlier.ends_on + DAY


@given(shapes(), moments)
def test_a_day_lies_in_the_term_that_term_on_says(shape: ContractShape, days: int) -> None:
    day = shape.starts_on + days * DAY
    found = [one for one in terms_until(shape, day) if one.starts_on <= day <= one.ends_on]

    assert term_on(shape, day) == (found[0] if found else None)


@given(st.dates(date(2000, 1, 1), date(2040, 12, 31)), st.integers(1, 14), st.integers(1, 40))
def test_monthly_terms_begin_on_their_own_day_wherever_the_month_has_it(
    begins: date, months: int, number: int
) -> None:
    length = Duration(months)
    term = nth_term(ContractShape(begins, length, "automatic", length), number)

    assert term.starts_on.day in (begins.day, 1)
    if begins.day <= 28:
        assert term.starts_on.day == begins.day


@given(shapes())
def test_on_business_days_nobody_has_to_decide_on_a_holiday(shape: ContractShape) -> None:
    assume(shape.on_business_days and shape.calendar)
    assert shape.calendar

    assert shape.calendar.is_business_day(nth_term(shape, 1).decision_deadline_on)


def test_a_contract_that_does_not_renew_has_one_term() -> None:
    shape = ContractShape(date(2025, 1, 1), Duration(12), "none")

    assert len(terms_until(shape, date(2099, 1, 1))) == 1
    with pytest.raises(LookupError):
        nth_term(shape, 2)


def test_an_express_renewal_adds_a_term_when_it_is_agreed() -> None:
    def terms(renewed: int) -> int:
        shape = ContractShape(
            date(2025, 1, 1), Duration(12), "express", Duration(12), renewed=renewed
        )
        return len(terms_until(shape, date(2040, 1, 1)))

    assert [terms(0), terms(1), terms(3)] == [1, 2, 4]


def test_a_terminated_contract_has_no_term_after_its_last() -> None:
    shape = ContractShape(date(2025, 1, 1), Duration(12), "automatic", Duration(12), last=2)

    assert [term.ends_on.year for term in terms_until(shape, date(2040, 1, 1))] == [2025, 2026]


def test_a_contract_ends_where_the_calendar_of_years_does() -> None:
    shape = ContractShape(date(9998, 6, 1), Duration(12), "automatic", Duration(12))

    assert [term.number for term in terms_until(shape, date.max)] == [1]


@pytest.mark.parametrize(
    ("text", "months", "days", "business_days"),
    [
        ("P3M", 3, 0, 0),
        ("p30d", 0, 30, 0),
        (" P1Y6M ", 18, 0, 0),
        ("P2W", 0, 14, 0),
        ("P1Y2M3W4D", 14, 25, 0),
        ("P0D", 0, 0, 0),
        ("10 business days", 0, 0, 10),
        ("1  Business Day", 0, 0, 1),
    ],
)
def test_a_duration_is_read(text: str, months: int, days: int, business_days: int) -> None:
    assert read_duration(text) == Duration(months, days, business_days)


@pytest.mark.parametrize(
    "text",
    [
        *(
            "",
            "P",
            "3M",
            "P3",
            "PT4H",
            "P1.5M",
            "P-1M",
            "-P1M",
            "P1M2Y",
            "30 days",
            "business days",
        ),
        *("P٣M", "P999999M", "P101Y", "99999 business days", "P3M\nP1D", "1 business days ago"),
    ],
)
def test_what_is_no_duration_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        read_duration(text)


@pytest.mark.parametrize(
    ("facts", "why"),
    [
        ({"initial_term": NO_TIME}, "initial term"),
        ({"initial_term": Duration(business_days=5)}, "initial term"),
        ({"renewal": "automatic", "renewal_term": NO_TIME}, "renewal"),
        ({"notice": Duration(business_days=5)}, "calendar"),
        ({"lead": Duration(business_days=5)}, "calendar"),
        ({"on_business_days": True}, "calendar"),
        ({"renewal": "tacit"}, "tacit"),
    ],
)
def test_a_shape_that_has_no_dates_is_refused(facts: dict[str, object], why: str) -> None:
    usual = {"starts_on": date(2025, 1, 1), "initial_term": Duration(12), "renewal": "none"}

    with pytest.raises(ValueError, match=why):
        ContractShape(**usual | facts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("part", "whole", "fits"),
    [
        ("P30D", "P1M", True),
        ("P31D", "P1M", True),
        ("P32D", "P1M", False),
        ("P1M", "P28D", True),
        ("P1M", "P27D", False),
        ("P12M", "P1Y", True),
        ("P366D", "P1Y", True),
        ("P367D", "P1Y", False),
        ("10 business days", "P14D", True),
        ("10 business days", "P13D", False),
        ("P0D", "P1D", True),
    ],
)
def test_a_notice_fits_into_its_term(part: str, whole: str, fits: bool) -> None:
    assert fits_into(read_duration(part), read_duration(whole)) is fits


DEADLINE = date(2026, 12, 1)


def due(left: int, known: int = 1_000) -> list[int]:
    return due_reminders(DEADLINE, DEADLINE - known * DAY, DEADLINE - left * DAY)


def test_reminders_fall_due_one_after_the_other() -> None:
    assert due(181) == []
    assert due(180) == [180]
    assert due(31) == [180, 90, 60]
    assert due(0) == [180, 90, 60, 30, 14, 7, 1]


def test_a_term_known_late_reminds_once_and_not_of_all_that_was_missed() -> None:
    assert due(45, known=45) == [60]
    assert due(29, known=45) == [60, 30]
    assert due(60, known=60) == [60]


def test_nobody_is_reminded_of_a_deadline_that_is_past() -> None:
    assert due(-1) == []
