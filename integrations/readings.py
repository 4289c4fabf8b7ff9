"""What we understand of an alert, whichever system sent it. Readers per kind of source fill it."""

from dataclasses import dataclass, field
from datetime import datetime

from integrations.enums import AlertState


class Unreadable(ValueError):
    """The payload makes no sense to its reader; the text says why, for the people who look."""


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
