"""What lists of alert events and alerts can be narrowed by."""

from django_filters import FilterSet

from core.api.filters import ByRecord, Flag, MomentBound, OneOf
from incidents.models import Incident
from integrations.enums import AlertState, EventState, SourceKind
from integrations.models import AlertSource


class AlertSourceFilters(FilterSet):
    kind = OneOf("kind", SourceKind)
    is_active = Flag("is_active")


class AlertEventFilters(FilterSet):
    state = OneOf("state", EventState)
    source = ByRecord("source", AlertSource, "name")
    received_at__gte = MomentBound("received_at", "gte")
    received_at__lt = MomentBound("received_at", "lt")


class AlertFilters(FilterSet):
    incident = ByRecord("incident", Incident)
    state = OneOf("state", AlertState)
