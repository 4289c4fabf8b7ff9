"""What a list of changes can be narrowed by. Every filter has its index."""

from datetime import UTC, datetime
from typing import Any

from django.db.models.expressions import RawSQL
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from assets.models import Asset, Service
from changes.enums import ENDED, ChangeType, Outcome, Risk, Status
from changes.measuring import ENTERED, failed
from core.api.filters import ByPerson, ByRecord, Flag, MomentBound, OneOf
from people.models import Team


def _being_open(changes: Any, wanted: bool) -> Any:
    return changes.open() if wanted else changes.filter(status__in=ENDED)


def _being_held(changes: Any, wanted: bool) -> Any:
    return changes.filter(on_hold=wanted)


class Failed(Flag):
    """Failed, backed out, or the cause of an incident that the reader sees."""

    def __init__(self) -> None:
        super().__init__(lambda changes, wanted: changes, _("failed or caused an incident"))

    def narrow(self, queryset: Any, text: str, user: Any) -> Any:
        super().narrow(queryset, text, user)  # refuses what is neither
        return queryset.filter(failed(user) if text == "true" else ~failed(user))


class EnteredFreeze(Flag):
    """Begun inside a freeze that blocks, without an exception."""

    def __init__(self) -> None:
        super().__init__(_beginning_frozen, _("begun inside a freeze"))


def _beginning_frozen(changes: Any, wanted: bool) -> Any:
    begun = RawSQL(ENTERED, (datetime.min.replace(tzinfo=UTC, year=1990), timezone.now()))  # noqa: S611 -- our own constant
    return changes.filter(pk__in=begun) if wanted else changes.exclude(pk__in=begun)


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
    has_failed = Failed()
    entered_freeze = EnteredFreeze()
    ended_at__gte = MomentBound("ended_at", "gte")
    ended_at__lt = MomentBound("ended_at", "lt")
    has_conflicts = Flag(_being_in_conflict, _("has open conflicts"))
    planned_start_at__gte = MomentBound("planned_start_at", "gte")
    planned_start_at__lt = MomentBound("planned_start_at", "lt")
