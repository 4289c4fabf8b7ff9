"""What was breached by vendors, of which claims keep copies.

Apps above register theirs in `ready`; this app knows none of them. What they read of is the vendor:
a clause counts what its vendor breached, whichever contract it was under.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

from core.errors import Reason
from core.registry import Registry
from vendors.credits.enums import CreditMeasure
from vendors.scorecards.periods import Period

BREACHES, OUTAGES = "breaches", "outages"
SOURCE_OF = {
    CreditMeasure.AVAILABILITY: OUTAGES,
    CreditMeasure.OUTAGE_HOURS: OUTAGES,
    CreditMeasure.BREACHES: BREACHES,
    CreditMeasure.KEPT_SHARE: BREACHES,
}


@dataclass(frozen=True)
class Segment:
    """A time that was breached, or an outage, as it is kept with a claim. `what` needs no
    translation; `model` and `record_id` name the record behind it, which readers are told of where
    they see it. `target_seconds` is what was agreed, where something was."""

    what: str
    model: str
    record_id: int
    reference: str
    started_at: datetime
    stopped_at: datetime
    seconds: int
    target_seconds: int | None
    path: str


class Reading(NamedTuple):
    """The segments of a month, in their order, and how many cases were looked at to find them."""

    segments: Sequence[Segment]
    counted: int


@dataclass(frozen=True)
class SegmentSource:
    """`read(vendor id, period, now)` answers with everything of the period until now, whoever
    asks."""

    key: str
    title: Reason
    read: Callable[[int, Period, datetime], Reading]


SOURCES: Registry[SegmentSource] = Registry("breaches of vendors")


def register(key: str, title: Reason, read: Callable[[int, Period, datetime], Reading]) -> None:
    """Add a source, `breaches` or `outages`. ValueError where another one has the key."""
    SOURCES.register(key, SegmentSource(key, title, read))


def segment_of(record: Any, what: str, begun: datetime, ended: datetime, **more: Any) -> Segment:
    """The segment of a record that has a page and perhaps a reference."""
    meta = record._meta
    return Segment(
        what=what[:200],
        model=meta.label_lower,
        record_id=record.pk,
        reference=getattr(record, "reference", ""),
        started_at=begun,
        stopped_at=ended,
        seconds=more.pop("seconds", int((ended - begun).total_seconds())),
        target_seconds=more.pop("target_seconds", None),
        path=f"/{meta.app_label}/{meta.model_name}/{record.pk}/change/",
    )


def read_month(measure: str, vendor_id: int, period: Period, now: datetime) -> Reading:
    """What the source of a measure knows; nothing where no app registered it."""
    source = dict(SOURCES).get(SOURCE_OF[CreditMeasure(measure)])
    return Reading((), 0) if source is None else source.read(vendor_id, period, now)
