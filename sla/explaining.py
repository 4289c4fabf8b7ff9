"""What stands behind a clock of a record, for programs: sentences, and pieces that add up."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from django.utils.translation import gettext as _

from core.showing import exact
from sla import clocks
from sla.clock_panel import AgreedLife, ClockRow, every_clock, read_life
from sla.durations import written
from sla.enums import Precision
from sla.explaining_words import Words
from sla.life_events import team_key, vendor_key
from sla.models import Life, Mark
from sla.replay import explain

MANDATE = clocks.Clock.agreement


@dataclass(frozen=True)
class Piece:
    """A stretch of a clock and what made it."""

    started_at: datetime
    ended_at: datetime
    holder: str | None
    party: str
    time: timedelta
    is_counted: bool
    counted: timedelta
    running_total: timedelta
    because: Sequence[str]


@dataclass(frozen=True)
class Explained:
    """One clock, taken apart."""

    metric: str
    agreement: str
    version: int | None
    round: int
    priority: int | None
    target: timedelta
    elapsed: timedelta
    remaining: timedelta
    state: str
    started_at: datetime | None
    stopped_at: datetime | None
    due_at: datetime | None
    sentences: Sequence[str]
    pieces: Sequence[Piece]


@dataclass(frozen=True)
class Explainable:
    """A clock that a life has, its rounds counted from one as people do; what stands behind it is
    told when it is asked."""

    agreement: str
    round: int
    told: Callable[[], Explained]


def clocks_named(
    life: Life, metric: str, now: datetime, *, mandate: Sequence[clocks.Target] = ()
) -> Iterator[Explainable]:
    """The clocks of a metric, by agreement and round; `mandate` are the 1-5-10 targets of the life,
    where it is under it. By a query for marks and events each, and a
    fixed number for each level of agreements."""
    marks = list(life.marks.select_related("set_by").order_by("at", "pk"))
    current = {mark.kind: mark for mark in marks if mark.superseded_at is None}
    for clock in clocks.clocks_of(current, now, mandate):
        if clock.metric == metric:
            yield Explainable(MANDATE, 1, partial(_of_mandate, clock, current))
    read = read_life(life, marks, now)
    for row in every_clock(life, read):
        if row.clock.metric == metric:
            told = partial(_of_agreement, row, read, marks)
            yield Explainable(row.agreement.slug, row.clock.round + 1, told)


def _of_agreement(row: ClockRow, read: AgreedLife, marks: list[Mark]) -> Explained:
    words, clock = Words(read, marks), row.clock
    found = explain(read.told, clock)
    parties = {"": ""}
    versions = {}
    for event in read.rows:
        if event.team:
            parties[team_key(event.team.pk)] = event.team.slug
        if event.vendor:
            parties[vendor_key(event.vendor.pk)] = event.vendor.reference
        if event.agreement_version:
            versions[f"event-{event.pk}"] = event.agreement_version.number
    pieces = [
        Piece(
            line.piece.tile.started_at,
            line.piece.tile.ended_at,
            line.piece.tile.segment.holder,
            parties[line.piece.tile.segment.party],
            line.piece.time,
            line.piece.is_counted,
            line.piece.counted,
            line.running_total,
            [str(words.event(event)) for event in line.because],
        )
        for line in found.lines
    ]
    version = versions.get(found.version_from.ref) if found.version_from else None
    return Explained(
        metric=clock.metric,
        agreement=row.agreement.slug,
        version=version,
        round=clock.round + 1,
        priority=clock.priority,
        target=clock.target,
        elapsed=clock.elapsed,
        remaining=clock.remaining,
        state=clock.state,
        started_at=clock.started_at,
        stopped_at=clock.stopped_at,
        due_at=clock.due_at,
        sentences=[str(sentence) for sentence in words.sentences(row, found)],
        pieces=pieces,
    )


def _of_mandate(clock: clocks.Clock, current: dict[str, Mark]) -> Explained:
    starts, stops = current.get(clock.target.starts), current.get(clock.target.stops)
    said = [
        _("The 1-5-10 mandate sets %(target)s from “%(starts)s” to “%(stops)s”, around the clock.")
        % {
            "target": written(clock.target.within),
            "starts": clock.target.starts.label,
            "stops": clock.target.stops.label,
        }
    ]
    if starts is None:
        said.append(_("It has not begun: there is no mark “%s”.") % clock.target.starts.label)
    else:
        said.append(_("It began at %(at)s.") % {"at": exact(starts.at, seconds=True)})
        if stops is None:
            said.append(_("It has not stopped."))
        else:
            facts = {"at": exact(stops.at, seconds=True), "why": _mark_told(stops)}
            said.append(_("It stopped at %(at)s: %(why)s.") % facts)
        facts = {
            "elapsed": written(clock.elapsed),
            "target": written(clock.target.within),
            "state": str(clock.state.label),
        }
        said.append(_("%(elapsed)s of %(target)s: %(state)s.") % facts)
    pieces = []
    if starts is not None:
        time = clock.elapsed
        because = [_mark_told(starts)]
        pieces = [Piece(starts.at, starts.at + time, None, "", time, True, time, time, because)]
    return Explained(
        metric=clock.metric,
        agreement=MANDATE,
        version=None,
        round=1,
        priority=None,
        target=clock.target.within,
        elapsed=clock.elapsed,
        remaining=clock.remaining,
        state=clock.state,
        started_at=clock.started_at,
        stopped_at=clock.stopped_at,
        due_at=clock.due_at,
        sentences=said,
        pieces=pieces,
    )


def _mark_told(mark: Mark) -> str:
    """“Detected, told by agent_l1, about (alert 17)”."""
    told = str(mark.get_kind_display())
    if mark.set_by:
        told = _("%(what)s, told by %(who)s") % {"what": told, "who": mark.set_by}
    if mark.precision != Precision.EXACT:
        told = f"{told}, {mark.get_precision_display()}"
    return f"{told} ({mark.evidence})" if mark.evidence else told
