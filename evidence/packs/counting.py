"""The counts of a pack, which must add up: whatever is not in it is counted by its reason."""

from dataclasses import asdict, dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from core.querysets import visible_rows
from evidence.period import Period
from evidence.populations import Population


@dataclass(frozen=True)
class Counts:
    """Rows of the population's table, by what became of them."""

    total: int
    exported: int
    withheld_by_permission: int
    confidential: int
    out_of_period: int

    def refuse_gap(self) -> None:
        """Refused where they do not add up: then something is left out that nobody counted."""
        parts = asdict(self)
        if parts.pop("total") != sum(parts.values()):
            raise Refused(
                _("the counts do not add up: %(total)d in all, but %(parts)s")
                % {
                    "total": self.total,
                    "parts": ", ".join(f"{name} {count}" for name, count in parts.items()),
                }
            )


def members_seen(population: Population, period: Period, asker: Any) -> QuerySet[Any]:
    """The members that the asker sees; all of them where the portal itself asks."""
    members = population.members(period)
    if asker is None:
        return members
    return members.filter(pk__in=visible_rows(population.model, asker).values("pk"))


def counted(population: Population, period: Period, asker: Any, exported: int) -> Counts:
    """Every number by a query of its own, so that a row that falls between two is missed."""
    members = population.members(period).order_by()
    everything = population.everything().order_by()
    seen = members_seen(population, period, asker).order_by()
    confidential = 0  # no population is of a confidential model
    return Counts(
        total=everything.count(),
        exported=exported,
        withheld_by_permission=members.exclude(pk__in=seen.values("pk")).count(),
        confidential=confidential,
        out_of_period=everything.exclude(pk__in=members.values("pk")).count(),
    )
