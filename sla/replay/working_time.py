"""What a clock asks of a calendar. The calendars themselves stand in `people`."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol


class WorkingTime(Protocol):
    """Time that counts. For any calendar, with a <= b <= c and d >= 0:
    between(a, b) + between(b, c) == between(a, c), and between(a, add(a, d)) == d, where
    add(a, d) is the earliest such moment and add(a, 0) is a.
    """

    def between(self, start: datetime, end: datetime) -> timedelta:
        """The time that counts from start to end."""

    def add(self, start: datetime, duration: timedelta) -> datetime:
        """The moment at which so much time has counted. ValueError where that is never."""


@dataclass(frozen=True)
class RoundTheClock:
    """All time counts."""

    def between(self, start: datetime, end: datetime) -> timedelta:
        return end - start

    def add(self, start: datetime, duration: timedelta) -> datetime:
        try:
            return start + duration
        except OverflowError as never:
            raise ValueError("there is no such moment") from never


ROUND_THE_CLOCK = RoundTheClock()
