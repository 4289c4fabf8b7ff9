"""Registers of contracts: each row for itself, and what is odd about it by line."""

from contextlib import suppress
from datetime import date, timedelta
from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendors.importing import WrongFile, read_register
from vendors.importing.register import term_between
from vendors.terms import ContractShape, nth_term, read_duration

HEADING = "contract_number,title,contract_type,execution_date,expiry_date,amount,suppliers\n"
GOOD = 'C-1,Switching,Contract,2025-12-04,2026-12-03,"30,485.40",Switch Ltd\n'


def read(text, heading=HEADING, currency="AUD"):
    return list(read_register(StringIO(heading + text, newline=""), currency))


def oddities(text):
    return [
        (one.line, one.column, one.what, one.is_error) for _e, found in read(text) for one in found
    ]


def test_a_row_says_what_a_contract_is():
    ((entry, found),) = read(GOOD)

    assert found == []
    assert (entry.number, entry.vendor, entry.total_value) == (
        "C-1",
        "Switch Ltd",
        Decimal("30485.40"),
    )
    assert (entry.starts_on, entry.initial_term, entry.kind) == (
        date(2025, 12, 4),
        "P12M",
        "service",
    )


def test_lines_are_counted_as_they_stand_in_the_file_though_cells_have_several():
    text = 'C-1,"Two\nlines","Panel\n(X)",2025-01-01,2025-12-31,0,A\n' + "C-2,,x,x,x,x,B\n"

    (entry, _found), _other = read(text)
    assert (entry.title, entry.kind) == ("Two lines", "master")
    assert oddities(text) == [
        (4, "title", "a cell of several lines", False),
        (4, "amount", "worth nothing", False),
        (5, "title", "nothing stands there", True),
        (5, "execution_date", "no day, such as 2026-01-31", True),
        (5, "expiry_date", "no day, such as 2026-01-31", True),
        (5, "amount", "no amount", True),
    ]


@pytest.mark.parametrize(
    ("row", "what"),
    [
        ("C-1,T,x,2025-12-04,2025-12-03,1,A", "it ends before it starts"),
        ("C-1,T,x,2025-12-04,2026-12-03,-1,A", "a negative amount"),
        ("C-1,T,x,2025-12-04,2026-12-03,NaN,A", "no amount"),
        ("C-1,T,x,2025-12-04,2026-12-03,1e99,A", "no amount"),
        ("C-1,T,x,2025-02-29,2026-12-03,1,A", "no day, such as 2026-01-31"),
        ("C-1,T,x,0025-02-28,2026-12-03,1,A", "a day before 1990 or after 2090"),
        ("C-1,T,x,2025-12-04,2026-12-03,1,", "nothing stands there"),
        ("C-1,T,x,2025-12-04,2026-12-03,1", "6 cells where the heading has 7"),
        (f"{'9' * 61},T,x,2025-12-04,2026-12-03,1,A", "longer than 60 characters"),
    ],
)
def test_a_row_with_an_error_is_left_out_and_no_other_is(row, what):
    (wrong, found), (right, _none) = read(f"{row}\n{GOOD.replace('C-1', 'C-2')}")

    assert wrong is None
    assert [one.what for one in found if one.is_error] == [what]
    assert right.number == "C-2"


def test_a_number_counts_once_whatever_its_case():
    (first, _none), (second, found) = read(GOOD + GOOD.replace("C-1", "c-1"))

    assert (first.number, second) == ("C-1", None)
    assert found[0].what == "the number stands on line 2 too"


def test_a_file_that_is_no_register_is_refused_as_a_whole():
    for heading, text in (("a,b\n", ""), ("", ""), (HEADING, 'C-1,"open\n')):
        with pytest.raises(WrongFile):
            read(text, heading)
    with pytest.raises(WrongFile):
        read(GOOD, currency="XXX")


@given(st.dates(date(1995, 1, 1), date(2060, 1, 1)), st.integers(0, 20_000))
def test_the_term_that_is_read_ends_on_the_day_that_stands_there(begins, days):
    ends = begins + timedelta(days=days)
    length = read_duration(term_between(begins, ends))

    assert nth_term(ContractShape(begins, length, "none"), 1).ends_on == ends


@given(st.text(max_size=400))
def test_no_text_breaks_the_reading(text):
    with suppress(WrongFile):
        read(text)
