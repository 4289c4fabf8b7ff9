"""What an imported log tells of one incident, as plain values: pure, nothing is looked up."""

from dataclasses import dataclass, field
from datetime import datetime

from incidents.enums import Status
from records.importing import Finding
from sla.enums import EventKind, MarkKind


@dataclass(frozen=True)
class ToldEvent:
    """`group` and `vendor` are names as the log has them."""

    kind: EventKind
    at: datetime
    place: int
    group: str = ""
    vendor: str = ""
    priority: int | None = None


@dataclass(frozen=True)
class ToldMark:
    """`is_void`: a reopening took it back."""

    kind: MarkKind
    at: datetime
    is_exact: bool
    evidence: str
    is_void: bool = False


@dataclass
class ToldIncident:
    """One incident with its past. `state` is the last that the log knows."""

    key: str
    fingerprint: str
    line: int
    opened_at: datetime
    title: str = ""
    description: str = ""
    channel: str = ""
    is_by_machine: bool = False
    impact: int = 2
    urgency: int = 2
    priority: int = 3
    state: Status = Status.NEW
    group: str = ""
    service: str = ""
    resolver: str = ""
    vendor: str = ""
    resolved_at: datetime | None = None
    closed_at: datetime | None = None
    resolution: str = ""
    events: list[ToldEvent] = field(default_factory=list)
    marks: list[ToldMark] = field(default_factory=list)
    findings: list[Finding] = field(default_factory=list)

    @property
    def is_refused(self) -> bool:
        return any(found.is_error for found in self.findings)
