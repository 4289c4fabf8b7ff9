"""What lists of requests, adjustments and calls can be narrowed by. Every filter has its index."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from assets.models import Service
from core.api.filters import ByPerson, ByRecord, Flag, MomentBound, OneOf
from incidents.enums import IncidentChannel, Priority
from incidents.models import Incident, Request
from incidents.request_enums import (
    REQUEST_OPEN,
    AdjustmentStatus,
    CallOutcome,
    RequestStatus,
)
from people.models import Team
from sla.enums import RequestKind
from sla.models import Client
from vendors.models import Vendor


def _being_open(requests: Any, wanted: bool) -> Any:
    return requests.open() if wanted else requests.exclude(status__in=REQUEST_OPEN)


def _having_owner(requests: Any, wanted: bool) -> Any:
    return requests.filter(owner__isnull=not wanted)


def _under_way(calls: Any, wanted: bool) -> Any:
    return calls.filter(ended_at__isnull=wanted)


# Each is served by an index; the ids break ties.
REQUEST_ORDERINGS = {
    "reference": ("pk",),
    "opened_at": ("opened_at", "pk"),
    "priority": ("priority", "-pk"),
}
CALL_ORDERINGS = {"reference": ("pk",), "came_in_at": ("came_in_at", "pk")}


class RequestFilters(FilterSet):
    status = OneOf("status", RequestStatus)
    kind = OneOf("kind", RequestKind)
    priority = OneOf("priority", Priority)
    channel = OneOf("channel", IncidentChannel)
    service = ByRecord("service", Service)
    team = ByRecord("team", Team, "slug")
    owner = ByPerson("owner")
    client = ByRecord("client", Client, "slug")
    vendor = ByRecord("vendor", Vendor)
    incident = ByRecord("incident_links__incident", Incident, label=_("Incident"))
    is_open = Flag(_being_open, _("open"))
    has_owner = Flag(_having_owner, _("has an owner"))
    opened_at__gte = MomentBound("opened_at", "gte")
    opened_at__lt = MomentBound("opened_at", "lt")
    resolved_at__gte = MomentBound("resolved_at", "gte")
    resolved_at__lt = MomentBound("resolved_at", "lt")


class AdjustmentFilters(FilterSet):
    status = OneOf("status", AdjustmentStatus)
    request = ByRecord("request", Request)
    made_by = ByPerson("made_by")


class CallFilters(FilterSet):
    team = ByRecord("team", Team, "slug")
    client = ByRecord("client", Client, "slug")
    handled_by = ByPerson("handled_by")
    outcome = OneOf("outcome", CallOutcome)
    is_under_way = Flag(_under_way, _("under way"))
    came_in_at__gte = MomentBound("came_in_at", "gte")
    came_in_at__lt = MomentBound("came_in_at", "lt")
