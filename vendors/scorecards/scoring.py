"""From measured figures to a score, as pure arithmetic.

A figure is worth 0 at its floor and 100 at its target, in between on the straight line, and no less
or more beyond. The score is the weighted mean of the figures that are known; a figure that is not
known leaves its weight to the others and takes it from the confidence.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

ENOUGH = 5
"""A figure of fewer cases than this is shown grey: it says little."""

_HUNDRED = Decimal(100)
_CENT = Decimal("0.01")


@dataclass(frozen=True)
class Weighed:
    """One figure of a scorecard. `value` is None where nothing is known; `n` are the cases that it
    was made of, None for one that is not counted from cases."""

    weight: Decimal
    floor: Decimal
    target: Decimal
    value: Decimal | None
    n: int | None = None

    @property
    def normalised(self) -> Decimal | None:
        return None if self.value is None else normalise(self.value, self.floor, self.target)

    @property
    def is_thin(self) -> bool:
        """Known, but of fewer cases than say much."""
        return self.value is not None and self.n is not None and self.n < ENOUGH


@dataclass(frozen=True)
class Score:
    """`value` 0 to 100, None where no figure is known; `confidence` is the percent of the weights
    whose figures are known and not thin."""

    value: Decimal | None
    confidence: Decimal


def normalise(value: Decimal, floor: Decimal, target: Decimal) -> Decimal:
    """0 at the floor, 100 at the target, whichever of them is higher; to two places.

    ValueError where both are the same: nothing lies between them.
    """
    if floor == target:
        raise ValueError("floor and target are the same")
    worth = (value - floor) / (target - floor) * _HUNDRED
    return rounded(min(max(worth, Decimal(0)), _HUNDRED))


def score_of(figures: Iterable[Weighed]) -> Score:
    """The weighted mean of what is known. Weights need not add up to 100."""
    found = list(figures)
    whole = sum((one.weight for one in found), Decimal(0))
    known = [(one.weight, one.normalised) for one in found if one.normalised is not None]
    weight = sum((part for part, _worth in known), Decimal(0))
    firm = sum(
        (one.weight for one in found if one.value is not None and not one.is_thin), Decimal(0)
    )
    confidence = rounded(firm / whole * _HUNDRED) if whole else Decimal(0)
    if not weight:
        return Score(None, confidence)
    return Score(rounded(sum(part * worth for part, worth in known) / weight), confidence)


def rounded(value: Decimal | int) -> Decimal:
    """To two places, halves away from zero."""
    return Decimal(value).quantize(_CENT, ROUND_HALF_UP)
