"""The clocks of one life as people read them: those of the mandate, then those that are agreed."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sla import clocks
from sla.agreed import agreed_versions
from sla.enums import ClockState, Holder
from sla.life_events import agreement_key, events_of, team_key, vendor_key
from sla.models import Life, LifeEvent, Mark
from sla.replay import Clock, Replay, replay


@dataclass(frozen=True)
class Share:
    """What one holder had of a clock's time, counted or not. `party` is a team's short name or a
    vendor's reference."""

    holder: Holder
    party: str
    time: timedelta


@dataclass(frozen=True)
class ClockLine:
    """A clock as it is told: one form for the mandate and for agreements."""

    metric: str
    agreement: str
    target: timedelta
    elapsed: timedelta
    remaining: timedelta
    state: ClockState
    started_at: datetime | None
    stopped_at: datetime | None
    due_at: datetime | None
    by_holder: Sequence[Share] = ()


def replay_of(life: Life, now: datetime, known_at: datetime | None = None) -> Replay:
    """The life told again from its rows: a fixed number of queries for each level of inheritance
    among its agreements."""
    return replay_rows(list(life.events.all()), list(life.marks.all()), now, known_at)


def clocks_of_life(
    life: Life, now: datetime, targets: Sequence[clocks.Target] = clocks.MANDATE
) -> list[ClockLine]:
    """All its clocks as of a moment; `targets` are those of the mandate for it."""
    rows = list(life.events.select_related("team", "vendor", "agreement"))
    marks = list(life.marks.all())
    current = {mark.kind: mark for mark in marks if mark.superseded_at is None}
    names = _names(rows)
    told = replay_rows(rows, marks, now)
    agreed = [_agreed_line(clock, names) for clock in told.clocks]
    mandate = clocks.clocks_of(current, now, targets)
    return [_mandate_line(clock) for clock in mandate] + agreed


def replay_rows(
    rows: Sequence[LifeEvent],
    marks: Sequence[Mark],
    now: datetime,
    known_at: datetime | None = None,
) -> Replay:
    """The same of rows that were read already."""
    pinned = {row.agreement_version_id for row in rows if row.agreement_version_id}
    versions = agreed_versions(pinned) if pinned else {}
    return replay(events_of(rows, marks), versions, now=now, known_at=known_at)


def _names(rows: list[LifeEvent]) -> dict[str, str]:
    """What the keys in a replay stand for."""
    names = {"": ""}
    for row in rows:
        if row.team:
            names[team_key(row.team.pk)] = row.team.slug
        if row.vendor:
            names[vendor_key(row.vendor.pk)] = row.vendor.reference
        if row.agreement:
            names[agreement_key(row.agreement.pk)] = row.agreement.slug
    return names


def _agreed_line(clock: Clock, names: dict[str, str]) -> ClockLine:
    shares = [
        Share(holder, names[party], time) for (holder, party), time in clock.by_holder.items()
    ]
    return ClockLine(
        clock.metric,
        names[clock.agreement],
        clock.target,
        clock.elapsed,
        clock.remaining,
        clock.state,
        clock.started_at,
        clock.stopped_at,
        clock.due_at,
        shares,
    )


def _mandate_line(clock: clocks.Clock) -> ClockLine:
    return ClockLine(
        clock.metric,
        clock.agreement,
        clock.target.within,
        clock.elapsed,
        clock.remaining,
        clock.state,
        clock.started_at,
        clock.stopped_at,
        clock.due_at,
    )
