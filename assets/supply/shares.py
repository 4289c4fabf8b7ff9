"""How much of something each of several has, and how concentrated that is: pure arithmetic."""

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

MODERATE, HIGH = 1_000, 1_800
"""From these indices on a market counts as moderately and as highly concentrated (U.S. Department
of Justice and Federal Trade Commission, Merger Guidelines, 2023, section 2.1)."""


def shares(amounts: Mapping[Any, Decimal | int]) -> dict[Any, Decimal]:
    """The percent of each, the largest first; what is not more than zero counts as nothing."""
    counted = {key: Decimal(amount) for key, amount in amounts.items() if amount > 0}
    total = sum(counted.values(), Decimal(0))
    ranked = sorted(counted, key=lambda key: -counted[key])
    return {key: 100 * counted[key] / total for key in ranked}


def herfindahl(percents: Iterable[Decimal]) -> int | None:
    """The Herfindahl-Hirschman index: the sum of the squares of the shares in percent, from near 0
    (many small ones) to 10,000 (one has all). Nothing where there are no shares.

    After A. O. Hirschman, National Power and the Structure of Foreign Trade (1945), and
    O. C. Herfindahl, Concentration in the Steel Industry (1950), as used in the Merger Guidelines.
    """
    squares = [Decimal(one) ** 2 for one in percents]
    return int(sum(squares).quantize(Decimal(1), ROUND_HALF_UP)) if squares else None  # type: ignore[union-attr]  # -- not empty


def level_of(index: int) -> str:
    """`low`, `moderate` or `high`."""
    return "high" if index > HIGH else "moderate" if index >= MODERATE else "low"
