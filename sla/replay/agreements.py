"""What was agreed: one frozen version of an agreement, and what of it applies to a life when."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sla.enums import AgreementKind, EventKind, Holder, Metric
from sla.replay.events import Event
from sla.replay.segments import Segment
from sla.replay.working_time import ROUND_THE_CLOCK, WorkingTime

LONGEST_TARGET = timedelta(days=3660)
_COUNTED = frozenset({Holder.TEAM, Holder.VENDOR, Holder.NONE})
_PARTY_HOLDER = {AgreementKind.OLA: Holder.TEAM, AgreementKind.UC: Holder.VENDOR}


@dataclass(frozen=True)
class AgreedVersion:
    """A version of an agreement. `key` names the version; `targets` are by metric and priority.

    An SLA counts what `counts` says, of which customer and approval are left out by default: while
    they hold the record the client's clock is paused. An OLA counts what its team (`party`) held,
    an underpinning contract what its vendor held. Rest after an end never counts.
    """

    key: str
    kind: AgreementKind
    targets: Mapping[tuple[Metric, int], timedelta]
    party: str = ""
    working: WorkingTime = ROUND_THE_CLOCK
    counts: frozenset[Holder] = field(default=_COUNTED)

    def __post_init__(self) -> None:
        if (self.kind in _PARTY_HOLDER) != bool(self.party):
            raise ValueError("an OLA names its team, an underpinning contract its vendor")
        if not self.targets:
            raise ValueError("an agreement without a target agrees on nothing")
        for target in self.targets.values():
            if not timedelta() < target <= LONGEST_TARGET:
                raise ValueError(f"a target is longer than nothing and at most {LONGEST_TARGET}")
        if self.kind not in _PARTY_HOLDER and not self.counts:
            raise ValueError("an agreement that counts nobody's time measures nothing")

    def counts_time_of(self, segment: Segment) -> bool:
        if segment.is_rest:
            return False
        if holder := _PARTY_HOLDER.get(self.kind):
            return (segment.holder, segment.party) == (holder, self.party)
        return segment.holder in self.counts

    def metrics_at(self, priority: int | None) -> dict[Metric, timedelta]:
        """The targets of a priority, in the order of the metrics; none without a priority."""
        found = {metric: self.targets.get((metric, priority or 0)) for metric in Metric}
        return {metric: target for metric, target in found.items() if target is not None}


@dataclass(frozen=True)
class Terms:
    """Priority and agreements of a life, as they changed."""

    events: tuple[Event, ...]

    @classmethod
    def of(cls, events: Iterable[Event]) -> "Terms":
        kinds = (EventKind.PRIORITIZED, EventKind.AGREED)
        return cls(tuple(e for e in events if e.kind in kinds))

    @property
    def agreements(self) -> list[str]:
        return sorted({e.agreement for e in self.events if e.kind == EventKind.AGREED})

    def priority_at(self, moment: datetime) -> int | None:
        event = self.behind_priority(moment)
        return event.priority if event else None

    def version_at(self, moment: datetime, agreement: str) -> str:
        """The key of the version in force; empty where the agreement does not apply."""
        event = self.behind_version(moment, agreement)
        return event.version if event else ""

    def behind_priority(self, moment: datetime) -> Event | None:
        return self._last(moment, EventKind.PRIORITIZED, "")

    def behind_version(self, moment: datetime, agreement: str) -> Event | None:
        return self._last(moment, EventKind.AGREED, agreement)

    def _last(self, moment: datetime, kind: EventKind, agreement: str) -> Event | None:
        fitting = (e for e in self.events if (e.kind, e.agreement) == (kind, agreement))
        return max((e for e in fitting if e.at <= moment), key=lambda e: e.place, default=None)
