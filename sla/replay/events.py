"""What happened in a life, and when it became known. Pure: no clock is read, nothing is stored.

A correction is a later event in the place of one that is superseded from then on; both stay. So
what was known at any moment can be told for ever (Snodgrass, Developing Time-Oriented Database
Applications in SQL, chapter 10: valid time and transaction time).
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime

from sla.enums import EventKind, MarkKind

_RANK = {kind: place for place, kind in enumerate(EventKind)}


@dataclass(frozen=True)
class Event:
    """One fact of a life. `at` is when it happened, `known_at` when the portal learnt of it,
    `superseded_at` when it was learnt that it was not so.

    `order` is for sources that number what they tell within one instant, such as imported logs.
    `ref` names the row that shows it. Of the others each kind uses its own: `party` the team or the
    vendor (for a mark: the party whose clock it stops, else the record's), `agreement` and
    `version` what applies from here on (no version: nothing of that agreement any more).
    """

    kind: EventKind
    at: datetime
    known_at: datetime
    superseded_at: datetime | None = None
    order: int = 0
    party: str = ""
    priority: int | None = None
    agreement: str = ""
    version: str = ""
    mark: MarkKind | None = None
    ref: str = ""

    def __post_init__(self) -> None:
        for name in ("at", "known_at", "superseded_at"):
            moment: datetime | None = getattr(self, name)
            if moment is None:
                continue
            if moment.tzinfo is None:
                raise ValueError(f"{name} needs a time zone")
            object.__setattr__(self, name, moment.astimezone(UTC))

    def is_known_at(self, moment: datetime) -> bool:
        is_gone = self.superseded_at is not None and self.superseded_at <= moment
        return self.known_at <= moment and not is_gone

    @property
    def place(self) -> tuple[object, ...]:
        """Where it stands among the events of its life, whatever order they came in. What was
        learnt last has the last word among contradictions of one kind and instant."""
        facts = (self.party, self.priority or 0, self.agreement, self.version, self.mark or "")
        return (self.at, self.order, _RANK[self.kind], self.known_at, *facts, self.ref)


def known(events: Iterable[Event], at: datetime | None = None) -> tuple[Event, ...]:
    """What holds, in the order in which it takes effect: as it was known at a moment, else as it is
    known by now. What was superseded only later holds, and tells nothing of its end."""
    holding = (e for e in events if (e.superseded_at is None if at is None else e.is_known_at(at)))
    return tuple(sorted((replace(e, superseded_at=None) for e in holding), key=lambda e: e.place))


def plain(event: Event) -> dict[str, object]:
    """The facts of an event that are told, for what is frozen."""
    told = {f.name: getattr(event, f.name) for f in fields(event)}
    return {name: value for name, value in told.items() if value not in (None, "", 0)}
