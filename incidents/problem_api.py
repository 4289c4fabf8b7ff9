"""Problems as REST. Every write is a service call; every refusal is the service's own."""

from typing import Any

from django.db.models import F
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from assets.models import Service
from changes.models import Change
from core.api.fields import Moment, RecordInput, Related, Text
from core.api.idempotency import answer_once
from core.api.pagination import read_number
from core.api.transitions import TakesActions, TellsHistory
from core.api.views import Creates, Edits, ScopedViewSet
from core.markdown import render_markdown
from core.record.entries import LONGEST_PAGE
from incidents.api import read_kinds, read_position
from incidents.enums import Priority
from incidents.forms.problems import PROBLEM_ACTIONS
from incidents.models import Incident, Problem
from incidents.problem_enums import ProblemStatus
from incidents.problem_filters import ORDERINGS, ProblemFilters
from incidents.problem_timeline import PROBLEM_TIMELINE
from incidents.problem_workflow import PROBLEM_WORKFLOW
from incidents.representations import TimelineEntry
from incidents.services import problems as services
from people.models import Team, User
from vendors.models import Vendor

_ELSEWHERE = {"comment"}


class ProblemRow(serializers.Serializer[Any]):
    """A problem. Related records by reference, short name or username."""

    reference = serializers.CharField()
    title = serializers.CharField()
    symptom = serializers.CharField(help_text="Markdown.")
    status = serializers.ChoiceField(choices=ProblemStatus.choices)
    priority = serializers.ChoiceField(choices=Priority.choices)
    service = Related(Service)
    team = Related(Team, "slug")
    owner = Related(User, "username", allow_null=True)
    vendor = Related(Vendor, allow_null=True)
    root_cause = serializers.CharField()
    no_cause_reason = serializers.CharField()
    workaround = serializers.CharField(help_text="Markdown.")
    incident_count = serializers.IntegerField(help_text="Linked incidents that you see.")
    raised_at = Moment()
    raised_by = Related(User, "username", allow_null=True)
    closed_at = Moment(allow_null=True)
    version = serializers.IntegerField()


class ProblemDetail(ProblemRow):
    """One problem, with its workaround rendered to safe HTML."""

    workaround_html = serializers.SerializerMethodField()

    def get_workaround_html(self, problem: Problem) -> str:
        return str(render_markdown(problem.workaround))


class ProblemEdit(RecordInput):
    """What may be corrected; team, owner and status change by actions."""

    title = Text(max_length=200)
    symptom = Text(max_length=20_000, allow_blank=True, required=False)
    service = Related(Service)
    vendor = Related(Vendor, allow_null=True, required=False)
    priority = serializers.ChoiceField(choices=Priority.choices, required=False)
    root_cause = Text(max_length=20_000, allow_blank=True, required=False)
    workaround = Text(max_length=20_000, allow_blank=True, required=False)


class ProblemRaising(ProblemEdit):
    """What a problem may be raised with; `title` and `service` must be."""

    service = Related(Service, joined=("support_team",))
    team = Related(Team, "slug", required=False)
    incident = Related(Incident, required=False)


class LinkedIncident(serializers.Serializer[Any]):
    """An incident that the problem is behind."""

    incident = serializers.CharField()
    created_at = Moment()


class LinkedChange(serializers.Serializer[Any]):
    """A change that is to remove the cause."""

    change = serializers.CharField()
    created_at = Moment()


class ProblemCommentShown(serializers.Serializer[Any]):
    """Something a colleague said about the problem."""

    id = serializers.IntegerField()
    text = serializers.CharField()
    author = Related(User, "username", allow_null=True)
    created_at = Moment()


class ProblemCommentInput(RecordInput):
    """A comment, for colleagues."""

    text = Text(max_length=20_000)


class ProblemViewSet(Creates, Edits, TakesActions, TellsHistory, ScopedViewSet):
    """The causes behind incidents, with their workarounds."""

    queryset = Problem.objects.defer("search")
    serializer_class = ProblemDetail
    list_serializer_class = ProblemRow
    create_serializer_class = ProblemRaising
    edit_serializer_class = ProblemEdit
    filterset_class = ProblemFilters
    is_searched = True
    orderings = ORDERINGS
    parameters = {
        "history": ("limit", "before"),
        "timeline": ("limit", "before", "kind"),
        "comments": ("limit", "before"),
    }
    workflow = PROBLEM_WORKFLOW
    action_forms = {n: form for n, form in PROBLEM_ACTIONS.items() if n not in _ELSEWHERE}

    def get_queryset(self) -> Any:
        return super().get_queryset().with_counts(self.request.user)

    def create_with(self, **data: Any) -> Problem:
        problem = services.raise_problem(actor=self.request.user, **data)
        return self.get_queryset().get(pk=problem.pk)

    def edit_with(self, record: Problem, **data: Any) -> Problem:
        return services.edit_problem(record, actor=self.request.user, **data)

    @extend_schema(responses=LinkedIncident(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def incidents(self, request: Any, **kwargs: Any) -> Response:
        """The linked incidents that one sees, the latest link first; at most 500."""
        seen = Incident.objects.visible_to(request.user).order_by().values("pk")
        links = self.get_object().incident_links.filter(incident__in=seen).order_by("-pk")[:500]
        rows = links.values("created_at", told=F("incident__reference"))
        shown = [{"incident": row["told"], "created_at": row["created_at"]} for row in rows]
        return Response(LinkedIncident(shown, many=True).data)

    @extend_schema(responses=LinkedChange(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def changes(self, request: Any, **kwargs: Any) -> Response:
        """The linked changes that one sees, the latest link first; at most 500."""
        seen = Change.objects.visible_to(request.user).order_by().values("pk")
        links = self.get_object().change_links.filter(change__in=seen).order_by("-pk")[:500]
        rows = links.values("created_at", told=F("change__reference"))
        shown = [{"change": row["told"], "created_at": row["created_at"]} for row in rows]
        return Response(LinkedChange(shown, many=True).data)

    @extend_schema(responses=TimelineEntry(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def timeline(self, request: Any, **kwargs: Any) -> Response:
        """All that happened in one list, newest first; `before` is the `position` to go on from,
        `kind` a comma list of the kinds that are wanted."""
        page = PROBLEM_TIMELINE.read(
            self.get_object(),
            request.user,
            size=read_number(request, "limit", 50, LONGEST_PAGE),
            before=read_position(request),
            kinds=read_kinds(request, PROBLEM_TIMELINE),
        )
        return Response(TimelineEntry(page.entries, many=True).data)

    @extend_schema(methods=["get"], responses=ProblemCommentShown(many=True))
    @extend_schema(
        methods=["post"], request=ProblemCommentInput, responses={201: ProblemCommentShown}
    )
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def comments(self, request: Any, **kwargs: Any) -> Response:
        """Newest first; `before` is the id to go on from. POST adds one."""
        problem = self.get_object()

        def add() -> Response:
            data = self.checked(ProblemCommentInput)
            comment = services.comment_on_problem(problem, actor=request.user, **data)
            return Response(ProblemCommentShown(comment).data, status.HTTP_201_CREATED)

        if request.method == "POST":
            self.require("change")
            return answer_once(request, add)
        comments = problem.comments.select_related("author").order_by("-pk")
        if before := read_number(request, "before", None, 2**63 - 1):
            comments = comments.filter(pk__lt=before)
        shown = comments[: read_number(request, "limit", 50, 200)]
        return Response(ProblemCommentShown(shown, many=True).data)
