"""Which times of the 1-5-10 mandate apply to an incident: the narrowest profile in force when it
was opened, else the mandate's own.

What names the service comes first, then what names the country, then the priority; of the same
scope the latest. `sla.attainment` says the same in SQL.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from django.core.cache import caches

from sla.clocks import MANDATE, Target
from sla.enums import MarkKind
from sla.models import ClockProfile
from sla.triggers import AHEAD

_KEY = "sla.clock_profiles"
_KEPT_FOR = AHEAD.total_seconds() / 5  # none changes so shortly before it is in force


@dataclass(frozen=True)
class Measured:
    """What of an incident decides which profile applies."""

    service_id: int
    country: str
    priority: int
    opened_at: datetime


@dataclass(frozen=True)
class Profile:
    """A profile as it is read: its scope and its times, in the mandate's order. It is unpickled for
    every incident of a list, so that it holds nothing which is slow to unpickle, such as titles."""

    service_id: int | None
    country: str
    priority: int | None
    starts_at: datetime
    times: tuple[tuple[str, str, timedelta], ...]  # from which mark, to which, within

    @property
    def targets(self) -> tuple[Target, ...]:
        return _targets(self.times)

    def fits(self, one: Measured) -> bool:
        return (
            self.starts_at <= one.opened_at
            and self.service_id in (None, one.service_id)
            and self.country in ("", one.country)
            and self.priority in (None, one.priority)
        )


def profiles() -> tuple[Profile, ...]:
    """All there are, the first that fits applies. Read once a minute in each process."""
    kept: tuple[Profile, ...] | None = caches["local"].get(_KEY)
    return kept if kept is not None else keep(_profile(row) for row in ClockProfile.objects.all())


def keep(read: Iterable[Profile]) -> tuple[Profile, ...]:
    """Hold them for a minute, in the order in which they are asked."""
    kept = tuple(sorted(read, key=_place))
    caches["local"].set(_KEY, kept, _KEPT_FOR)
    return kept


def targets_for(one: Measured, among: Iterable[Profile] | None = None) -> tuple[Target, ...]:
    """The targets of the mandate for an incident."""
    for profile in profiles() if among is None else among:
        if profile.fits(one):
            return profile.targets
    return MANDATE


def _place(profile: Profile) -> Any:
    since = profile.starts_at.timestamp()
    return profile.service_id is None, not profile.country, profile.priority is None, -since


def _profile(row: ClockProfile) -> Profile:
    times = tuple(
        (
            str(getattr(row, f"{target.metric}_from")),
            str(getattr(row, f"{target.metric}_to")),
            getattr(row, f"{target.metric}_within"),
        )
        for target in MANDATE
    )
    return Profile(row.service_id, row.country, row.priority, row.starts_at, times)


@lru_cache(maxsize=256)
def _targets(times: tuple[tuple[str, str, timedelta], ...]) -> tuple[Target, ...]:
    return tuple(
        replace(target, starts=MarkKind(starts), stops=MarkKind(stops), within=within)
        for target, (starts, stops, within) in zip(MANDATE, times, strict=True)
    )
