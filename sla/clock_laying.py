"""Writes the rows of a life's clocks, exactly as they follow from its events. Whoever alters events
or marks calls it in the same transaction, with the life held.

A row holds nothing that waiting changes: neither this process's clock nor the database's is read.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db.models.functions import Now

from sla.agreed import agreed_versions
from sla.enums import ClockState
from sla.life_events import events_of, id_of
from sla.models import FiredThreshold, Life, LifeClock, LifeEvent
from sla.replay import THRESHOLDS, AgreedVersion, Clock, Event, known, replay

type Identity = tuple[int, str, int]  # agreement, metric, round

_KEY = ("life", "agreement", "metric", "round")
_TOLD = (
    *("agreement_version", "priority", "target", "state", "started_at", "stopped_at"),
    *("runs_from", "elapsed_before", "due_at", "reached_at", "next_percent", "next_due_at"),
)
_COMPARED = ["agreement_version_id", *_TOLD[1:]]


def lay_clocks(
    life: Life,
    rows: Sequence[LifeEvent] | None = None,
    *,
    since: datetime | None = None,
    is_new: bool = False,
) -> None:
    """Make the stored clocks of a life exactly those of its events and marks as known by now.

    `rows` are its events, where they have been read; `since` is the earliest moment that was told
    or corrected: what fired later is tried again. Nothing is asked of a life that never had an
    agreement. The life is held, so that two at once do not lay them from different knowledge.
    """
    rows = list(life.events.all()) if rows is None else rows
    pinned = {row.agreement_version_id for row in rows if row.agreement_version_id}
    if not pinned:
        return
    versions = agreed_versions(pinned)
    events = known(events_of(rows, [] if is_new else list(life.marks.all())))
    # The rows are held before what has fired is read: a sweep writes both, or neither.
    held = [] if is_new else list(life.clocks.select_for_update().order_by("pk"))
    fired = [] if is_new else _fired(life, events, versions, since)
    taken = {(*_identity(firing), firing.percent) for firing in fired}
    laid = [_row(life, clock, taken) for clock in laid_clocks(events, versions)]
    _write(held, laid)
    _note_breach(life, laid)


def laid_clocks(
    events: Sequence[Event], versions: Mapping[str, AgreedVersion]
) -> tuple[Clock, ...]:
    """The clocks after the last thing that was told. What is stored of them is the same at any
    later moment, so what was told a little ahead of a clock counts as well."""
    if not events:
        return ()
    return replay(events, versions, now=max(event.at for event in events)).clocks


def standing(clock: Clock) -> ClockState:
    """The state of a clock but for being late, which a clock becomes by waiting."""
    if clock.state != ClockState.LATE:
        return clock.state
    return ClockState.RUNNING if clock.runs_from else ClockState.PAUSED


def next_threshold(
    reached_at: Iterable[datetime | None], is_taken: Iterable[int]
) -> tuple[int | None, datetime | None]:
    """The first threshold that falls due and has not fired."""
    gone = set(is_taken)
    for percent, moment in zip(THRESHOLDS, reached_at, strict=True):
        if moment is not None and percent not in gone:
            return percent, moment
    return None, None


def _fired(
    life: Life,
    events: Sequence[Event],
    versions: Mapping[str, AgreedVersion],
    since: datetime | None,
) -> list[FiredThreshold]:
    """Those that stand. One that fired after a moment that is told otherwise now is tried by the
    life as it was when it fired: it is withdrawn where nothing had been reached."""
    fired = list(life.fired_thresholds.filter(withdrawn_at__isnull=True))
    doubted = [f for f in fired if since is not None and f.fired_at >= since]
    wrong = {f.pk for f in doubted if not _was_right(f, events, versions)}
    if wrong:
        FiredThreshold.objects.filter(pk__in=wrong).update(withdrawn_at=Now())
    return [f for f in fired if f.pk not in wrong]


def _was_right(
    firing: FiredThreshold, events: Sequence[Event], versions: Mapping[str, AgreedVersion]
) -> bool:
    moment = max(firing.fired_at, firing.due_at)
    for clock in replay(events, versions, now=moment).clocks:
        if _identity_of(clock) == _identity(firing):
            return any(
                t.percent == firing.percent and t.is_reached_at(moment) for t in clock.thresholds
            )
    return False


def _row(life: Life, clock: Clock, taken: set[tuple[Any, ...]]) -> LifeClock:
    identity = _identity_of(clock)
    agreement, metric, turn = identity
    reached_at = [threshold.due_at for threshold in clock.thresholds]
    gone = [percent for percent in THRESHOLDS if (*identity, percent) in taken]
    percent, moment = next_threshold(reached_at, gone)
    return LifeClock(
        life=life,
        agreement_id=agreement,
        agreement_version_id=id_of(clock.version),
        metric=metric,
        round=turn,
        priority=clock.priority,
        target=clock.target,
        state=standing(clock),
        started_at=clock.started_at,
        stopped_at=clock.stopped_at,
        runs_from=clock.runs_from,
        elapsed_before=clock.elapsed_before,
        due_at=clock.due_at,
        reached_at=reached_at,
        next_percent=percent,
        next_due_at=moment,
    )


def _write(held: Iterable[LifeClock], laid: Iterable[LifeClock]) -> None:
    """Only what differs."""
    before = {_identity(row): row for row in held}
    altered = [row for row in laid if _facts(before.pop(_identity(row), None)) != _facts(row)]
    if before:
        LifeClock.objects.filter(pk__in=[row.pk for row in before.values()]).delete()
    if altered:
        LifeClock.objects.bulk_create(
            altered, update_conflicts=True, unique_fields=_KEY, update_fields=_TOLD
        )


def _note_breach(life: Life, laid: Iterable[LifeClock]) -> None:
    running = (row.due_at for row in laid if row.state == ClockState.RUNNING and row.due_at)
    moment = min(running, default=None)
    Life.objects.filter(pk=life.pk).exclude(breaches_at=moment).update(breaches_at=moment)


def _identity(row: LifeClock | FiredThreshold) -> Identity:
    return (row.agreement_id, row.metric, row.round)


def _identity_of(clock: Clock) -> Identity:
    return (id_of(clock.agreement), clock.metric, clock.round)


def _facts(row: LifeClock | None) -> list[Any] | None:
    return None if row is None else [getattr(row, name) for name in _COMPARED]
