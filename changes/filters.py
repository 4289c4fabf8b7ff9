"""What a list of changes can be narrowed by. Every filter has its index."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from assets.models import Asset, Service
from changes.enums import ENDED, ChangeType, Outcome, Risk, Status
from core.api.filters import ByPerson, ByRecord, Flag, MomentBound, OneOf
from people.models import Team


def _being_open(changes: Any, wanted: bool) -> Any:
    return changes.open() if wanted else changes.filter(status__in=ENDED)


def _being_held(changes: Any, wanted: bool) -> Any:
    return changes.filter(on_hold=wanted)


def _being_in_conflict(changes: Any, wanted: bool) -> Any:
    found = changes.in_conflict()
    return found if wanted else changes.exclude(pk__in=found.order_by().values("pk"))


# Each is served by an index; the ids break ties.
ORDERINGS = {
    "reference": ("pk",),
    "planned_start_at": ("planned_start_at", "pk"),
}


class ChangeFilters(FilterSet):
    status = OneOf("status", Status)
    type = OneOf("type", ChangeType)
    risk = OneOf("risk", Risk)
    outcome = OneOf("outcome", Outcome)
    service = ByRecord("affected_services__service", Service, label=_("affected service"))
    asset = ByRecord("changed_assets__asset", Asset, label=_("changed asset"))
    team = ByRecord("team", Team, "slug")
    requester = ByPerson("requester")
    implementer = ByPerson("implementer")
    is_open = Flag(_being_open, _("open"))
    on_hold = Flag(_being_held, _("on hold"))
    has_conflicts = Flag(_being_in_conflict, _("has open conflicts"))
    planned_start_at__gte = MomentBound("planned_start_at", "gte")
    planned_start_at__lt = MomentBound("planned_start_at", "lt")
