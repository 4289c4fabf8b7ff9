"""What was earned of planned payments by calendar days. Pure.

A payment covers the days from its own until the next one's; the last one covers as many days as
the one before it, yet none after the contract's last day; a single one all until then.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal

DAY = timedelta(days=1)


@dataclass(frozen=True)
class Part:
    """A planned payment."""

    due_on: date
    amount: Decimal


def earned(parts: Iterable[Part], last: date, until: date, coin: Decimal) -> Decimal:
    """The sum earned until a day, that day included, to the smallest coin. Never more than the sum
    of the payments that have begun, and never less on a later day."""
    ordered = sorted(parts, key=lambda one: one.due_on)
    total = Decimal(0)
    for number, part in enumerate(ordered):
        if part.due_on > until:
            break
        end = _end(ordered, number, last)
        days = max((end - part.due_on).days + 1, 1)
        passed = min((until - part.due_on).days + 1, days)
        total += (part.amount * passed / days).quantize(coin, ROUND_HALF_UP)
    return total


def _end(ordered: list[Part], number: int, last: date) -> date:
    """The last day that a payment covers."""
    if number + 1 < len(ordered):
        return ordered[number + 1].due_on - DAY
    if number == 0:
        return last
    mine = ordered[number].due_on
    return min(last, mine + (mine - ordered[number - 1].due_on) - DAY)
