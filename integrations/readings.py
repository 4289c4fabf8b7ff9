"""What we understand of an alert, whichever system sent it. Readers per kind of source fill it."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from integrations.enums import AlertState, Fault


class Unreadable(ValueError):
    """The payload makes no sense to its reader: why, for the people who look."""

    def __init__(self, fault: Fault, **facts: Any) -> None:
        self.fault, self.facts = fault, facts
        super().__init__(str(fault.label) % facts)


@dataclass(frozen=True)
class Reading:
    """One alert of one event. Times lie in order and never after the event came in."""

    fingerprint: str
    name: str
    state: AlertState
    starts_at: datetime
    ends_at: datetime | None = None
    severity: str = ""
    summary: str = ""
    service_label: str = ""
    generator_url: str = ""
    labels: dict[str, str] = field(default_factory=dict)
    annotations: dict[str, str] = field(default_factory=dict)

    @property
    def is_firing(self) -> bool:
        return self.state == AlertState.FIRING
