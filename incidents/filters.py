"""What a list of incidents can be narrowed by. Every filter has its index."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from assets.models import Asset, Service
from changes.models import Change
from core.api.filters import ByPerson, ByRecord, Flag, MomentBound, OneOf
from incidents.enums import (
    OPEN,
    Impact,
    IncidentChannel,
    Priority,
    PromiseOutcome,
    Status,
    Tier,
    Urgency,
)
from incidents.models import Problem, PromisedContact
from people.models import Team
from sla.models import Client
from vendors.models import Vendor


def _being_open(incidents: Any, wanted: bool) -> Any:
    return incidents.open() if wanted else incidents.exclude(status__in=OPEN)


def _having_owner(incidents: Any, wanted: bool) -> Any:
    return incidents.filter(owner__isnull=not wanted)


def _being_overdue(incidents: Any, wanted: bool) -> Any:
    """Whether the client was promised to hear from us by now, and has not."""
    late = PromisedContact.objects.filter(outcome=PromiseOutcome.OPEN, due_at__lte=timezone.now())
    lives = late.values("life")
    open_ones = incidents.open()
    return open_ones.filter(life__in=lives) if wanted else incidents.exclude(life__in=lives)


# Each is served by an index; the ids break ties.
ORDERINGS = {
    "reference": ("pk",),
    "opened_at": ("opened_at", "pk"),
    "priority": ("priority", "-pk"),
    "breaches_at": ("life__breaches_at", "pk"),  # what runs out next by what is agreed
}


class IncidentFilters(FilterSet):
    status = OneOf("status", Status)
    priority = OneOf("priority", Priority)
    impact = OneOf("impact", Impact)
    urgency = OneOf("urgency", Urgency)
    tier = OneOf("tier", Tier)
    channel = OneOf("channel", IncidentChannel)
    service = ByRecord("service", Service)
    team = ByRecord("team", Team, "slug")
    owner = ByPerson("owner")
    client = ByRecord("client", Client, "slug")
    vendor = ByRecord("vendor", Vendor)
    caused_by_change = ByRecord("caused_by_change", Change)
    asset = ByRecord("affected_assets__asset", Asset, label=_("affected asset"))
    problem = ByRecord("problem_links__problem", Problem, label=_("problem"))
    is_drill = Flag("is_drill", _("drill"))
    is_open = Flag(_being_open, _("open"))
    promise_overdue = Flag(_being_overdue, _("promised contact overdue"))
    has_owner = Flag(_having_owner, _("has an owner"))
    opened_at__gte = MomentBound("opened_at", "gte")
    opened_at__lt = MomentBound("opened_at", "lt")
    resolved_at__gte = MomentBound("resolved_at", "gte")
    resolved_at__lt = MomentBound("resolved_at", "lt")
