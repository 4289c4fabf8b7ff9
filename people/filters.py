"""What lists of teams and accounts can be narrowed by."""

from typing import Any

from django.utils import timezone
from django_filters import FilterSet

from core.api.filters import ByPerson, ByRecord, Flag, OneOf
from people.enums import Country, TeamTier
from people.models import Membership, Subsidiary, Team
from people.roles import Role


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


class PersonFilters(FilterSet):
    subsidiary = ByRecord("subsidiary", Subsidiary, "name")


class RoleGrantFilters(FilterSet):
    role = OneOf("role", Role)
    country = OneOf("country", Country)
    team = ByRecord("team", Team, "slug")
    user = ByPerson("user")
