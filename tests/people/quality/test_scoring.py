"""Scores of reviews, and intervals against printed tables."""

from fractions import Fraction
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.quality.scoring import Rated, estimate, review_score, student_t

# Two-sided 95 % and 99 % points as printed in any table of Student's distribution (for instance
# NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.6.7.2).
PRINTED = [
    (1, 12.706, 63.657),
    (2, 4.303, 9.925),
    (3, 3.182, 5.841),
    (4, 2.776, 4.604),
    (5, 2.571, 4.032),
    (9, 2.262, 3.250),
    (10, 2.228, 3.169),
    (19, 2.093, 2.861),
    (30, 2.042, 2.750),
    (100, 1.984, 2.626),
]


@pytest.mark.parametrize(("freedom", "at_95", "at_99"), PRINTED)
def test_student_as_printed(freedom, at_95, at_99):
    assert student_t(0.95, freedom) == pytest.approx(at_95, abs=5e-4)
    assert student_t(0.99, freedom) == pytest.approx(at_99, abs=5e-4)


def test_twenty_reviews_give_the_expected_interval():
    """Worked by hand: mean 0.8, sum of squares 0.2, s = sqrt(0.2 / 19) = 0.102598,
    2.093 * s / sqrt(20) = 0.04802."""
    told = estimate([0.7] * 10 + [0.9] * 10)
    assert (told.mean, told.n, told.is_of_few) == (pytest.approx(0.8), 20, False)
    assert (told.low, told.high) == (
        pytest.approx(0.75198, abs=1e-5),
        pytest.approx(0.84802, abs=1e-5),
    )


def test_the_interval_holds_the_truth_as_often_as_it_says():
    dice, held = Random(8), 0
    for _draw in range(2000):
        told = estimate([dice.gauss(0.5, 0.1) for _n in range(6)])
        held += told.low <= 0.5 <= told.high
    assert 0.935 <= held / 2000 <= 0.965


def test_one_review_says_nothing_about_the_spread():
    assert estimate([]) is None
    told = estimate([0.9])
    assert (told.mean, told.low, told.high, told.is_of_few) == (0.9, None, None, True)
    assert estimate([1.0, 1.0, 0.9]).high == 1.0


def test_what_does_not_apply_is_left_out_of_both_sums():
    good, half = Rated(5, 1, 5, 3), Rated(3, 1, 5, 1)
    assert review_score([good, half]) == Fraction(7, 8)
    assert review_score([good, half, Rated(None, 1, 5, 50)]) == Fraction(7, 8)
    assert review_score([Rated(None, 1, 5, 50)]) is None


def test_a_critical_criterion_below_half_makes_it_nothing():
    assert review_score([Rated(5, 1, 5, 9), Rated(2, 1, 5, 1, is_critical=True)]) == 0
    assert review_score([Rated(5, 1, 5, 1), Rated(3, 1, 5, 1, is_critical=True)]) == Fraction(3, 4)


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(1, 9)), min_size=1))
def test_a_review_lies_between_its_worst_and_its_best_criterion(given_ratings):
    criteria = [Rated(rating, 0, 4, weight) for rating, weight in given_ratings]
    scores = [criterion.score for criterion in criteria]
    assert min(scores) <= review_score(criteria) <= max(scores)


@pytest.mark.parametrize("facts", [(6, 1, 5, 1), (0, 1, 5, 1), (1, 5, 5, 1), (1, 1, 5, 0)])
def test_what_is_no_rating_is_refused(facts):
    with pytest.raises(ValueError, match=r".+"):
        Rated(*facts)


@pytest.mark.parametrize(("confidence", "freedom"), [(0, 3), (1, 3), (0.95, 0)])
def test_what_is_no_distribution_is_refused(confidence, freedom):
    with pytest.raises(ValueError, match=r".+"):
        student_t(confidence, freedom)
