"""That 1:1s happen: dates of pairs for whoever leads the leads, and figures that tell nothing of
small groups. What was said plays no part; nothing here opens a text."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils import timezone

FEWEST = 5
"""Of fewer pairs than these no figure is told: it could be that of one person."""
MOST = 500


@dataclass(frozen=True)
class Pair:
    """One series: who, how often, when last, when next."""

    series: Any
    is_late: bool


@dataclass(frozen=True)
class Cadence:
    """The pairs, and how many of them keep their rhythm; None of fewer than five."""

    pairs: list[Pair]
    in_rhythm: int | None
    total: int | None


def cadence_of(rows: Any) -> Cadence:
    """Late is a pair whose next conversation is planned for a day that has passed, or that has not
    spoken for two rhythms."""
    today = timezone.localdate()
    found = rows.running().with_cadence()
    found = found.select_related("record", "lead__person", "employee__person")
    pairs = []
    for series in found.order_by("lead__person__full_name", "employee__person__full_name")[:MOST]:
        since = timezone.localdate(series.last_at or series.started_at)
        silent = today - since > timedelta(days=2 * series.every_days)
        missed = series.next_on is not None and series.next_on < today
        pairs.append(Pair(series, silent or missed))
    if len(pairs) < FEWEST:
        return Cadence(pairs, None, None)
    return Cadence(pairs, sum(not pair.is_late for pair in pairs), len(pairs))
