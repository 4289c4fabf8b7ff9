"""Scores of vendors against values worked out by hand, and what holds for any of them."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendors.scorecards.scoring import Weighed, normalise, score_of

PERCENT = st.decimals(0, 100, places=2)
FIGURES = st.lists(
    st.builds(
        Weighed,
        weight=st.decimals("0.01", 100, places=2),
        floor=st.just(Decimal(90)),
        target=st.just(Decimal(100)),
        value=st.none() | PERCENT,
        n=st.none() | st.integers(0, 50),
    ),
    max_size=12,
)


@pytest.mark.parametrize(
    ("value", "floor", "target", "worth"),
    [
        ("99.9", "99", "99.9", "100"),
        ("99.45", "99", "99.9", "50"),
        ("98", "99", "99.9", "0"),
        ("100", "99", "99.9", "100"),
        ("4", "8", "0", "50"),  # fewer is better
        ("9", "8", "0", "0"),
        ("0", "8", "0", "100"),
        ("1", "0", "3", "33.33"),
        ("2", "0", "3", "66.67"),
    ],
)
def test_a_figure_lies_between_floor_and_target(value, floor, target, worth):
    assert normalise(Decimal(value), Decimal(floor), Decimal(target)) == Decimal(worth)


def test_floor_and_target_differ():
    with pytest.raises(ValueError, match="same"):
        normalise(Decimal(1), Decimal(2), Decimal(2))


def _figure(weight, value, n=None):
    told = None if value is None else Decimal(value)
    return Weighed(Decimal(weight), Decimal(0), Decimal(100), told, n)


@pytest.mark.parametrize(
    ("figures", "value", "confidence"),
    [
        ([("50", "80", 40), ("50", "60", 40)], "70", "100"),
        ([("75", "80", 40), ("25", "60", 40)], "75", "100"),
        ([("75", "80", 40), ("25", None, 0)], "80", "75"),  # its weight goes to the other
        ([("75", "80", 4), ("25", "60", 5)], "75", "25"),  # four cases say little
        ([("75", "80", None), ("25", "60", None)], "75", "100"),  # not counted from cases
        ([("1", None, 0)], None, "0"),
        ([], None, "0"),
        ([("1", "1", 9), ("1", "1", 9), ("1", "2", 9)], "1.33", "100"),
    ],
)
def test_what_is_not_known_leaves_its_weight_to_the_others(figures, value, confidence):
    score = score_of(_figure(*one) for one in figures)
    assert (score.value, score.confidence) == (
        None if value is None else Decimal(value),
        Decimal(confidence),
    )


@given(FIGURES)
def test_a_score_lies_among_its_figures(figures):
    score = score_of(figures)
    known = [one.normalised for one in figures if one.normalised is not None]
    assert (score.value is None) == (not known)
    assert 0 <= score.confidence <= 100
    if score.value is not None:
        assert min(known) - Decimal("0.01") <= score.value <= max(known) + Decimal("0.01")


@given(FIGURES, st.decimals("0.5", 7, places=1))
def test_only_the_ratio_of_weights_counts(figures, times):
    other = [Weighed(f.weight * times, f.floor, f.target, f.value, f.n) for f in figures]
    assert score_of(other) == score_of(figures)


@given(PERCENT, PERCENT)
def test_more_is_never_worth_less(one, other):
    low, high = sorted([one, other])
    assert normalise(low, Decimal(90), Decimal(100)) <= normalise(high, Decimal(90), Decimal(100))
    assert normalise(low, Decimal(100), Decimal(0)) >= normalise(high, Decimal(100), Decimal(0))
