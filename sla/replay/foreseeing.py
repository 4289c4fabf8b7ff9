"""What would change if another version of an agreement applied to a record from now on. Nothing is
written: it is the same replay with one event more."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sla.enums import EventKind
from sla.replay.agreements import AgreedVersion
from sla.replay.clocks import Clock
from sla.replay.events import Event
from sla.replay.replaying import replay


@dataclass(frozen=True)
class Retargeted:
    """A clock before and after. None: it would come, or go."""

    before: Clock | None
    after: Clock | None


def foresee(
    events: Iterable[Event],
    agreements: Mapping[str, AgreedVersion],
    *,
    agreement: str,
    version: str,
    now: datetime,
) -> list[Retargeted]:
    """The clocks of a record that would be re-targeted; those that have stopped never are."""
    told = list(events)
    applied = Event(EventKind.AGREED, now, now, agreement=agreement, version=version)
    was, would = (
        {clock.identity: clock for clock in replay(facts, agreements, now=now).clocks}
        for facts in (told, [*told, applied])
    )
    return [
        Retargeted(was.get(identity), would.get(identity))
        for identity in sorted({*was, *would})
        if was.get(identity) != would.get(identity)
    ]
