"""What is in conflict with what: a function of plans, dependencies and windows. Pure.

Two plans clash alike from either side, and moving both by the same time moves their clashes with
them. Reading the plans stands in `surroundings.py`, writing conflicts down in `services`.
"""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from assets.enums import Environment
from changes.enums import ConflictKind, FreezeMode, Severity

type Key = tuple[str, int]
"""`("service", 12)`, `("asset", 7)`."""
type Span = tuple[datetime, datetime]
"""From a moment until just before another one."""

MOST_STEPS = 3
"""What is further apart in the graph than this is not told as depending on each other."""

SEVERITIES: Mapping[ConflictKind, Severity] = {
    ConflictKind.SAME_ASSET: Severity.BLOCKING,
    ConflictKind.SAME_SERVICE: Severity.BLOCKING,
    ConflictKind.DEPENDENCY: Severity.BLOCKING,  # a direct one; over several steps it warns
    ConflictKind.SAME_PERSON: Severity.WARNING,
    ConflictKind.OUTSIDE_MAINTENANCE: Severity.BLOCKING,  # an emergency is only warned
    ConflictKind.FREEZE: Severity.FREEZE,  # one that only warns does so here too
    ConflictKind.NO_SUPPORT: Severity.BLOCKING,
    ConflictKind.NOTHING_NAMED: Severity.BLOCKING,
}


@dataclass(frozen=True)
class Engagement:
    """A person is busy with a change for a time."""

    person: int
    span: Span


@dataclass(frozen=True)
class Plan:
    """When a change is planned, what it touches, and who is busy with it."""

    change: int
    span: Span | None
    things: frozenset[Key] = frozenset()
    engagements: frozenset[Engagement] = frozenset()
    environment: str = Environment.PRODUCTION
    is_emergency: bool = False

    @property
    def services(self) -> list[int]:
        return sorted(pk for kind, pk in self.things if kind == "service")

    @property
    def assets(self) -> list[int]:
        return sorted(pk for kind, pk in self.things if kind == "asset")


@dataclass(frozen=True)
class Clash:
    """One conflict: of which kind, about what, and for which time."""

    kind: ConflictKind
    severity: Severity
    span: Span | None = None
    things: frozenset[Key] = frozenset()
    people: frozenset[int] = frozenset()
    steps: int = 0  # between what depends on each other
    freeze: int | None = None


