"""Every figure of a budget: one sum that the database makes over the entries it is about.

Amounts of another currency count at the last rate known on the day they were booked, at most a
month old. Where there is none the amount is told beside the total, and not in it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    Case,
    Count,
    DecimalField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Sum,
    Value,
    When,
)
from django.db.models.functions import Round

from vendors.models import Budget, FxRate, SpendEntry
from vendors.opex.enums import BudgetStatus

OLDEST_RATE = timedelta(days=31)
_MONEY: Any = DecimalField(max_digits=28, decimal_places=2)


@dataclass(frozen=True)
class Total:
    """A sum in one currency, and of how many entries nobody knows what they are worth in it."""

    amount: Decimal
    unknown: int = 0


def entries_of(budget: Budget) -> Any:
    """What a version plans and foresees, and what its company really spent in the year."""
    year = Q(month__gte=date(budget.year, 1, 1), month__lte=date(budget.year, 12, 1))
    return SpendEntry.objects.filter(
        Q(budget=budget) | Q(year, budget__isnull=True, entity=budget.entity_id)
    )


def planned_lines(budget: Budget) -> Any:
    """What a version plans and foresees, summed by line and month, in each line's own currency:
    rows with `total`."""
    line = ("month", "kind", "cost_centre", "category", "vendor", "currency")
    rows = SpendEntry.objects.filter(budget=budget).order_by().values(*line)
    return rows.annotate(total=Sum("amount")).exclude(total=0).order_by(*line)


def budgets_in_force() -> Any:
    """The keys of the approved versions that no approved one replaces, for a subquery."""
    approved = (BudgetStatus.APPROVED, BudgetStatus.LOCKED)
    rows = Budget.objects.filter(status__in=approved).exclude(replaced_by__status__in=approved)
    return rows.order_by().values("pk")


def converted(entries: Any, currency: str) -> Any:
    """With `worth`, each entry in a currency, rounded to the cent; none where no rate is known."""
    rate = FxRate.objects.filter(
        base=OuterRef("currency"),
        quote=currency,
        on__lte=OuterRef("booked_on"),
        on__gte=OuterRef("booked_on") - OLDEST_RATE,
    ).order_by("-on", "-pk")
    times = ExpressionWrapper(
        F("amount") * Subquery(rate.values("rate")[:1]),
        output_field=DecimalField(max_digits=38, decimal_places=10),
    )
    worth = Case(
        When(currency=Value(currency), then=F("amount")),
        default=Round(times, precision=2),
        output_field=_MONEY,
    )
    return entries.annotate(worth=worth)


def totals(entries: Any, currency: str, *by: str) -> dict[tuple[Any, ...], Total]:
    """`{(values of by): Total}` in one query; the key is `()` where nothing is grouped by."""
    rows = converted(entries, currency).order_by()
    sums = {"total": Sum("worth"), "unknown": Count("pk", filter=Q(worth__isnull=True))}
    if not by:
        found = rows.aggregate(**sums)
        return {(): Total(found["total"] or Decimal(0), found["unknown"])}
    return {
        tuple(row[name] for name in by): Total(row["total"] or Decimal(0), row["unknown"])
        for row in rows.values(*by).annotate(**sums).order_by(*by)
    }


def sums_by_currency(entries: Any, *by: str) -> dict[tuple[Any, ...], Decimal]:
    """`{(values of by, currency): sum}`: nothing is converted."""
    names = (*by, "currency")
    rows = entries.order_by().values(*names).annotate(total=Sum("amount")).order_by(*names)
    return {tuple(row[name] for name in names): row["total"] for row in rows}


def without_rate(entries: Any, currency: str) -> Mapping[str, Decimal]:
    """What could not be told in a currency, by its own."""
    rows = converted(entries, currency).filter(worth__isnull=True)
    return {code: total for (code,), total in sums_by_currency(rows).items()}
