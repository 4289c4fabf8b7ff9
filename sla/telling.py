"""What is told of a life, before it is written."""

from dataclasses import dataclass

from sla.enums import EventKind


@dataclass(frozen=True)
class Happening:
    """One thing to tell of a life; each kind uses its own of the facts."""

    kind: EventKind
    team_id: int | None = None
    vendor_id: int | None = None
    priority: int | None = None
    agreement_id: int | None = None
    agreement_version_id: int | None = None
    place: int = 0
