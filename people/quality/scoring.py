"""The score of one review, and what many of them say about somebody, with how sure that is. Pure.

A criterion scores where its rating lies on its scale, from 0 to 1; a review scores the weighted
mean of its criteria. What does not apply is left out of both sums. A critical criterion below half
makes the review 0: a payment sent to the wrong account is not made good by a friendly tone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import cos, pi, sin, sqrt, tan
from statistics import fmean, stdev

CRITICAL_BELOW = Fraction(1, 2)
FEW = 5  # below this a mean is shown greyed


@dataclass(frozen=True)
class Rated:
    """One criterion as a reviewer rated it. `rating` None: it does not apply."""

    rating: int | None
    lowest: int
    highest: int
    weight: int
    is_critical: bool = False

    def __post_init__(self) -> None:
        if self.lowest >= self.highest:
            raise ValueError("a scale has two ends, in order")
        if self.weight < 1:
            raise ValueError("a criterion weighs something")
        if self.rating is not None and not self.lowest <= self.rating <= self.highest:
            raise ValueError("a rating lies on its scale")

    @property
    def score(self) -> Fraction | None:
        if self.rating is None:
            return None
        return Fraction(self.rating - self.lowest, self.highest - self.lowest)


def review_score(criteria: Iterable[Rated]) -> Fraction | None:
    """From 0 to 1, exact; None where nothing applied."""
    scored = [(c, score) for c in criteria if (score := c.score) is not None]
    if not scored:
        return None
    if any(c.is_critical and score < CRITICAL_BELOW for c, score in scored):
        return Fraction(0)
    return Fraction(sum(c.weight * score for c, score in scored)) / sum(
        c.weight for c, _s in scored
    )


@dataclass(frozen=True)
class Estimate:
    """A mean with the interval that holds the true one 19 times out of 20 or as asked; both ends
    None where fewer than two reviews say nothing about how they spread."""

    mean: float
    low: float | None
    high: float | None
    n: int

    @property
    def is_of_few(self) -> bool:
        return self.n < FEW


def estimate(scores: Sequence[float], confidence: float = 0.95) -> Estimate | None:
    """The mean of review scores (0 to 1) with its t interval, cut at the ends of the scale; None
    without a score. Source: Student (1908); any text on small samples."""
    if not scores:
        return None
    n, mean = len(scores), fmean(scores)
    if n == 1:
        return Estimate(mean, None, None, 1)
    reach = student_t(confidence, n - 1) * stdev(scores) / sqrt(n)
    return Estimate(mean, max(0.0, mean - reach), min(1.0, mean + reach), n)


def student_t(confidence: float, freedom: int) -> float:
    """The two-sided quantile of Student's distribution: a share `confidence` of it lies between
    minus and plus this. ValueError outside of 0 < confidence < 1, freedom >= 1."""
    if not 0 < confidence < 1 or freedom < 1:
        raise ValueError("a share between 0 and 1, and one degree of freedom or more")
    # With the angle a = atan(t / sqrt(freedom)) the share within has a closed form for whole
    # degrees of freedom (Abramowitz and Stegun 26.7.3 and 26.7.4), which grows with a.
    low, high = 0.0, pi / 2
    for _step in range(200):
        middle = (low + high) / 2
        low, high = (middle, high) if _within(middle, freedom) < confidence else (low, middle)
    return tan((low + high) / 2) * sqrt(freedom)


def _within(angle: float, freedom: int) -> float:
    """The share of Student's distribution within an angle."""
    square, is_odd = cos(angle) ** 2, freedom % 2
    term = total = cos(angle) if is_odd else 1.0
    for n in range(2 if is_odd else 1, freedom - 1, 2):
        term *= square * n / (n + 1)
        total += term
    if not is_odd:
        return sin(angle) * total
    if freedom == 1:
        total = 0.0
    return 2 / pi * (angle + sin(angle) * total)
