"""How clauses, months and calculations of service credits are told to people."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _

from vendors.credits.content import figures_from, formula_of
from vendors.credits.enums import CreditCounting, CreditMeasure
from vendors.credits.formula import Formula, Tier, formula_from, worked_out
from vendors.money import written
from vendors.scorecards.enums import PeriodKind
from vendors.scorecards.words import name_of


def month_name(month: date) -> str:
    """`October 2026`."""
    return name_of(PeriodKind.MONTH, month)


def number(value: Decimal) -> str:
    """As exact as it is, no more."""
    return number_format(f"{value.normalize():f}")


def promise(clause: Any) -> list[str]:
    """What a clause gives, each part by itself."""
    formula, currency = formula_of(clause), clause.contract.currency
    if formula.tiers:
        return [_tier(tier) for tier in formula.tiers]
    return [_unit(formula, currency)]


def calculation(claim: Any) -> list[tuple[str, str]]:
    """The way from what was measured to what is claimed, step by step, from what was frozen."""
    formula, figures = formula_from(claim.formula), figures_from(claim.figures)
    worked = worked_out(formula, figures)
    money = claim.currency
    cases = {"breached": figures.breached, "counted": figures.counted}
    rows = [
        (str(CreditMeasure(formula.measure).label), _figure(formula, figures.value)),
        (_("Cases"), _("%(breached)s breached of %(counted)s looked at") % cases),
        (_("Monthly charge"), written(formula.charge, money)),
    ]
    if worked.tier:
        rows.append((_("Tier reached"), _tier(worked.tier)))
    if worked.units is not None:
        rows.append((_("For each unit"), _unit(formula, money)))
        rows.append((_("Units that count"), number(worked.units.quantize(Decimal("0.0001")))))
    cap = {"percent": number(formula.cap_percent), "amount": written(worked.cap, money)}
    return [
        *rows,
        (_("Before the cap"), written(worked.before_cap, money)),
        (_("Cap"), _("%(percent)s %% of the monthly charge: %(amount)s") % cap),
        (_("Claimed"), written(worked.amount, money)),
    ]


def _figure(formula: Formula, value: Decimal) -> str:
    told = number(value)
    if formula.tiers:
        return f"{told} %"
    return f"{told} h" if formula.measure == CreditMeasure.OUTAGE_HOURS else told


def _tier(tier: Tier) -> str:
    told = {"below": number(tier.below), "percent": number(tier.percent)}
    return _("below %(below)s %%: %(percent)s %% of the monthly charge") % told


def _unit(formula: Formula, currency: str) -> str:
    if formula.unit_amount is not None:
        owed = written(formula.unit_amount, currency)
    else:
        percent = number(formula.unit_percent or Decimal(0))
        owed = _("%(percent)s %% of the monthly charge") % {"percent": percent}
    counting = str(CreditCounting(formula.counting).label).lower()
    told = {"owed": owed, "every": number(formula.every), "counting": counting}
    return _("%(owed)s for every %(every)s, %(counting)s") % told
