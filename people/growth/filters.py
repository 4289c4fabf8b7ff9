"""What a list of certifications can be narrowed by."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from core.api.filters import ByPerson, ByRecord, Flag, OneOf
from people.growth.enums import CertificationStatus
from people.models import Membership, Team


class _ByTeam(ByRecord):
    """Of the people who are in a team today."""

    def narrow(self, queryset: Any, text: str, user: Any) -> Any:
        members = Membership.objects.in_force(timezone.localdate())
        found = members.filter(team=self.read(text, user)).order_by()
        return queryset.filter(holder__in=found.values("person"))


def _expired(rows: Any, yes: bool) -> Any:
    found = rows.expired(timezone.localdate())
    return found if yes else rows.exclude(pk__in=found.order_by().values("pk"))


class CertificationFilters(FilterSet):
    status = OneOf("status", CertificationStatus)
    team = _ByTeam("holder", Team, "slug")
    recorded_by = ByPerson("recorded_by")
    expired = Flag(_expired, label=_("has expired"))
