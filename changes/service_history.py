"""What happened lately to the services of a change: earlier changes, and what upper apps know."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from changes.enums import ENDED
from changes.models import AffectedService, Change
from core.registry import Registry

MOST = 5
LATELY = timedelta(days=180)


@dataclass(frozen=True)
class Past:
    """One thing of the past: its name or link, how it ended, and when it was."""

    name: Any
    badge: Any
    at: datetime | None


type KnowsPast = Callable[[Iterable[int], Any, datetime], Iterable[Past]]
"""`(service ids, user, since)` -> the latest of its kind that the person sees, at most `MOST`."""

SERVICE_PAST: Registry[KnowsPast] = Registry("past of services")


def earlier_changes(change: Change, user: Any) -> list[Change]:
    """The last ones that were closed about the same services, of those the person sees."""
    services = AffectedService.objects.filter(change=change).values("service")
    about = AffectedService.objects.filter(service__in=services).values("change")
    seen = Change.objects.visible_to(user).filter(pk__in=about, status__in=ENDED)
    return list(
        seen.exclude(pk=change.pk).exclude(outcome="").defer("search").order_by("-pk")[:MOST]
    )


def past_of_services(change: Change, user: Any, now: datetime) -> list[Past]:
    """What others know of the services since half a year: incidents, for example."""
    ids = list(AffectedService.objects.filter(change=change).values_list("service", flat=True))
    if not ids:
        return []
    return [past for _name, tell in SERVICE_PAST for past in tell(ids, user, now - LATELY)]
