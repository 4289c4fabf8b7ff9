"""What clauses promise, worked out: literals, and what holds for every clause and month."""

from dataclasses import replace
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from hypothesis import given
from hypothesis import strategies as st

from vendors.credits.enums import CreditCounting
from vendors.credits.formula import (
    Figures,
    Formula,
    Tier,
    as_told,
    check_formula,
    credit_of,
    formula_from,
    read_tiers,
    worked_out,
)

D = Decimal
TIERS = (Tier(D("99.9"), D(5)), Tier(D("99.5"), D(10)), Tier(D("99.0"), D(25)))
UPTIME = Formula("availability", D("100000.00"), D(30), TIERS)
EACH = Formula("breaches", D("100000.00"), D(10), unit_amount=D("1500.50"))
HOURS = Formula("outage_hours", D("99999.99"), D(50), unit_percent=D("0.333"))


@pytest.mark.parametrize(
    ("value", "owed"),
    [
        ("100", "0.00"),
        ("99.9", "0.00"),  # not below
        ("99.899999", "5000.00"),
        ("99.5", "5000.00"),
        ("99.499999", "10000.00"),
        ("99", "10000.00"),
        ("98.7", "25000.00"),
        ("0", "25000.00"),
    ],
)
def test_tiers(value, owed):
    assert credit_of(UPTIME, Figures(D(value), 3, 3)) == D(owed)


def test_the_cap_holds_for_tiers_too():
    assert credit_of(replace(UPTIME, cap_percent=D(20)), Figures(D(0), 1, 1)) == D("20000.00")


@pytest.mark.parametrize(
    ("formula", "value", "owed"),
    [
        (EACH, "1", "1500.50"),
        (EACH, "6", "9003.00"),
        (EACH, "7", "10000.00"),  # the cap
        (replace(EACH, every=D(3), counting="whole"), "5", "1500.50"),
        (replace(EACH, every=D(3), counting="whole"), "2", "0.00"),
        (replace(EACH, every=D(3), counting="begun"), "4", "3001.00"),
        (replace(EACH, every=D(3), counting="pro_rata"), "4", "2000.67"),
        (HOURS, "0.000278", "333.00"),  # a second is an hour begun: 332.9999…
        (HOURS, "1", "333.00"),
        (HOURS, "1.000278", "666.00"),
        (replace(HOURS, counting="pro_rata"), "1.5", "499.50"),
        (replace(HOURS, every=D("0.5")), "1.2", "999.00"),
    ],
)
def test_units(formula, value, owed):
    assert credit_of(formula, Figures(D(value), 9, 9)) == D(owed)


def test_halves_of_a_coin_are_rounded_up_and_the_cap_down():
    formula = Formula("breaches", D("100.30"), D(50), unit_percent=D("0.5"))
    assert credit_of(formula, Figures(D(1), 1, 1)) == D("0.50")  # 0.5015
    half = replace(formula, charge=D(101), unit_percent=D("0.5"))
    assert credit_of(half, Figures(D(1), 1, 1)) == D("0.51")  # 0.505
    assert replace(formula, charge=D("100.33")).cap == D("50.16")  # 50.165
    yen = replace(half, smallest=D(1))
    assert credit_of(yen, Figures(D(3), 3, 3)) == D(2)  # 1.515
    assert credit_of(replace(half, smallest=D(1), unit_percent=D("0.4")), Figures(D(1), 1, 1)) == 0


def test_the_way_there_is_told():
    worked = worked_out(UPTIME, Figures(D("98.7"), 2, 2))
    assert worked == (TIERS[2], None, D("25000.00"), D("30000.00"), D("25000.00"))
    worked = worked_out(EACH, Figures(D(7), 7, 7))
    assert worked == (None, D(7), D("10503.50"), D("10000.00"), D("10000.00"))


@pytest.mark.parametrize("formula", [UPTIME, EACH, HOURS])
def test_nothing_is_owed_where_nothing_was_breached(formula):
    assert credit_of(formula, Figures(D(3), 100, 0)) == 0


@pytest.mark.parametrize("formula", [UPTIME, EACH, HOURS, replace(EACH, every=D("0.25"))])
def test_what_is_kept_is_read_back(formula):
    assert formula_from(as_told(formula)) == formula


FACTS = {
    **dict.fromkeys(("unit_amount", "unit_percent")),
    "measure": "availability",
    "tiers": [["99.9", "5"]],
    "every": D(1),
    "cap_percent": D(30),
}
UNITS = FACTS | {"measure": "breaches", "tiers": [], "unit_amount": D(5)}


