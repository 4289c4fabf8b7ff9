"""Who held the record when: events in, segments out that tile the life without gap or overlap."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from sla.enums import EventKind, Holder
from sla.replay.events import Event

_WAITS = {
    EventKind.WAITED_FOR_CUSTOMER: Holder.CUSTOMER,
    EventKind.WAITED_FOR_VENDOR: Holder.VENDOR,
    EventKind.WAITED_FOR_APPROVAL: Holder.APPROVAL,
}
_ENDS = (EventKind.RESOLVED, EventKind.CANCELLED, EventKind.MERGED)


@dataclass(frozen=True)
class Segment:
    """A stretch of a life, from its start up to but without the start of the next one.

    `because` are the events that began it. Running is what somebody works on, or should: nobody's
    and running waits to be taken up, nobody's and paused is at rest after an end.
    """

    started_at: datetime
    holder: Holder
    party: str
    is_running: bool
    because: tuple[str, ...] = ()

    @property
    def is_rest(self) -> bool:
        return self.holder == Holder.NONE and not self.is_running

    def is_like(self, other: "Segment") -> bool:
        return (self.holder, self.party, self.is_running) == (
            other.holder,
            other.party,
            other.is_running,
        )


@dataclass(frozen=True)
class Tile:
    """A segment with its end, where it is looked at up to a moment."""

    segment: Segment
    ended_at: datetime

    @property
    def started_at(self) -> datetime:
        return self.segment.started_at

    @property
    def lasted(self) -> timedelta:
        return self.ended_at - self.started_at


@dataclass(frozen=True)
class Course:
    """The segments of a life, as stored, and how it stands after the last of them."""

    segments: tuple[Segment, ...]
    ending: EventKind | None = None

    @property
    def opened_at(self) -> datetime | None:
        return self.segments[0].started_at if self.segments else None

    @property
    def ended_at(self) -> datetime | None:
        return self.segments[-1].started_at if self.ending else None

    @property
    def reopened_at(self) -> tuple[datetime, ...]:
        """The moments at which life went on after a rest."""
        pairs = zip(self.segments, self.segments[1:], strict=False)
        return tuple(after.started_at for before, after in pairs if before.is_rest)

    def segment_at(self, moment: datetime) -> Segment:
        """The segment of a moment of the life; before the life, its first one."""
        begun = (s for s in reversed(self.segments) if s.started_at <= moment)
        return next(begun, self.segments[0])

    def up_to(self, now: datetime) -> tuple[Tile, ...]:
        """The tiles from the opening to the end of the life, or to `now` while it has none. The
        rest after an end is no part of the life until it is reopened."""
        starts = [s.started_at for s in self.segments]
        ends = [*starts[1:], starts[-1] if self.ending else now] if starts else []
        cut = ((s, min(end, now)) for s, end in zip(self.segments, ends, strict=True))
        return tuple(Tile(s, end) for s, end in cut if s.started_at < end)


@dataclass
class _Standing:
    """What holds at one moment of the life: three things that events set independently."""

    team: str = ""
    waits_for: tuple[Holder, str] | None = None
    ending: EventKind | None = None

    def take(self, event: Event) -> bool:
        """Take an event in; says whether it had an effect."""
        before = (self.team, self.waits_for, self.ending)
        if event.kind == EventKind.ASSIGNED:
            self.team = event.party
        elif event.kind == EventKind.REOPENED:
            if self.ending not in (None, EventKind.MERGED):
                self.ending = self.waits_for = None
        elif event.kind in _ENDS:
            # The first end stands; but what was resolved can still be merged into another.
            if self.ending is None or event.kind == EventKind.MERGED:
                self.ending, self.waits_for = event.kind, None
        elif self.ending is None:
            if event.kind == EventKind.RESUMED:
                self.waits_for = None
            elif holder := _WAITS.get(event.kind):
                self.waits_for = (holder, event.party)
        return (self.team, self.waits_for, self.ending) != before

    def segment_from(self, moment: datetime, because: tuple[str, ...]) -> Segment:
        if self.ending:
            return Segment(moment, Holder.NONE, "", False, because)
        if self.waits_for:
            holder, party = self.waits_for
            return Segment(moment, holder, party, holder == Holder.VENDOR, because)
        if self.team:
            return Segment(moment, Holder.TEAM, self.team, True, because)
        return Segment(moment, Holder.NONE, "", True, because)


def course_of(events: Iterable[Event]) -> Course:
    """The course of a life. `events` are in their order (`known`); without an opening there is no
    life yet, and what is told of the time before the opening takes effect with it."""
    told = tuple(events)
    opened_at = next((e.at for e in told if e.kind == EventKind.OPENED), None)
    if opened_at is None:
        return Course(())
    standing, segments = _Standing(), [Segment(opened_at, Holder.NONE, "", True)]
    for event in told:
        if not standing.take(event) and event.kind != EventKind.OPENED:
            continue
        at, last = max(event.at, opened_at), segments[-1]
        begun = standing.segment_from(at, (event.ref,) if event.ref else ())
        if at == last.started_at:
            segments[-1] = replace(begun, because=last.because + begun.because)
            if len(segments) > 1 and segments[-1].is_like(segments[-2]):
                segments.pop()
        elif not begun.is_like(last):
            segments.append(begun)
    return Course(tuple(segments), standing.ending)
