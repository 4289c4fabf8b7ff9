"""Changes as REST. Every write is a service call; every refusal is the service's own."""

import json
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from drf_spectacular.utils import extend_schema
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response

from assets.models import Asset, Service
from changes import representations as shapes
from changes import services
from changes.checklist_api import TellsChecklist
from changes.conflict_api import TellsConflicts
from changes.enums import Authentication
from changes.filters import ORDERINGS, ChangeFilters
from changes.forms import ACTIONS
from changes.freeze_exception_api import AsksForFreezeExceptions
from changes.measure_api import MEASURE_PARAMETERS, MeasuresShown, measures_shown
from changes.models import Change, RiskAssessment, Vote
from changes.permissions import may_implement_changes, may_prepare_changes
from changes.workflow import CHANGE_WORKFLOW
from core.api.idempotency import answer_once
from core.api.transitions import TakesActions, TellsHistory
from core.api.views import Creates, Edits, ScopedViewSet
from people.enums import TokenScope
from people.models import ApiToken
from people.stepup import recently_confirmed
from records.attachment_api import KeepsFiles
from sla.models import Client


class ChangeViewSet(
    AsksForFreezeExceptions,
    KeepsFiles,
    TellsChecklist,
    TellsConflicts,
    Creates,
    Edits,
    TakesActions,
    TellsHistory,
    ScopedViewSet,
):
    """Something will be altered, from the wish to do so until it was reviewed."""

    attach_with = staticmethod(services.attach_to_change)
    queryset = Change.objects.defer("search")
    serializer_class = shapes.ChangeDetail
    list_serializer_class = shapes.ChangeRow
    create_serializer_class = shapes.ChangeRaising
    edit_serializer_class = shapes.ChangeEdit
    filterset_class = ChangeFilters
    is_searched = True
    orderings = ORDERINGS
    parameters = {"history": ("limit", "before"), "measures": ("from", "to", "team")}
    workflow = CHANGE_WORKFLOW
    action_forms = ACTIONS
    token_scope = TokenScope.WRITE

    def get_queryset(self) -> Any:
        """With the references of what it touches, of those that the user may see."""
        parts = {
            "services_key": (Service, "reference", "touched_by__change"),
            "assets_key": (Asset, "reference", "altered_by__change"),
            "clients_key": (Client, "slug", "changes__change"),
        }
        rows = super().get_queryset()
        for name, (model, key, of) in parts.items():
            seen = model.objects.visible_to(self.request.user).order_by(key)
            rows = rows.annotate(
                **{name: ArraySubquery(seen.filter(**{of: OuterRef("pk")}).values(key))}
            )
        return rows

    def require(self, verb: str) -> None:
        """Those who implement a change take its actions without being allowed to edit it."""
        user = self.request.user
        if verb == "change" and self.action == "transitions" and may_implement_changes(user):
            return
        super().require(verb)

    def create_with(self, **data: Any) -> Change:
        change = services.raise_change(actor=self.request.user, **data)
        return self.get_queryset().get(pk=change.pk)

    def edit_with(self, record: Change, **data: Any) -> Change:
        return services.edit_change(record, actor=self.request.user, **data)

    @extend_schema(methods=["get"], responses=shapes.VoteShown(many=True))
    @extend_schema(methods=["post"], request=shapes.VoteInput, responses={201: shapes.VoteShown})
    @action(
        detail=True,
        methods=["get", "post"],
        pagination_class=None,
        filter_backends=[],
        token_scope=TokenScope.VOTE,
    )
    def votes(self, request: Any, **kwargs: Any) -> Response:
        """Every vote on every version, the latest first. POST casts one: by a token with the scope
        `vote`, or in a session whose password was confirmed within the last minutes."""
        change = self.get_object()
        if request.method == "POST":
            return answer_once(request, lambda: self._cast(change))
        votes = Vote.objects.filter(step__round__content__change=change).order_by("-pk")
        shown = votes.select_related("person", "cast_by")[:200]
        return Response(shapes.VoteShown(shown, many=True).data)

    def _cast(self, change: Change) -> Response:
        by_token = isinstance(self.request.auth, ApiToken)
        if not by_token and not recently_confirmed(self.request):
            raise PermissionDenied(code="confirmation_required")
        told = Authentication.TOKEN if by_token else Authentication.PASSWORD
        data = self.checked(shapes.VoteInput)
        vote = services.cast_vote(change, actor=self.request.user, authentication=told, **data)
        return Response(shapes.VoteShown(vote).data, status.HTTP_201_CREATED)

    @extend_schema(responses=shapes.VersionShown(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def versions(self, request: Any, **kwargs: Any) -> Response:
        """What was frozen for approval, the latest first, with its steps, electors and votes."""
        versions = self.get_object().versions.select_related("frozen_by", "round")
        rows = versions.prefetch_related(
            "round__steps__board",
            "round__steps__electors__user",
            "round__steps__votes__person",
            "round__steps__votes__cast_by",
        )
        for version in rows:
            version.content = json.loads(version.content)
        return Response(shapes.VersionShown(rows, many=True).data)

    @extend_schema(parameters=MEASURE_PARAMETERS, responses=MeasuresShown)
    @action(detail=False, pagination_class=None, filter_backends=[])
    def measures(self, request: Any, **kwargs: Any) -> Response:
        """What is measured about the changes closed from one day to another, both included, in the
        reader's time zone; without days the last twelve months. Lead times and decisions are
        medians and 85th percentiles. `failed` counts what failed, was backed out or caused an
        incident."""
        return Response(measures_shown(request.query_params, request.user))

    @extend_schema(responses=shapes.RiskShown)
    @action(detail=True, pagination_class=None, filter_backends=[])
    def risk(self, request: Any, **kwargs: Any) -> Response:
        """The current assessment of the risk, with every reason; empty before there is one.

        The action `assess_risk` makes one: an answer's code for each question's code, and
        `backout_tested`, which is false where it is not said.
        """
        rows = self.get_object().risk_assessments.select_related("assessed_by")
        none = RiskAssessment(answers={}, lines=[], assessed_at=None)
        return Response(shapes.RiskShown(rows.order_by("-pk").first() or none).data)

    @extend_schema(methods=["get"], responses=shapes.TaskShown(many=True))
    @extend_schema(methods=["post"], request=shapes.TaskInput, responses={201: shapes.TaskShown})
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def tasks(self, request: Any, **kwargs: Any) -> Response:
        """The tasks in their order. POST adds one at the end."""
        change = self.get_object()

        def plan() -> Response:
            data = self.checked(shapes.TaskInput)
            task = services.plan_task(change, actor=request.user, **data)
            return Response(shapes.TaskShown(task).data, status.HTTP_201_CREATED)

        if request.method == "POST":
            if not may_prepare_changes(request.user):
                raise PermissionDenied
            return answer_once(request, plan)
        tasks = change.tasks.select_related("assignee").order_by("position")
        return Response(shapes.TaskShown(tasks, many=True).data)
