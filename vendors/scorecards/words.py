"""How periods and figures of scorecards are written for people."""

from decimal import Decimal
from typing import Any

from django.utils.formats import date_format, number_format
from django.utils.translation import gettext as _

from vendors.scorecards.enums import KpiSource, PeriodKind, Unit
from vendors.scorecards.sources import kpi_of


def period_name(card: Any) -> str:
    """`October 2026` or `Q4 2026`."""
    return name_of(card.period, card.starts_on)


def name_of(kind: str, first: Any) -> str:
    """Of a period by its first day."""
    if kind == PeriodKind.MONTH:
        return str(date_format(first, "YEAR_MONTH_FORMAT"))
    quarter = {"number": (first.month + 2) // 3, "year": first.year}
    return _("Q%(number)s %(year)s") % quarter


def title_of(kpi: Any) -> str:
    """What a figure is called: one that is worked out in the reader's language, as long as somebody
    works it out."""
    known = kpi_of(kpi.key) if kpi.source == KpiSource.COMPUTED else None
    return str(known.title if known else kpi.title)


def figure(value: Decimal | None, unit: str) -> str:
    """A figure with its unit, two decimals at most; nothing where it is not known."""
    if value is None:
        return ""
    told = number_format(f"{value:.2f}".rstrip("0").rstrip("."))
    units = {Unit.PERCENT: " %", Unit.HOURS: " h"}
    return f"{told}{units.get(Unit(unit), '')}"


def points(score: Decimal | None) -> str:
    """A score of 0 to 100; nothing where it is not known."""
    return "" if score is None else number_format(score, 1)