@dataclass
class Graph:
    """What needs what, directly."""

    needs: Mapping[Key, Iterable[Key]]
    _needed_by: dict[Key, list[Key]] = field(default_factory=dict)
    _related: dict[Key, dict[Key, int]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for above, below in self.needs.items():
            for key in below:
                self._needed_by.setdefault(key, []).append(above)

    def related(self, key: Key) -> Mapping[Key, int]:
        """What a thing needs or is needed by, over any number of steps, and over how many."""
        if key not in self._related:
            found = _walk(key, self.needs)
            for other, steps in _walk(key, self._needed_by).items():
                found[other] = min(steps, found.get(other, steps))
            self._related[key] = found
        return self._related[key]


def _walk(start: Key, following: Mapping[Key, Iterable[Key]]) -> dict[Key, int]:
    found, waiting = {start: 0}, deque([start])
    while waiting:
        near = waiting.popleft()
        if found[near] == MOST_STEPS:
            continue
        for far in following.get(near, ()):
            if far not in found:
                found[far] = found[near] + 1
                waiting.append(far)
    del found[start]
    return found


def overlap(one: Span | None, other: Span | None) -> Span | None:
    """The time that both have in common, if any."""
    if one is None or other is None:
        return None
    start, end = max(one[0], other[0]), min(one[1], other[1])
    return (start, end) if start < end else None


def between(one: Plan, other: Plan, graph: Graph) -> list[Clash]:
    """Everything in which two changes are in each other's way."""
    shared = overlap(one.span, other.span)
    if shared is None:
        return []
    found = []
    same = one.things & other.things
    if assets := frozenset(key for key in same if key[0] == "asset"):
        found.append(_clash(ConflictKind.SAME_ASSET, shared, things=assets))
    is_same_place = one.environment == other.environment
    services = frozenset(key for key in same if key[0] == "service")
    if services and is_same_place:
        found.append(_clash(ConflictKind.SAME_SERVICE, shared, things=services))
    if is_same_place and (clash := _dependency(one, other, graph, shared)):
        found.append(clash)
    if clash := _same_person(one, other):
        found.append(clash)
    return found


def _dependency(one: Plan, other: Plan, graph: Graph, shared: Span) -> Clash | None:
    """What only one names and what only the other names, one needing the other."""
    theirs = other.things - one.things
    pairs = {
        (near, far): steps
        for near in one.things - other.things
        for far, steps in graph.related(near).items()
        if far in theirs
    }
    if not pairs:
        return None
    steps = min(pairs.values())
    things = frozenset(key for pair in pairs for key in pair)
    severity = SEVERITIES[ConflictKind.DEPENDENCY] if steps == 1 else Severity.WARNING
    return Clash(ConflictKind.DEPENDENCY, severity, shared, things, steps=steps)


def _same_person(one: Plan, other: Plan) -> Clash | None:
    busy = {
        (mine.person, shared)
        for mine in one.engagements
        for theirs in other.engagements
        if mine.person == theirs.person and (shared := overlap(mine.span, theirs.span))
    }
    if not busy:
        return None
    start = min(span[0] for _person, span in busy)
    end = max(span[1] for _person, span in busy)
    people = frozenset(person for person, _span in busy)
    return _clash(ConflictKind.SAME_PERSON, (start, end), people=people)


def unnamed(plan: Plan) -> list[Clash]:
    """What touches nothing we know can be checked against nothing."""
    return [] if plan.things else [_clash(ConflictKind.NOTHING_NAMED, plan.span)]


def unmaintained(plan: Plan, windows: Mapping[int, Iterable[Span]]) -> list[Clash]:
    """Outside the maintenance windows of its services; `windows` are those around the plan, by
    service, with a key for each service that has any."""
    if plan.span is None or plan.environment != Environment.PRODUCTION:
        return []
    left: dict[Key, Span] = {}
    for service, spans in windows.items():
        if gap := uncovered(plan.span, spans):
            left["service", service] = gap
    if not left:
        return []
    span = (min(gap[0] for gap in left.values()), max(gap[1] for gap in left.values()))
    kind = ConflictKind.OUTSIDE_MAINTENANCE
    severity = Severity.WARNING if plan.is_emergency else SEVERITIES[kind]
    return [Clash(kind, severity, span, frozenset(left))]


def uncovered(span: Span, covers: Iterable[Span]) -> Span | None:
    """From the first to the last moment of a time that no cover holds; None where all is held."""
    at, first, last = span[0], None, None
    for start, end in sorted(covers):
        if start > at and at < span[1]:
            first, last = first or at, min(start, span[1])
        at = max(at, end)
    if at < span[1]:
        first, last = first or at, span[1]
    return (first, last) if first is not None and last is not None else None


def frozen(plan: Plan, freezes: Iterable[tuple[int, str, Span]]) -> list[Clash]:
    """Planned inside freezes: `(window, mode, occurrence)`, the earliest of each."""
    found: dict[int, Clash] = {}
    kind = ConflictKind.FREEZE
    for window, mode, span in freezes:
        shared = overlap(plan.span, span)
        if shared is not None and window not in found:
            severity = Severity.WARNING if mode == FreezeMode.WARN else SEVERITIES[kind]
            found[window] = Clash(kind, severity, shared, freeze=window)
    return list(found.values())


def unsupported(plan: Plan, on_duty: Mapping[int, bool | None]) -> list[Clash]:
    """Services whose support has nobody on duty. Unknown is not nobody and never blocks."""
    lacking = frozenset(("service", pk) for pk, is_there in on_duty.items() if is_there is False)
    if plan.span is None or not lacking or plan.environment != Environment.PRODUCTION:
        return []
    return [_clash(ConflictKind.NO_SUPPORT, plan.span, things=lacking)]


def _clash(
    kind: ConflictKind,
    span: Span | None,
    *,
    things: frozenset[Key] = frozenset(),
    people: frozenset[int] = frozenset(),
) -> Clash:
    return Clash(kind, SEVERITIES[kind], span, things, people)
