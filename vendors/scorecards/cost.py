"""How much more a vendor cost in a period than was planned."""

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from vendors.models import Invoice, SpendEntry
from vendors.opex.enums import EntryKind
from vendors.opex.totals import Total, budgets_in_force, sums_by_currency, totals
from vendors.scorecards.enums import Unit
from vendors.scorecards.periods import Period
from vendors.scorecards.sources import MOST_ROWS, Measure, register, row_of

_HUNDRED = Decimal(100)


def register_cost() -> None:
    """Called once, when the app is ready."""
    register(
        "cost_variance",
        _("Cost above plan"),
        Unit.PERCENT,
        floor="20",
        target="0",
        measure=cost_variance,
    )


def cost_variance(ids: Collection[int], period: Period, now: datetime) -> Mapping[int, Measure]:
    """`(actual - plan) / plan`, in percent, of the months of a period that the approved budgets
    plan for the vendor. Nothing is known without a plan, or where a rate of exchange lacks."""
    entries = SpendEntry.objects.filter(
        vendor__in=ids, month__gte=period.first, month__lt=period.after
    )
    told = entries.filter(kind=EntryKind.PLAN, budget__in=budgets_in_force()) | entries.filter(
        kind=EntryKind.ACTUAL
    )
    found: dict[int, Measure] = {}
    for currency, vendors in _by_currency(told).items():
        sums = totals(told.filter(vendor__in=vendors), currency, "vendor", "kind")
        none = Total(Decimal(0))
        for vendor in vendors:
            plan = sums.get((vendor, EntryKind.PLAN), none)
            actual = sums.get((vendor, EntryKind.ACTUAL), none)
            if plan.amount > 0 and not plan.unknown and not actual.unknown:
                over = (actual.amount - plan.amount) / plan.amount * _HUNDRED
                found[vendor] = Measure(over, None, ())
    rows = _invoices(found, period)
    return {pk: Measure(one.value, None, rows[pk]) for pk, one in found.items()}


def _by_currency(entries: Any) -> dict[str, list[int]]:
    """Each vendor under the currency that most of its plan is in."""
    weights: dict[int, Counter[str]] = defaultdict(Counter)
    for (vendor, kind, currency), amount in sums_by_currency(entries, "vendor", "kind").items():
        if kind == EntryKind.PLAN:
            weights[vendor][currency] += int(amount)
    found: dict[str, list[int]] = defaultdict(list)
    for vendor, told in weights.items():
        found[told.most_common(1)[0][0]].append(vendor)
    return found


def _invoices(vendors: Collection[int], period: Period) -> dict[int, list[dict[str, Any]]]:
    rows = Invoice.objects.filter(
        vendor__in=vendors, issued_on__gte=period.first, issued_on__lt=period.after
    )
    found: dict[int, list[dict[str, Any]]] = defaultdict(list)
    for one in rows.order_by("-issued_on", "-pk"):
        if len(found[one.vendor_id]) < MOST_ROWS:
            said = f"{one.issued_on} · {one.amount} {one.currency}"
            found[one.vendor_id].append(row_of(one, said, one.reference))
    return found
