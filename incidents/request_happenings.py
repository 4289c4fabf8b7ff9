"""What an alteration of a request is in its life, and what is agreed for it: columns before and
after in, happenings out."""

from collections.abc import Iterator, Mapping
from typing import Any

from incidents.models import Request
from incidents.request_enums import REQUEST_PENDING, RequestStatus
from sla.agreed import newly_agreed
from sla.enums import EventKind
from sla.life_services import Happening
from sla.scopes import Scope

_OVER = (RequestStatus.RESOLVED, RequestStatus.CLOSED)
_DECIDING = ("team_id", "client_id", "service_id", "vendor_id", "kind", "request_type")


def request_happenings(before: Mapping[str, Any], row: Request) -> Iterator[Happening]:
    """In any order: the replay knows what takes effect first within one instant."""
    if before["team_id"] != row.team_id:
        yield Happening(EventKind.ASSIGNED, team_id=row.team_id)
    if before["priority"] != row.priority:
        yield Happening(EventKind.PRIORITIZED, priority=row.priority)
    was, status = before["status"], row.status
    if was == RequestStatus.MERGED:
        return  # an undone merge is withdrawn, which tells all that there is to tell
    if status == RequestStatus.PENDING_VENDOR:
        if was != status or before["vendor_id"] != row.vendor_id:
            yield Happening(EventKind.WAITED_FOR_VENDOR, vendor_id=row.vendor_id)
    elif was != status and (kind := _kind_of(was, status)):
        yield Happening(kind)


def agreed_for_request(
    row: Request, before: Mapping[str, Any] | None = None
) -> Iterator[Happening]:
    """The agreements that apply to a request from now on; asked only where what decides of them
    is other than before. An agreement names a request's type, or its kind where it has none."""
    waits = row.status == RequestStatus.PENDING_VENDOR
    begins_to_wait = before and waits and before["status"] not in (row.status, RequestStatus.MERGED)
    is_as_before = before and all(before[name] == getattr(row, name) for name in _DECIDING)
    if is_as_before and not begins_to_wait:
        return iter(())
    return newly_agreed(
        row.life,
        Scope(
            client=row.client_id,
            service=row.service_id,
            country=row.team.country,
            request_type=row.request_type or row.kind,
        ),
        team_id=row.team_id,
        vendor_id=row.vendor_id if waits else None,
        is_new=before is None,
    )


def _kind_of(was: str, status: str) -> EventKind | None:
    found = {
        RequestStatus.PENDING_CUSTOMER: EventKind.WAITED_FOR_CUSTOMER,
        RequestStatus.PENDING_APPROVAL: EventKind.WAITED_FOR_APPROVAL,
        RequestStatus.RESOLVED: EventKind.RESOLVED,
        RequestStatus.CANCELLED: EventKind.CANCELLED,
        RequestStatus.MERGED: EventKind.MERGED,
    }.get(RequestStatus(status))
    if found or status == RequestStatus.CLOSED:
        return found
    if was in _OVER:
        return EventKind.REOPENED
    return EventKind.RESUMED if was in REQUEST_PENDING else None
