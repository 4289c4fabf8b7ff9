"""The time that evidence is asked for: half open, in a named zone."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo


@dataclass(frozen=True)
class Period:
    """From the first moment of `starts_on` to the first of `ends_on`, which no longer belongs to
    it, by the clocks of `zone` (an IANA name)."""

    starts_on: date
    ends_on: date
    zone: str = "America/Mexico_City"

    def __post_init__(self) -> None:
        if self.ends_on <= self.starts_on:
            raise ValueError("a period ends after it starts")
        ZoneInfo(self.zone)

    @property
    def start(self) -> datetime:
        return self._moment(self.starts_on)

    @property
    def end(self) -> datetime:
        return self._moment(self.ends_on)

    def _moment(self, day: date) -> datetime:
        return datetime.combine(day, time(), ZoneInfo(self.zone)).astimezone(UTC)
