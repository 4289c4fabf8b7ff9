"""What stands behind a figure: the pieces that add up to it, and the events that made each."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from sla.replay.agreements import Terms
from sla.replay.clocks import NOTHING, Clock, Piece
from sla.replay.events import Event
from sla.replay.replaying import Replay


@dataclass(frozen=True)
class Line:
    """A piece of a clock, what had counted up to its end, and the events that began its segment."""

    piece: Piece
    running_total: timedelta
    because: tuple[Event, ...]


@dataclass(frozen=True)
class Explanation:
    """A clock taken apart. `lines` add up to what elapsed; the target is that of the version and
    priority that `version_from` and `priority_from` tell; `stopped_by` are the events that stopped
    it (for a round of the update cadence: began it), none where the end of the life did."""

    clock: Clock
    lines: tuple[Line, ...]
    stopped_by: tuple[Event, ...]
    version_from: Event | None
    priority_from: Event | None


def explain(told: Replay, clock: Clock) -> Explanation:
    """Why a clock of this replay says what it says."""
    moment = clock.stopped_at or told.now
    terms = Terms.of(told.events)
    return Explanation(
        clock,
        tuple(_lines(told, clock)),
        _events(told, clock.because),
        terms.behind_version(moment, clock.agreement),
        terms.behind_priority(moment),
    )


def _lines(told: Replay, clock: Clock) -> Iterator[Line]:
    total = NOTHING
    for piece in clock.pieces:
        total += piece.counted
        yield Line(piece, total, _events(told, piece.tile.segment.because))


def _events(told: Replay, refs: Iterable[str]) -> tuple[Event, ...]:
    wanted = set(refs)
    return tuple(event for event in told.events if event.ref in wanted)
