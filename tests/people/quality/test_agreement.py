"""Agreement of reviewers against published examples and a slower second way."""

from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from people.quality.agreement import Level, cohen_kappa, fleiss_kappa, krippendorff_alpha

N = None

# Krippendorff (2011), example C; the same as cac.raw4raters in Gwet's Handbook of Inter-Rater
# Reliability, which prints five decimals of the nominal one: 0.74342.
FOUR_OBSERVERS = (
    (1, 2, 3, 3, 2, 1, 4, 1, 2, N, N, N),
    (1, 2, 3, 3, 2, 2, 4, 1, 2, 5, N, 3),
    (N, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, N),
    (1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, N),
)
# The example that the package krippendorff prints: 0.691358 nominal, 0.810845 interval.
THREE_CODERS = (
    (N, N, N, N, N, 3, 4, 1, 2, 1, 1, 3, 3, N, 3),
    (1, N, 2, 1, 3, 3, 4, 3, N, N, N, N, N, N, N),
    (N, N, 2, 1, 3, 4, 4, N, 2, 1, 1, 3, 3, N, 4),
)
# Fourteen raters, ten subjects, five categories: counts as in the article “Fleiss' kappa” of
# Wikipedia, which gives 0.210; statsmodels' tests give 0.2099.
FOURTEEN_RATERS = (
    (0, 0, 0, 0, 14),
    (0, 2, 6, 4, 2),
    (0, 0, 3, 5, 6),
    (0, 3, 9, 2, 0),
    (2, 2, 8, 1, 1),
    (7, 7, 0, 0, 0),
    (3, 2, 6, 3, 0),
    (2, 5, 3, 2, 2),
    (6, 5, 2, 1, 0),
    (0, 2, 2, 3, 7),
)


def units_of(observers):
    return list(zip(*observers, strict=True))


def spread(counts):
    return list(chain.from_iterable([n] * count for n, count in enumerate(counts)))


def from_table(table):
    """Two lists of ratings from a table of how often each pair of them was given."""
    pairs = [
        (row, column)
        for row, counts in enumerate(table)
        for column, count in enumerate(counts)
        for _nth in range(count)
    ]
    return tuple(zip(*pairs, strict=True))


@pytest.mark.parametrize(
    ("table", "kappa"),
    # The three tables of the article “Cohen's kappa” of Wikipedia.
    [(((20, 5), (10, 15)), 0.4), (((45, 15), (25, 15)), 0.1304), (((25, 35), (5, 35)), 0.2593)],
)
def test_cohen_as_published(table, kappa):
    assert cohen_kappa(*from_table(table)) == pytest.approx(kappa, abs=5e-5)


def test_fleiss_as_published():
    assert fleiss_kappa(spread(row) for row in FOURTEEN_RATERS) == pytest.approx(0.2099, abs=5e-5)


@pytest.mark.parametrize(
    ("observers", "level", "alpha", "within"),
    [
        (FOUR_OBSERVERS, Level.NOMINAL, 0.74342, 5e-6),
        (FOUR_OBSERVERS, Level.ORDINAL, 0.815, 5e-4),
        (FOUR_OBSERVERS, Level.INTERVAL, 0.849, 5e-4),
        (THREE_CODERS, Level.NOMINAL, 0.691358, 5e-7),
        (THREE_CODERS, Level.INTERVAL, 0.810845, 5e-7),
    ],
)
def test_krippendorff_as_published(observers, level, alpha, within):
    assert krippendorff_alpha(units_of(observers), level) == pytest.approx(alpha, abs=within)


RATINGS = st.integers(0, 4)
PAIRS = st.lists(st.tuples(RATINGS, RATINGS), min_size=1, max_size=20)


@given(PAIRS)
def test_nobody_agrees_more_than_with_themselves(pairs):
    one, other = zip(*pairs, strict=True)
    assert cohen_kappa(one, one) in (None, 1)
    kappa = cohen_kappa(one, other)
    assert kappa is None or kappa <= 1
    assert kappa == cohen_kappa(other, one)


@given(PAIRS)
def test_alpha_of_two_is_scotts_pi_with_a_correction_for_few(pairs):
    """Krippendorff (2011): alpha = 1 - (1 - pi) * (n - 1) / n, n the number of ratings. Fleiss'
    kappa of two raters is Scott's pi."""
    pi, n = fleiss_kappa(pairs), 2 * len(pairs)
    alpha = krippendorff_alpha(pairs)
    assert (alpha is None) == (pi is None)
    if pi is not None:
        assert alpha == pytest.approx(1 - (1 - pi) * (n - 1) / n)


def test_one_rating_by_all_gives_no_figure():
    assert cohen_kappa([3, 3], [3, 3]) is None
    assert fleiss_kappa([(3, 3), (3, 3)]) is None
    assert krippendorff_alpha([(3, 3, N), (3, N, 3)], Level.INTERVAL) is None


@pytest.mark.parametrize(
    "ask",
    [
        lambda: cohen_kappa([1], [1, 2]),
        lambda: cohen_kappa([], []),
        lambda: cohen_kappa([1], [2], Level.ORDINAL),
        lambda: fleiss_kappa([(1, 2), (1, 2, 3)]),
        lambda: fleiss_kappa([(1,)]),
        lambda: fleiss_kappa([]),
        lambda: krippendorff_alpha([(1, N), (N, N)]),
    ],
)
def test_what_cannot_be_compared_is_refused(ask):
    with pytest.raises(ValueError, match=r".+"):
        ask()
