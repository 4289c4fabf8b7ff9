"""A life told again: events and agreements in, segments and clocks out, and what a later telling
changes. The same facts always give the same bytes, so a frozen month can be held against them."""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sla.enums import AgreementKind, Metric
from sla.replay.agreements import AgreedVersion, Terms
from sla.replay.clocks import Clock, Measure
from sla.replay.events import Event, known, plain
from sla.replay.segments import Course, Tile, course_of
from sla.replay.windows import Window, windows_of

_MICROSECOND = timedelta(microseconds=1)
Facts = Mapping[str, object]


@dataclass(frozen=True)
class Replay:
    """A life as it stood at `now`, by what was known at `known_at` (None: by now)."""

    now: datetime
    known_at: datetime | None
    events: tuple[Event, ...]
    course: Course
    clocks: tuple[Clock, ...]

    @property
    def tiles(self) -> tuple[Tile, ...]:
        return self.course.up_to(self.now)

    def facts(self) -> dict[str, object]:
        """Everything that it says, as plain values: moments as text, durations in microseconds."""
        return {
            "now": self.now,
            "events": [plain(event) for event in self.events],
            "segments": [
                {"at": t.started_at, "to": t.ended_at, "runs": t.segment.is_running}
                | {"holder": t.segment.holder, "party": t.segment.party}
                for t in self.tiles
            ],
            "ending": self.course.ending,
            "clocks": {"/".join(map(str, c.identity)): clock_facts(c) for c in self.clocks},
        }

    def frozen(self) -> bytes:
        """The canonical bytes to keep, and to compare with."""
        told = json.dumps(self.facts(), default=_told, sort_keys=True, separators=(",", ":"))
        return told.encode()


@dataclass(frozen=True)
class Restated:
    """One figure of a closed period that later knowledge changes. None: there was none."""

    clock: str
    figure: str
    was: object
    is_now: object


def replay(
    events: Iterable[Event],
    agreements: Mapping[str, AgreedVersion],
    *,
    now: datetime,
    known_at: datetime | None = None,
) -> Replay:
    """The life at `now`. With `known_at` what was learnt later is left out, as if never told; so
    with now and known_at at the close of a month it gives what was frozen then.

    `agreements` are by the key of the version and hold all that the events name (KeyError).
    """
    now = now.astimezone(UTC)
    told = tuple(e for e in known(events, known_at) if e.at <= now)
    course = course_of(told)
    clocks = tuple(_clocks(told, course, agreements, now)) if course.segments else ()
    return Replay(now, known_at, told, course, clocks)


def _clocks(
    told: tuple[Event, ...],
    course: Course,
    agreements: Mapping[str, AgreedVersion],
    now: datetime,
) -> Iterator[Clock]:
    """By agreement and metric. A clock that has stopped is judged by the priority and the version
    in force when it stopped; one that has not, by those in force now, over its whole window: what
    was paused stays paused, what was used stays used."""
    terms = Terms.of(told)
    for agreement in terms.agreements:
        for metric, window in _windows(terms, agreement, told, course, agreements):
            moment = window.stopped_at or now
            version = terms.version_at(moment, agreement)
            if not version:
                continue
            agreed, priority = agreements[version], terms.priority_at(moment)
            target = agreed.metrics_at(priority).get(metric)
            if target is None:
                continue
            measure = Measure(course, agreement, agreed, metric, priority, target)
            clock = measure.clock(window, now)
            if _arises(clock):
                yield clock


def _windows(
    terms: Terms,
    agreement: str,
    told: tuple[Event, ...],
    course: Course,
    agreements: Mapping[str, AgreedVersion],
) -> Iterator[tuple[Metric, Window]]:
    versions = {e.version for e in terms.events if e.agreement == agreement and e.version}
    agreed = [agreements[version] for version in sorted(versions)]
    for metric in Metric:
        if not any(metric == named for version in agreed for named, _priority in version.targets):
            continue
        parties = {version.party for version in agreed}
        if len(parties) > 1:
            raise ValueError(f"{agreement}: another team or vendor is another agreement")
        for window in windows_of(metric, told, course, next(iter(parties))):
            yield metric, window


def _arises(clock: Clock) -> bool:
    """Not where a team or vendor never had the record before the clock stopped."""
    is_its_own = clock.kind == AgreementKind.SLA or clock.stopped_at is None
    return is_its_own or any(piece.is_counted for piece in clock.pieces)


def clock_facts(clock: Clock) -> dict[str, object]:
    """The figures of a clock; what is compared in a restatement."""
    return {
        "version": clock.version,
        "priority": clock.priority,
        "target": clock.target,
        "elapsed": clock.elapsed,
        "state": clock.state,
        "started_at": clock.started_at,
        "stopped_at": clock.stopped_at,
        "due_at": clock.due_at,
        "by_holder": {"/".join(who): time for who, time in clock.by_holder.items()},
        "thresholds": {t.percent: t.due_at for t in clock.thresholds},
    }


def restated(frozen: bytes, later: Replay) -> list[Restated]:
    """What a later telling of the same life up to the same moment says otherwise, figure by figure,
    clocks that came or went among them."""
    was: dict[str, Facts] = json.loads(frozen)["clocks"]
    now: dict[str, Facts] = json.loads(later.frozen())["clocks"]
    return [
        Restated(clock, figure, before.get(figure), after.get(figure))
        for clock in sorted({*was, *now})
        for before, after in [(was.get(clock, {}), now.get(clock, {}))]
        for figure in sorted({*before, *after})
        if before.get(figure) != after.get(figure)
    ]


def _told(value: object) -> object:
    if isinstance(value, datetime):
        return value.isoformat(timespec="microseconds")
    if isinstance(value, timedelta):
        return value // _MICROSECOND
    raise TypeError(f"{type(value).__name__} is no plain fact")
