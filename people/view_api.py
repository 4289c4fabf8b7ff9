"""Saved views as REST, with the teams that share them and where somebody begins a list."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.api.fields import Moment, RecordInput, Related
from core.api.idempotency import answer_once
from people.models import Team, User
from people.services.views import (
    begin_with,
    begin_without,
    end_share_with_team,
    share_with_team,
)
from records.api import SavedViewViewSet


class TeamViewShown(serializers.Serializer[Any]):
    """A team that shares the view."""

    team = Related(Team, "slug")
    is_first = serializers.BooleanField(help_text="Whether the team begins the list with it.")
    shared_by = Related(User, "username")
    shared_at = Moment()


class TeamViewInput(RecordInput):
    """The team to share it with; `is_first` is for whoever leads it."""

    team = Related(Team, "slug")
    is_first = serializers.BooleanField(default=False)


class WithdrawnTeam(RecordInput):
    """The team whose view it is no more."""

    team = Related(Team, "slug")


class BeginInput(RecordInput):
    """Whether one begins the list with the view."""

    begin = serializers.BooleanField()


class SharedViewViewSet(SavedViewViewSet):
    """One's own saved views and those that are shared with one. Their owner changes and deletes
    them; whoever leads a team changes name and contents of the team's."""

    @extend_schema(methods=["get"], responses=TeamViewShown(many=True))
    @extend_schema(methods=["post"], request=TeamViewInput, responses=TeamViewShown(many=True))
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def teams(self, request: Any, **kwargs: Any) -> Response:
        """The teams that share the view. POST shares it with one, or says anew whether that begins
        the list with it."""
        view = self.get_object()

        def share() -> Response:
            given = self.checked(TeamViewInput)
            share_with_team(view, given["team"], actor=request.user, is_first=given["is_first"])
            return self._teams(view)

        return answer_once(request, share) if request.method == "POST" else self._teams(view)

    @extend_schema(request=WithdrawnTeam, responses=TeamViewShown(many=True))
    @action(
        detail=True, methods=["post"], url_path="teams/withdraw", pagination_class=None,
        filter_backends=[],
    )  # fmt: skip
    def withdraw(self, request: Any, **kwargs: Any) -> Response:
        """It is a team's no more."""
        view = self.get_object()

        def withdraw() -> Response:
            end_share_with_team(view, self.checked(WithdrawnTeam)["team"], actor=request.user)
            return self._teams(view)

        return answer_once(request, withdraw)

    @extend_schema(request=BeginInput, responses=BeginInput)
    @action(detail=True, methods=["post"], pagination_class=None, filter_backends=[])
    def begin(self, request: Any, **kwargs: Any) -> Response:
        """One begins its list with it, or no longer."""
        view = self.get_object()

        def begin() -> Response:
            given = self.checked(BeginInput)
            (begin_with if given["begin"] else begin_without)(view, actor=request.user)
            return Response({"begin": given["begin"]})

        return answer_once(request, begin)

    def _teams(self, view: Any) -> Response:
        shared = view.of_teams.select_related("team", "shared_by").order_by("team__slug")
        return Response(TeamViewShown(shared, many=True).data)
