"""The sweep over thresholds that have fallen due: each fires once, and whoever cares is told.

What has fallen due is decided by the database's clock alone. A row that fired and its clock's next
deadline are one transaction, so whoever is killed meanwhile has done nothing.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models.functions import Now

from core.registry import Registry
from sla.clock_laying import next_threshold
from sla.models import FiredThreshold, LifeClock
from sla.replay import THRESHOLDS

BATCH = 500
STALE_AFTER = timedelta(days=1)  # what fell due before is noted and told to nobody


@dataclass(frozen=True)
class Fired:
    """A threshold that has just fired, on a clock that still counts."""

    row: FiredThreshold
    clock: LifeClock


type Hearer = Callable[[Sequence[Fired]], None]
"""Is told of thresholds in the transaction in which they fire: it may write messages, not send."""

THRESHOLD_HEARERS: Registry[Hearer] = Registry("hearer of thresholds")


def fire_thresholds(time_is_up: Callable[[], bool] = lambda: False) -> bool:
    """Fire what has fallen due, in batches; True where time ran out and there may be more."""
    while _fire_batch():
        if time_is_up():
            return True
    return False


@transaction.atomic
def _fire_batch() -> int:
    """How many clocks it took. Those that another sweep has, or that are laid anew just now, are
    left to it: it comes again."""
    due = LifeClock.objects.filter(next_due_at__lte=Now()).annotate(swept_at=Now())
    claimed = list(
        due.select_for_update(skip_locked=True, of=("self",)).order_by("next_due_at")[:BATCH]
    )
    if not claimed:
        return 0
    taken = _taken(claimed)
    fired: list[Fired] = []
    for clock in claimed:
        gone = taken.setdefault(_identity(clock), set())
        for percent, moment in zip(THRESHOLDS, clock.reached_at, strict=True):
            if moment is not None and moment <= clock.swept_at and percent not in gone:
                gone.add(percent)
                fired.append(Fired(_row(clock, percent, moment), clock))
        clock.next_percent, clock.next_due_at = next_threshold(clock.reached_at, gone)
    FiredThreshold.objects.bulk_create([one.row for one in fired])
    LifeClock.objects.bulk_update(claimed, ["next_percent", "next_due_at"], batch_size=BATCH)
    if news := [one for one in fired if _is_news(one)]:
        for _name, hear in THRESHOLD_HEARERS:
            hear(news)
    return len(claimed)


def _taken(clocks: Iterable[LifeClock]) -> dict[tuple[int, int, str, int], set[int]]:
    """The percentages that stand as fired. Nobody fires others meanwhile: the clocks are held."""
    rows = FiredThreshold.objects.filter(
        life__in={clock.life_id for clock in clocks}, withdrawn_at__isnull=True
    )
    taken: dict[tuple[int, int, str, int], set[int]] = {}
    for row in rows:
        taken.setdefault(_identity(row), set()).add(row.percent)
    return taken


def _row(clock: LifeClock, percent: int, moment: datetime) -> FiredThreshold:
    return FiredThreshold(
        life_id=clock.life_id,
        agreement_id=clock.agreement_id,
        metric=clock.metric,
        round=clock.round,
        percent=percent,
        target=clock.target,
        due_at=moment,
    )


def _is_news(fired: Fired) -> bool:
    """Nobody is warned of a clock that has stopped, or of what is long past."""
    swept_at: datetime = fired.clock.swept_at  # type: ignore[attr-defined]  # -- as annotated
    return fired.clock.stopped_at is None and fired.row.due_at > swept_at - STALE_AFTER


def _identity(row: LifeClock | FiredThreshold) -> tuple[int, int, str, int]:
    return (row.life_id, row.agreement_id, row.metric, row.round)
