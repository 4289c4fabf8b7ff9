"""What a list of problems can be narrowed by. Every filter has its index."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from assets.models import Service
from changes.models import Change
from core.api.filters import ByPerson, ByRecord, Flag, MomentBound, OneOf
from incidents.enums import Priority
from incidents.models import Incident
from incidents.problem_enums import OVER, ProblemStatus
from people.models import Team
from vendors.models import Vendor


def _being_open(problems: Any, wanted: bool) -> Any:
    return problems.open() if wanted else problems.filter(status__in=OVER)


def _having_owner(problems: Any, wanted: bool) -> Any:
    return problems.filter(owner__isnull=not wanted)


ORDERINGS = {
    "reference": ("pk",),
    "raised_at": ("raised_at", "pk"),
    "priority": ("priority", "-pk"),
}


class ProblemFilters(FilterSet):
    status = OneOf("status", ProblemStatus)
    priority = OneOf("priority", Priority)
    service = ByRecord("service", Service)
    team = ByRecord("team", Team, "slug")
    owner = ByPerson("owner")
    vendor = ByRecord("vendor", Vendor)
    incident = ByRecord("incident_links__incident", Incident, label=_("incident"))
    change = ByRecord("change_links__change", Change, label=_("change"))
    is_open = Flag(_being_open, _("open"))
    has_owner = Flag(_having_owner, _("has an owner"))
    raised_at__gte = MomentBound("raised_at", "gte")
    raised_at__lt = MomentBound("raised_at", "lt")
