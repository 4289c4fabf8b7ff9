"""How changes of what vendors run went, for their scorecards."""

from collections import defaultdict
from collections.abc import Collection, Mapping
from datetime import datetime
from decimal import Decimal

from django.utils.translation import gettext_lazy as _

from changes.enums import Outcome
from changes.models import Change, ChangedAsset
from vendors.scorecards.enums import Unit
from vendors.scorecards.periods import Period
from vendors.scorecards.sources import MOST_ROWS, Measure, register, row_of


def register_vendor_figures() -> None:
    """Called once, when the app is ready."""
    register(
        "change_success",
        _("Changes that went well"),
        Unit.PERCENT,
        floor="70",
        target="98",
        measure=change_success,
    )


def change_success(ids: Collection[int], period: Period, now: datetime) -> Mapping[int, Measure]:
    """Percent of the changes of the vendor's assets that were closed in the period and went well;
    the rows are the others. One query."""
    altered = ChangedAsset.objects.filter(
        asset__vendor__in=ids,
        change__ended_at__gte=period.begins_at,
        change__ended_at__lt=period.ends_at,
    ).exclude(change__outcome="")
    pairs = altered.order_by().values_list("asset__vendor", "change").distinct()
    changes = Change.objects.only("reference", "outcome").in_bulk({change for _v, change in pairs})
    found: dict[int, list[Change]] = defaultdict(list)
    for vendor, change in sorted(pairs, key=lambda pair: -pair[1]):
        found[vendor].append(changes[change])
    return {vendor: _measure(rows) for vendor, rows in found.items()}


def _measure(changes: list[Change]) -> Measure:
    poor = [one for one in changes if one.outcome != Outcome.SUCCESSFUL]
    rows = [row_of(one, "", one.reference) for one in poor[:MOST_ROWS]]
    return Measure(Decimal(100 * (len(changes) - len(poor))) / len(changes), len(changes), rows)
