"""One clock: what an agreement counts of the tiles of a life, against its target."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sla.enums import AgreementKind, ClockState, EventKind, Holder, Metric
from sla.replay.agreements import AgreedVersion
from sla.replay.segments import Course, Segment, Tile
from sla.replay.windows import Window
from sla.replay.working_time import WorkingTime

THRESHOLDS = (50, 75, 90, 100)
NOTHING = timedelta()


@dataclass(frozen=True)
class Piece:
    """What one tile adds to a clock: its working time, and whether the clock counts it."""

    tile: Tile
    time: timedelta
    is_counted: bool

    @property
    def counted(self) -> timedelta:
        return self.time if self.is_counted else NOTHING


@dataclass(frozen=True)
class Threshold:
    """A share of the target, and the moment at which it falls due as things stand: past where it
    was reached, None while the clock does not run or has stopped before."""

    percent: int
    due_at: datetime | None

    def is_reached_at(self, moment: datetime) -> bool:
        return self.due_at is not None and self.due_at <= moment


@dataclass(frozen=True)
class Clock:
    """A metric of an agreement over one window. All figures are in the agreement's working time;
    `elapsed` is the sum over the counted pieces and `by_holder` the sums over all of them."""

    agreement: str
    version: str
    kind: AgreementKind
    party: str
    metric: Metric
    round: int
    priority: int | None
    target: timedelta
    started_at: datetime
    stopped_at: datetime | None
    state: ClockState
    due_at: datetime | None
    thresholds: tuple[Threshold, ...]
    pieces: tuple[Piece, ...]
    because: tuple[str, ...] = ()
    runs_from: datetime | None = None

    @property
    def elapsed_before(self) -> timedelta:
        """What had counted when it last began to run; while it does not run, all that has."""
        before = (p.counted for p in self.pieces if p.tile.started_at != self.runs_from)
        return sum(before, NOTHING)

    @property
    def elapsed(self) -> timedelta:
        return sum((p.counted for p in self.pieces), NOTHING)

    @property
    def whole(self) -> timedelta:
        return sum((p.time for p in self.pieces), NOTHING)

    @property
    def remaining(self) -> timedelta:
        """Time left; negative once the target is missed."""
        return self.target - self.elapsed

    @property
    def by_holder(self) -> dict[tuple[Holder, str], timedelta]:
        """Who held how much of the window, counted or not."""
        sums: dict[tuple[Holder, str], timedelta] = {}
        for piece in self.pieces:
            who = (piece.tile.segment.holder, piece.tile.segment.party)
            sums[who] = sums.get(who, NOTHING) + piece.time
        return sums

    @property
    def identity(self) -> tuple[str, Metric, int]:
        """What it is within its life: a threshold of it fires once, whatever is re-targeted."""
        return (self.agreement, self.metric, self.round)


@dataclass(frozen=True)
class Measure:
    """What is needed to measure a window: the life, the agreement and what it says."""

    course: Course
    agreement: str
    agreed: AgreedVersion
    metric: Metric
    priority: int | None
    target: timedelta

    def clock(self, window: Window, now: datetime) -> Clock:
        """The clock as it stands at a moment that no event is later than."""
        pieces = tuple(self._pieces(window, now))
        elapsed = sum((p.counted for p in pieces), NOTHING)
        stopped_at = window.stopped_at
        runs_from = self._runs_from(window)
        due = tuple(
            Threshold(percent, self._reaches(self.target * percent // 100, pieces, runs_from))
            for percent in THRESHOLDS
        )
        return Clock(
            self.agreement,
            self.agreed.key,
            self.agreed.kind,
            self.agreed.party,
            self.metric,
            window.round,
            self.priority,
            self.target,
            window.started_at,
            stopped_at,
            self._state(elapsed, window, runs_from),
            due[-1].due_at,
            due,
            pieces,
            window.because,
            runs_from,
        )

    def _counts(self, segment: Segment) -> bool:
        return self.agreed.counts_time_of(segment)

    def _pieces(self, window: Window, now: datetime) -> Iterator[Piece]:
        working = self.agreed.working
        for tile in _within(self.course.up_to(now), window, now):
            time = working.between(tile.started_at, tile.ended_at)
            yield Piece(tile, time, self._counts(tile.segment))

    def _runs_from(self, window: Window) -> datetime | None:
        """Since when it has run without a break; None where it does not."""
        last = self.course.segments[-1]
        if window.stopped_at is not None or not self._counts(last):
            return None
        return max(last.started_at, window.spans[-1][0])

    def _state(self, elapsed: timedelta, window: Window, runs_from: datetime | None) -> ClockState:
        """Exactly on the target is met. A clock that the end of the life cut off is judged only by
        a resolution: merged or cancelled in time proves nothing, too late stays too late."""
        is_over = elapsed > self.target
        if window.stopped_at is not None:
            if is_over:
                return ClockState.BREACHED
            is_judged = not window.is_cut or self.course.ending == EventKind.RESOLVED
            return ClockState.MET if is_judged else ClockState.DROPPED
        if is_over:
            return ClockState.LATE
        if runs_from is not None:
            return ClockState.RUNNING
        # The clock of a team or vendor that has not had the record yet has not started.
        waits = elapsed == NOTHING and self.agreed.kind != AgreementKind.SLA
        return ClockState.WAITING if waits else ClockState.PAUSED

    def _reaches(
        self, amount: timedelta, pieces: Iterable[Piece], runs_from: datetime | None
    ) -> datetime | None:
        """The moment at which so much has counted: within a piece, or, while the clock runs, on
        from where it last began to. So the moment does not move while nothing happens."""
        left = amount
        for piece in pieces:
            if not piece.is_counted or piece.tile.started_at == runs_from:
                continue
            if left <= piece.time:
                return _add(self.agreed.working, piece.tile.started_at, left)
            left -= piece.time
        return _add(self.agreed.working, runs_from, left) if runs_from else None


def _within(tiles: Iterable[Tile], window: Window, now: datetime) -> Iterator[Tile]:
    """The parts of the tiles that lie within a window, each part a tile."""
    for start, end in window.spans:
        stop = now if end is None else min(end, now)
        for tile in tiles:
            first, last = max(tile.started_at, start), min(tile.ended_at, stop)
            if first < last:
                yield Tile(replace(tile.segment, started_at=first), last)


def _add(working: WorkingTime, start: datetime, duration: timedelta) -> datetime | None:
    """None where so much time never comes within what a calendar can say."""
    try:
        return working.add(start, duration)
    except ValueError:
        return None
