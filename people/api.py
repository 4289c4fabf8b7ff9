"""Teams and accounts as REST, read only: they are administered in the portal, where a fresh
password is asked for."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.api.views import ScopedViewSet
from people.enums import Country, TeamTier
from people.filters import TeamFilters, UserFilters
from people.models import Team, User
from people.roles import Role
from people.scope import scope_of


class TeamShown(serializers.Serializer[Any]):
    """A group of people that records are assigned to."""

    slug = serializers.CharField()
    name = serializers.CharField()
    tier = serializers.ChoiceField(choices=TeamTier.choices)
    country = serializers.ChoiceField(choices=Country.choices)
    version = serializers.IntegerField()


class UserShown(serializers.Serializer[Any]):
    """An account, as colleagues see it."""

    username = serializers.CharField()
    full_name = serializers.CharField(source="get_full_name")
    is_active = serializers.BooleanField()


class MeShown(UserShown):
    """The own account: what it may do and where."""

    email = serializers.EmailField()
    language = serializers.CharField()
    time_zone = serializers.CharField()
    roles = serializers.SerializerMethodField()
    permissions = serializers.SerializerMethodField()
    teams = serializers.SerializerMethodField()

    def get_roles(self, user: User) -> list[str]:
        return sorted(str(Role(role).value) for role in scope_of(user).roles)

    def get_permissions(self, user: User) -> list[str]:
        return sorted(scope_of(user).permissions)

    def get_teams(self, user: User) -> list[str]:
        own = Team.objects.filter(pk__in=scope_of(user).own_team_ids)
        return list(own.order_by("slug").values_list("slug", flat=True))


class TeamViewSet(ScopedViewSet):
    """Groups of people that records are assigned to."""

    queryset = Team.objects.all()
    serializer_class = TeamShown
    filterset_class = TeamFilters
    lookup_field = "slug"
    http_method_names = ["get", "head"]
    is_searched = True
    orderings = {"slug": ("slug", "pk"), "name": ("name", "pk")}
    ordering = "slug"


class UserViewSet(ScopedViewSet):
    """Accounts of the people one works with."""

    queryset = User.objects.select_related("person")
    serializer_class = UserShown
    filterset_class = UserFilters
    lookup_field = "username"
    http_method_names = ["get", "head"]
    orderings = {"username": ("username", "pk")}
    ordering = "username"

    @extend_schema(responses=MeShown)
    @action(detail=False, pagination_class=None, filter_backends=[])
    def me(self, request: Any, **kwargs: Any) -> Response:
        """The account that asks."""
        return Response(MeShown(request.user).data)
