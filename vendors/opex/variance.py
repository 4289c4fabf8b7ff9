"""Where a cost centre spent otherwise than planned by so much that somebody has to say why."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from vendors.models import Budget
from vendors.opex.enums import EntryKind
from vendors.opex.totals import entries_of, totals

THRESHOLD = Decimal(10)  # percent of the plan of the month


@dataclass(frozen=True)
class Variance:
    """Plan and actual of a cost centre in a month, in the budget's currency."""

    month: date
    cost_centre: str
    plan: Decimal
    actual: Decimal

    @property
    def amount(self) -> Decimal:
        return self.actual - self.plan

    @property
    def percent(self) -> Decimal | None:
        """Of the plan; none where nothing was planned."""
        return self.amount * 100 / self.plan if self.plan else None

    @property
    def needs_comment(self) -> bool:
        """More than the threshold, or anything where nothing was planned."""
        return abs(self.amount) * 100 > THRESHOLD * abs(self.plan)


def variances(budget: Budget, before: date) -> list[Variance]:
    """Of every month that has ended before a day, by cost centre."""
    ended = entries_of(budget).filter(month__lt=before.replace(day=1))
    told = ended.filter(kind__in=(EntryKind.PLAN, EntryKind.ACTUAL))
    found = totals(told, budget.currency, "month", "cost_centre", "kind")
    keys = dict.fromkeys((month, centre) for month, centre, _kind in found)
    return [
        Variance(
            month,
            centre,
            *(
                found[month, centre, kind].amount if (month, centre, kind) in found else Decimal(0)
                for kind in (EntryKind.PLAN, EntryKind.ACTUAL)
            ),
        )
        for month, centre in keys
    ]


def unexplained(budget: Budget, before: date) -> list[Variance]:
    """Those over the threshold that nobody commented on."""
    said = set(budget.comments.values_list("month", "cost_centre"))
    return [
        one
        for one in variances(budget, before)
        if one.needs_comment and (one.month, one.cost_centre) not in said
    ]
