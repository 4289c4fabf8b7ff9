"""What an alteration of an incident is in its life, and what is agreed for it: columns before and
after in, happenings out."""

from collections.abc import Iterator, Mapping
from typing import Any

from incidents.enums import PENDING, Status
from incidents.models import Incident
from sla.agreed import newly_agreed, no_longer_agreed
from sla.enums import EventKind
from sla.life_services import Happening
from sla.scopes import Scope

_OVER = (Status.RESOLVED, Status.CLOSED)
_DECIDING = ("team_id", "client_id", "service_id", "vendor_id", "is_drill")


def happenings(before: Mapping[str, Any], row: Incident) -> Iterator[Happening]:
    """In any order: the replay knows what takes effect first within one instant."""
    if before["team_id"] != row.team_id:
        yield Happening(EventKind.ASSIGNED, team_id=row.team_id)
    if before["priority"] != row.priority:
        yield Happening(EventKind.PRIORITIZED, priority=row.priority)
    was, status = before["status"], row.status
    if was == Status.MERGED:
        return  # an undone merge is withdrawn, which tells all that there is to tell
    if status == Status.PENDING_VENDOR:
        if was != status or before["vendor_id"] != row.vendor_id:
            yield Happening(EventKind.WAITED_FOR_VENDOR, vendor_id=row.vendor_id)
    elif was != status and (kind := _kind_of(was, status)):
        yield Happening(kind)


def agreed_for(row: Incident, before: Mapping[str, Any] | None = None) -> Iterator[Happening]:
    """The agreements that apply to an incident from now on; asked only where what decides of them
    is other than before."""
    waits = row.status == Status.PENDING_VENDOR
    begins_to_wait = before and waits and before["status"] not in (row.status, Status.MERGED)
    is_as_before = before and all(before[name] == getattr(row, name) for name in _DECIDING)
    if is_as_before and not begins_to_wait:
        return iter(())
    if row.is_drill:  # nothing is owed to anybody
        return no_longer_agreed(row.life, is_new=before is None)
    return newly_agreed(
        row.life,
        Scope(client=row.client_id, service=row.service_id, country=row.team.country),
        team_id=row.team_id,
        vendor_id=row.vendor_id if waits else None,
        is_new=before is None,
    )


def _kind_of(was: str, status: str) -> EventKind | None:
    found = {
        Status.PENDING_CUSTOMER: EventKind.WAITED_FOR_CUSTOMER,
        Status.PENDING_CHANGE: EventKind.WAITED_FOR_APPROVAL,
        Status.RESOLVED: EventKind.RESOLVED,
        Status.CANCELLED: EventKind.CANCELLED,
        Status.MERGED: EventKind.MERGED,
    }.get(Status(status))
    if found or status == Status.CLOSED:
        return found
    if was in _OVER:
        return EventKind.REOPENED
    return EventKind.RESUMED if was in PENDING else None