@pytest.mark.parametrize(
    "facts", [FACTS, UNITS, UNITS | {"unit_amount": None, "unit_percent": D(1)}]
)
def test_what_means_something_is_taken(facts):
    check_formula(facts)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        (FACTS | {"tiers": []}, "tiers"),
        (FACTS | {"tiers": [["99.5", "5"], ["99.9", "10"]]}, "tiers"),
        (FACTS | {"tiers": [["99.9", "5"], ["99.9", "10"]]}, "tiers"),
        (FACTS | {"tiers": [["99.9", "5"], ["99.5", "5"]]}, "tiers"),
        (FACTS | {"tiers": [["100.1", "5"]]}, "tiers"),
        (FACTS | {"tiers": [["99.9", "101"]]}, "tiers"),
        (FACTS | {"tiers": [["99.9", "0"]]}, "tiers"),
        (FACTS | {"tiers": [["-1", "5"]]}, "tiers"),
        (FACTS | {"tiers": [["NaN", "5"]]}, "tiers"),
        (FACTS | {"tiers": [["Infinity", "5"]]}, "tiers"),
        (FACTS | {"tiers": [["99.9999", "5"]]}, "tiers"),
        (FACTS | {"tiers": [["1e1", "5"], ["9", "x"]]}, "tiers"),
        (FACTS | {"tiers": [[99.9, 5]]}, "tiers"),
        (FACTS | {"tiers": [[True, "5"]]}, "tiers"),
        (FACTS | {"tiers": [["99.9"]]}, "tiers"),
        (FACTS | {"tiers": "99.9; 5"}, "tiers"),
        (FACTS | {"tiers": {"99.9": "5"}}, "tiers"),
        (FACTS | {"tiers": [["99.9", "5"]] * 11}, "tiers"),
        (FACTS | {"unit_amount": D(1)}, "unit_amount"),
        (FACTS | {"cap_percent": None}, "cap_percent"),
        (FACTS | {"cap_percent": D(0)}, "cap_percent"),
        (FACTS | {"cap_percent": D(101)}, "cap_percent"),
        (UNITS | {"tiers": [["99.9", "5"]]}, "tiers"),
        (UNITS | {"unit_amount": None}, "unit_amount"),
        (UNITS | {"unit_percent": D(1)}, "unit_amount"),
        (UNITS | {"unit_amount": D(0)}, "unit_amount"),
        (UNITS | {"unit_amount": D("NaN")}, "unit_amount"),
        (UNITS | {"unit_amount": None, "unit_percent": D(101)}, "unit_percent"),
        (UNITS | {"every": D(0)}, "every"),
        (UNITS | {"every": D(-1)}, "every"),
        (UNITS | {"every": None}, "every"),
    ],
)
def test_what_means_nothing_is_refused(facts, field):
    with pytest.raises(ValidationError) as caught:
        check_formula(facts)
    assert list(caught.value.message_dict) == [field]


percents = st.decimals("0.001", "100", places=3)


@st.composite
def formulas(draw):
    measure = draw(st.sampled_from(["availability", "kept_share", "breaches", "outage_hours"]))
    facts = {
        "measure": measure,
        "charge": draw(st.decimals("0.01", "99999999", places=2)),
        "cap_percent": draw(percents),
        "smallest": draw(st.sampled_from([D("0.01"), D(1)])),
    }
    if measure in ("availability", "kept_share"):
        many = draw(st.integers(1, 10))
        pair = st.lists(percents, min_size=many, max_size=many, unique=True)
        facts["tiers"] = tuple(
            Tier(*one)
            for one in zip(sorted(draw(pair), reverse=True), sorted(draw(pair)), strict=True)
        )
    else:
        name = draw(st.sampled_from(["unit_amount", "unit_percent"]))
        facts[name] = draw(percents)
        facts["every"] = draw(st.decimals("0.01", "100", places=2))
        facts["counting"] = draw(st.sampled_from(CreditCounting.values))
    return Formula(**facts)


values = st.decimals("0", "1000", places=6)


@given(formulas(), values, st.integers(0, 3))
def test_it_is_never_negative_nor_above_the_cap(formula, value, breached):
    owed = credit_of(formula, Figures(value, 5, breached))
    assert 0 <= owed <= formula.charge * formula.cap_percent / 100
    assert owed == owed.quantize(formula.smallest)
    assert owed == 0 or breached


@given(formulas(), values, values)
def test_a_worse_month_never_brings_less(formula, one, other):
    better, worse = sorted((one, other), reverse=bool(formula.tiers))
    assert credit_of(formula, Figures(better, 5, 1)) <= credit_of(formula, Figures(worse, 5, 1))


@given(formulas())
def test_every_formula_is_kept_and_read_back(formula):
    assert formula_from(as_told(formula)) == formula
    assert read_tiers(as_told(formula)["tiers"]) == formula.tiers
