"""Which times of the 1-5-10 mandate apply to an incident: the narrowest profile in force when it
was opened, else the mandate's own.

What names the service comes first, then what names the country, then the priority; of the same
scope the latest. `sla.attainment` says the same in SQL.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
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
    """A profile as it is read: its scope and its targets, in the mandate's order."""

    service_id: int | None
    country: str
    priority: int | None
    starts_at: datetime
    targets: tuple[Target, ...]

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
    targets = tuple(
        replace(
            target,
            starts=MarkKind(getattr(row, f"{target.metric}_from")),
            stops=MarkKind(getattr(row, f"{target.metric}_to")),
            within=getattr(row, f"{target.metric}_within"),
        )
        for target in MANDATE
    )
    return Profile(row.service_id, row.country, row.priority, row.starts_at, targets)
