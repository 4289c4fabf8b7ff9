"""The figures about vendors that can be worked out from records.

Apps above register theirs in `ready`; this app knows none of them. Each is asked once for all
vendors of a period, and keeps with its figure some of the rows that it was made of.
"""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from core.errors import Reason
from core.registry import Registry
from vendors.scorecards.enums import Unit
from vendors.scorecards.periods import Period

MOST_ROWS = 50
"""So many rows, the latest, are kept beside a figure; the figure counts all of them."""


@dataclass(frozen=True)
class Measure:
    """A figure of a vendor and period. `n` are the cases that it was made of, None for one that is
    not counted from cases. `rows` are made by `row_of`."""

    value: Decimal
    n: int | None = None
    rows: Sequence[Mapping[str, Any]] = ()


def row_of(record: Any, said: str, reference: str = "") -> dict[str, Any]:
    """One of the records that a figure was made of, as JSON. Readers are told of it where they see
    the record; `said` needs no translation, such as `35 min`."""
    meta = record._meta
    return {"model": meta.label_lower, "id": record.pk, "reference": reference, "said": said}


# `(vendor ids, period, now) -> {vendor id: Measure}`; a vendor of which nothing is known is absent.
type MeasureAll = Callable[[Collection[int], Period, datetime], Mapping[int, Measure]]


@dataclass(frozen=True)
class Kpi:
    """A figure by its key: its name for people, what it is counted in and who works it out.
    `floor` and `target` are where a model begins from; their order says which way is better."""

    key: str
    title: Reason
    unit: Unit
    floor: Decimal
    target: Decimal
    measure: MeasureAll


KPIS: Registry[Kpi] = Registry("figure of vendors")


def register(
    key: str, title: Reason, unit: Unit, *, floor: str, target: str, measure: MeasureAll
) -> None:
    """Add a figure. ValueError where another one has the key."""
    KPIS.register(key, Kpi(key, title, unit, Decimal(floor), Decimal(target), measure))


def kpi_of(key: str) -> Kpi | None:
    """The figure of a key, None where no app registered it."""
    return dict(KPIS).get(key)
