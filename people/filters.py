"""What lists of teams and accounts can be narrowed by."""

from typing import Any

from django.utils import timezone
from django_filters import FilterSet

from core.api.filters import ByRecord, Flag, OneOf
from people.enums import Country, TeamTier
from people.models import Membership, Team


class TeamFilters(FilterSet):
    tier = OneOf("tier", TeamTier)
    country = OneOf("country", Country)


class _ByTeam(ByRecord):
    """Accounts of the people who are in a team today."""

    def narrow(self, queryset: Any, text: str, user: Any) -> Any:
        members = Membership.objects.in_force(timezone.localdate())
        return queryset.filter(
            person__in=members.filter(team=self.read(text, user)).values("person")
        )


class UserFilters(FilterSet):
    team = _ByTeam("person", Team, "slug")
    is_active = Flag("is_active")
