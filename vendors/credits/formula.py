"""What a clause promises for a month, as data and worked out. Pure.

There is no language for formulas: a clause is a table of tiers, or so much for each unit, with a
cap. What would mean nothing is refused when it is entered.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_DOWN, ROUND_HALF_UP, Decimal, InvalidOperation
from itertools import pairwise
from typing import Any, NamedTuple

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from vendors.credits.enums import BY_TIERS, CreditCounting, CreditMeasure

MOST_TIERS = 10
EXACT = Decimal("0.000001")
"""Figures are exact to this, in what is kept as in what is worked out from it."""
HUNDRED = Decimal(100)
_PLACES = -3  # of thresholds and percents


class Tier(NamedTuple):
    """So many percent of the monthly charge where the figure is below a threshold."""

    below: Decimal
    percent: Decimal


@dataclass(frozen=True)
class Formula:
    """A clause for one month: by tiers, or an amount or a percentage of the charge for every so
    many units. `smallest` is the smallest coin of the currency."""

    measure: str
    charge: Decimal
    cap_percent: Decimal
    tiers: tuple[Tier, ...] = ()
    unit_amount: Decimal | None = None
    unit_percent: Decimal | None = None
    every: Decimal = Decimal(1)
    counting: str = CreditCounting.BEGUN
    smallest: Decimal = Decimal("0.01")

    @property
    def cap(self) -> Decimal:
        """The most that a month brings: never a coin above its percentage."""
        return (self.charge * self.cap_percent / HUNDRED).quantize(self.smallest, ROUND_DOWN)


@dataclass(frozen=True)
class Figures:
    """What a month was: the figure that the clause measures, made of how many cases, of which how
    many were breached."""

    value: Decimal
    counted: int
    breached: int


class Worked(NamedTuple):
    """A credit and the way to it."""

    tier: Tier | None
    units: Decimal | None
    before_cap: Decimal
    cap: Decimal
    amount: Decimal


def credit_of(clause: Formula, figures: Figures) -> Decimal:
    """What the vendor owes, in whole coins: never negative, never above the cap, nothing where
    nothing was breached."""
    return worked_out(clause, figures).amount


def worked_out(clause: Formula, figures: Figures) -> Worked:
    """The same step by step."""
    tier, units, owed = None, None, Decimal(0)
    if figures.breached > 0 and clause.measure in BY_TIERS:
        tier = reached(clause.tiers, figures.value)
        owed = clause.charge * tier.percent / HUNDRED if tier else owed
    elif figures.breached > 0:
        units = units_of(clause, figures.value)
        owed = units * _for_a_unit(clause)
    before_cap = owed.quantize(clause.smallest, ROUND_HALF_UP)
    return Worked(tier, units, before_cap, clause.cap, min(before_cap, clause.cap))


def reached(tiers: Iterable[Tier], value: Decimal) -> Tier | None:
    """The last tier below whose threshold the figure is; they stand in descending order."""
    below = [tier for tier in tiers if value < tier.below]
    return below[-1] if below else None


def units_of(clause: Formula, value: Decimal) -> Decimal:
    """How many units count."""
    units = max(value, Decimal(0)) / clause.every
    if clause.counting == CreditCounting.PRO_RATA:
        return units
    rounding = ROUND_CEILING if clause.counting == CreditCounting.BEGUN else ROUND_DOWN
    return units.to_integral_value(rounding)


def read_tiers(told: Any) -> tuple[Tier, ...]:
    """From `[["99.9", "5"], …]`; ValidationError for what is no such table, or means nothing."""
    if not isinstance(told, list | tuple) or len(told) > MOST_TIERS:
        raise ValidationError({"tiers": _("Give at most ten tiers.")})
    tiers = []
    for row in told:
        pair = [_number(one) for one in row] if isinstance(row, list | tuple) else []
        if len(pair) != 2 or any(one is None or not 0 < one <= HUNDRED for one in pair):
            raise ValidationError(
                {"tiers": _("A tier is a threshold and a percentage, each above 0 and up to 100.")}
            )
        tiers.append(Tier(*pair))  # type: ignore[arg-type]  # -- two numbers
    for before, after in pairwise(tiers):
        if not (after.below < before.below and after.percent > before.percent):
            text = _("From tier to tier the threshold falls and the percentage rises.")
            raise ValidationError({"tiers": text})
    return tuple(tiers)


def check_formula(facts: Mapping[str, Any]) -> None:
    """ValidationError by field unless the facts of a clause mean something: tiers for what is
    measured in percent, else an amount or a percentage for every so many units."""
    wrong: dict[str, Any] = {}
    tiers = read_tiers(facts.get("tiers") or [])
    amount, percent = facts.get("unit_amount"), facts.get("unit_percent")
    if facts["measure"] in BY_TIERS:
        if not tiers:
            wrong["tiers"] = _("Give at least one tier.")
        if amount is not None or percent is not None:
            wrong["unit_amount"] = _("What is measured in percent goes by tiers.")
    else:
        if tiers:
            wrong["tiers"] = _("What is counted in units has no tiers.")
        if (amount is None) == (percent is None):
            wrong["unit_amount"] = _("Give an amount or a percentage for each unit.")
        elif amount is not None and not _is_above(amount, 0):
            wrong["unit_amount"] = _("Give an amount of more than zero.")
        elif percent is not None and not _is_above(percent, 0, HUNDRED):
            wrong["unit_percent"] = _("Give a percentage above 0 and up to 100.")
    if not _is_above(facts.get("every"), 0):
        wrong["every"] = _("Nothing is divided by zero: give more than zero units.")
    if not _is_above(facts.get("cap_percent"), 0, HUNDRED):
        wrong["cap_percent"] = _("Give a percentage above 0 and up to 100.")
    if wrong:
        raise ValidationError(wrong)


def formula_from(told: Mapping[str, Any]) -> Formula:
    """What `as_told` wrote."""
    return Formula(
        measure=CreditMeasure(told["measure"]),
        charge=Decimal(told["charge"]),
        cap_percent=Decimal(told["cap_percent"]),
        tiers=read_tiers(told["tiers"]),
        unit_amount=_maybe(told["unit_amount"]),
        unit_percent=_maybe(told["unit_percent"]),
        every=Decimal(told["every"]),
        counting=CreditCounting(told["counting"]),
        smallest=Decimal(told["smallest"]),
    )


def as_told(formula: Formula) -> dict[str, Any]:
    """As JSON, numbers as text."""
    names = ("charge", "cap_percent", "unit_amount", "unit_percent", "every", "smallest")
    numbers = {name: getattr(formula, name) for name in names}
    return {
        "measure": str(formula.measure),
        "counting": str(formula.counting),
        "tiers": [[f"{tier.below:f}", f"{tier.percent:f}"] for tier in formula.tiers],
        **{name: None if one is None else f"{one:f}" for name, one in numbers.items()},
    }


def _for_a_unit(clause: Formula) -> Decimal:
    if clause.unit_amount is not None:
        return clause.unit_amount
    return clause.charge * (clause.unit_percent or Decimal(0)) / HUNDRED


def _number(told: Any) -> Decimal | None:
    """A finite number of at most three places; a JSON fraction is none, for it is not exact."""
    if isinstance(told, bool) or not isinstance(told, str | int | Decimal):
        return None
    try:
        found = Decimal(str(told).strip()[:40])
    except InvalidOperation:
        return None
    exponent = found.as_tuple().exponent  # of what is no number: a letter
    return found if isinstance(exponent, int) and exponent >= _PLACES else None


def _is_above(one: Any, least: int, most: Decimal | None = None) -> bool:
    return one is not None and one.is_finite() and one > least and (most is None or one <= most)


def _maybe(told: str | None) -> Decimal | None:
    return None if told is None else Decimal(told)
