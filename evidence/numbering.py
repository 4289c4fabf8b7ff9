"""Why numbers are missing in a population: each one between its first and its last is explained."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.utils.translation import gettext as _

from audit.models import LedgerEntry, Operation
from evidence.period import Period
from evidence.populations import Population

CHUNK = 2_000


@dataclass(frozen=True)
class Gap:
    """Numbers in a row that no member has, and why; `last` equals `first` for a single one."""

    first: str
    last: str
    cause: str


def gaps_of(population: Population, period: Period) -> Iterator[Gap]:
    """Every number between the population's first and last member that is not one, in order.

    A row that exists says why it is no member; one that does not was deleted, which the ledger
    tells, or its number was drawn by a transaction that was undone.
    """
    if not population.numbered:
        return
    members = population.members(period).order_by("pk").values_list("pk", flat=True)
    found = list(members)
    holes = [(low + 1, high - 1) for low, high in pairwise(found) if high - low > 1]
    for start in range(0, len(holes), CHUNK):
        yield from _explained(population, holes[start : start + CHUNK])


def _explained(population: Population, holes: list[tuple[int, int]]) -> Iterator[Gap]:
    low, high = holes[0][0], holes[-1][1]
    there = {row.pk: row for row in population.everything().filter(pk__range=(low, high))}
    table = population.model._meta.db_table
    numbers = [n for first, last in holes for n in range(first, last + 1) if n not in there]
    deleted = dict(
        LedgerEntry.objects.filter(
            relation=table, operation=Operation.DELETE, key__in=[str(n) for n in numbers]
        ).values_list("key", "pk")
    )
    for first, last in holes:
        begun: Gap | None = None
        for number in range(first, last + 1):
            gap = _gap(population, number, there.get(number), deleted.get(str(number)))
            if begun is not None and begun.cause == gap.cause:
                begun = Gap(begun.first, gap.last, gap.cause)
                continue
            if begun is not None:
                yield begun
            begun = gap
        if begun is not None:
            yield begun


def _gap(population: Population, number: int, row: Any, entry: int | None) -> Gap:
    name = f"{population.numbered}-{number:06d}"
    if row is not None:
        cause = str(population.absent(row)) if population.absent else _("outside the period")
    elif entry is not None:
        cause = _("deleted: entry %(number)d of the audit trail") % {"number": entry}
    else:
        cause = _("never used: what drew it was undone")
    return Gap(name, name, cause)
