"""What an alteration of an incident is in its life: columns before and after in, happenings out."""

from collections.abc import Iterator, Mapping
from typing import Any

from incidents.enums import PENDING, Status
from incidents.models import Incident
from sla.enums import EventKind
from sla.life_services import Happening

_OVER = (Status.RESOLVED, Status.CLOSED)


def happenings(before: Mapping[str, Any], row: Incident) -> Iterator[Happening]:
    """In any order: the replay knows what takes effect first within one instant."""
    if before["team_id"] != row.team_id:
        yield Happening(EventKind.ASSIGNED, team_id=row.team_id)
    if before["priority"] != row.priority:
        yield Happening(EventKind.PRIORITIZED, priority=row.priority)
    was, status = before["status"], row.status
    if status == Status.PENDING_VENDOR:
        if was != status or before["vendor_id"] != row.vendor_id:
            yield Happening(EventKind.WAITED_FOR_VENDOR, vendor_id=row.vendor_id)
    elif was != status and (kind := _kind_of(was, status)):
        yield Happening(kind)


def _kind_of(was: str, status: str) -> EventKind | None:
    found = {
        Status.PENDING_CUSTOMER: EventKind.WAITED_FOR_CUSTOMER,
        Status.PENDING_CHANGE: EventKind.WAITED_FOR_APPROVAL,
        Status.RESOLVED: EventKind.RESOLVED,
        Status.CANCELLED: EventKind.CANCELLED,
    }.get(Status(status))
    if found or status == Status.CLOSED:
        return found
    if was in _OVER:
        return EventKind.REOPENED
    return EventKind.RESUMED if was in PENDING else None
