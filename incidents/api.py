"""Incidents as REST. Every write is a service call; every refusal is the service's own."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.core.exceptions import EmptyResultSet
from django.db.models import CharField, F, Func, Subquery, Value
from django.utils import timezone
from django.utils.translation import gettext as _
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.exceptions import ValidationError
from rest_framework.response import Response

from assets.models import Asset
from core.api.idempotency import answer_once
from core.api.pagination import read_number
from core.api.transitions import TakesActions, TellsHistory
from core.api.views import Creates, Edits, ScopedViewSet
from core.record.entries import LONGEST_PAGE, Position, Timeline
from incidents import representations as shapes
from incidents import services
from incidents.api_breaches import TellsBreaches
from incidents.api_together import WorksTogether
from incidents.causes import hide_causes
from incidents.filters import ORDERINGS, IncidentFilters
from incidents.forms import ACTIONS
from incidents.measuring import targets_of
from incidents.models import Incident
from incidents.request_families_api import AskedAbout
from incidents.timeline import INCIDENT_TIMELINE
from incidents.workflow import INCIDENT_WORKFLOW
from sla.explanation_api import ExplainsClocks
from sla.life_clocks import clocks_of_life
from sla.models import Life, Mark

# Comments and files have addresses of their own, where JSON and multipart say more than a form.
_ELSEWHERE = {"comment", "attach", "split"}


@extend_schema_view(split=extend_schema(responses={201: shapes.IncidentDetail}))
class IncidentViewSet(
    WorksTogether,
    AskedAbout,
    ExplainsClocks,
    TellsBreaches,
    Creates,
    Edits,
    TakesActions,
    TellsHistory,
    ScopedViewSet,
):
    """Something is broken or degraded, from the first sign of it until it is closed."""

    queryset = Incident.objects.defer("search")
    serializer_class = shapes.IncidentDetail
    list_serializer_class = shapes.IncidentRow
    create_serializer_class = shapes.IncidentOpening
    edit_serializer_class = shapes.IncidentEdit
    filterset_class = IncidentFilters
    is_searched = True
    orderings = ORDERINGS
    parameters = {
        "history": ("limit", "before"),
        "explanation": ("agreement", "round"),
        "timeline": ("limit", "before", "kind"),
        "comments": ("limit", "before"),
    }
    workflow = INCIDENT_WORKFLOW
    action_forms = {name: form for name, form in ACTIONS.items() if name not in _ELSEWHERE}

    def get_queryset(self) -> Any:
        """With the references of those affected assets that the user may see."""
        seen = Asset.objects.visible_to(self.request.user).order_by().values("pk")
        return super().get_queryset().annotate(assets_key=_AffectedReferences(F("pk"), seen))

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset)
        hide_causes(page or (), self.request.user)
        return page

    def show(self, record: Incident, status: int = 200) -> Response:
        hide_causes([record], self.request.user)
        return super().show(record, status)

    def create_with(self, **data: Any) -> Incident:
        incident = services.open_incident(actor=self.request.user, **data)
        given = sorted(data.get("assets", ()), key=lambda asset: asset.pk)
        incident.assets_key = [asset.reference for asset in given]  # no need to ask for them again
        return incident

    def edit_with(self, record: Incident, **data: Any) -> Incident:
        return services.edit_incident(record, actor=self.request.user, **data)

    @extend_schema(responses=shapes.ClockShown(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def clocks(self, request: Any, **kwargs: Any) -> Response:
        """The clocks of the mandate and of all that is agreed, as of now."""
        incident = self.get_object()
        life = Life(pk=incident.life_id)
        clocks = clocks_of_life(life, timezone.now(), targets_of(incident))
        return Response(shapes.ClockShown(clocks, many=True).data)

    @extend_schema(methods=["get"], responses=shapes.MarkShown(many=True))
    @extend_schema(
        methods=["post"], request=shapes.MarkInput, responses={201: shapes.MarkShown(many=True)}
    )
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def marks(self, request: Any, **kwargs: Any) -> Response:
        """All marks in order; `superseded_at` says which were corrected. POST sets or corrects."""
        incident = self.get_object()

        def set_one() -> Response:
            services.mark_incident(incident, actor=request.user, **self.checked(shapes.MarkInput))
            return self._marks(incident, status.HTTP_201_CREATED)

        return self._write(set_one) if request.method == "POST" else self._marks(incident)

    def _marks(self, incident: Incident, code: int = 200) -> Response:
        marks = _marks_of(incident).select_related("set_by").order_by("at", "pk")
        return Response(shapes.MarkShown(marks, many=True).data, code)

    @extend_schema(responses=shapes.TimelineEntry(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def timeline(self, request: Any, **kwargs: Any) -> Response:
        """All that happened in one list, newest first; `before` is the `position` to go on from,
        `kind` a comma list of the kinds that are wanted."""
        page = INCIDENT_TIMELINE.read(
            self.get_object(),
            request.user,
            size=read_number(request, "limit", 50, LONGEST_PAGE),
            before=read_position(request),
            kinds=read_kinds(request, INCIDENT_TIMELINE),
        )
        return Response(shapes.TimelineEntry(page.entries, many=True).data)

    @extend_schema(methods=["get"], responses=shapes.CommentShown(many=True))
    @extend_schema(
        methods=["post"], request=shapes.CommentInput, responses={201: shapes.CommentShown}
    )
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def comments(self, request: Any, **kwargs: Any) -> Response:
        """Newest first; `before` is the id to go on from. POST adds one."""
        incident = self.get_object()

        def add() -> Response:
            data = self.checked(shapes.CommentInput)
            comment = services.comment_on_incident(incident, actor=request.user, **data)
            return Response(shapes.CommentShown(comment).data, status.HTTP_201_CREATED)

        if request.method == "POST":
            return self._write(add)
        comments = incident.comments.select_related("author").order_by("-pk")
        if before := read_number(request, "before", None, 2**63 - 1):
            comments = comments.filter(pk__lt=before)
        shown = comments[: read_number(request, "limit", 50, 200)]
        return Response(shapes.CommentShown(shown, many=True).data)

    @extend_schema(methods=["get"], responses=shapes.LinkShown(many=True))
    @extend_schema(
        methods=["post"], request=shapes.LinkInput, responses={201: shapes.LinkShown(many=True)}
    )
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def links(self, request: Any, **kwargs: Any) -> Response:
        """Relations to other incidents that one may see. POST adds one."""
        incident = self.get_object()

        def add() -> Response:
            data = self.checked(shapes.LinkInput)
            services.link_records(incident, **data, actor=request.user)
            return self._links(incident, status.HTTP_201_CREATED)

        return self._write(add) if request.method == "POST" else self._links(incident)

    def _links(self, incident: Incident, code: int = 200) -> Response:
        seen = Incident.objects.visible_to(self.request.user).values("pk")
        out = incident.links.filter(target__in=seen).annotate(
            direction=Value("outward"), incident=F("target__reference")
        )
        back = incident.linked_from.filter(source__in=seen).annotate(
            direction=Value("inward"), incident=F("source__reference")
        )
        columns = ("kind", "direction", "incident", "created_at")
        rows = [*out.values(*columns), *back.values(*columns)]
        return Response(shapes.LinkShown(rows, many=True).data, code)

    def _write(self, write: Any) -> Response:
        self.require("change")
        return answer_once(self.request, write)


class _AffectedReferences(Func):
    """The references of an incident's affected assets, of those whose ids the second one holds."""

    template = """ARRAY(
        SELECT asset."reference" FROM "incidents_affectedasset" affected
          JOIN "assets_asset" asset ON asset."id" = affected."asset_id"
         WHERE affected."incident_id" = %(expressions)s ORDER BY asset."id")"""
    arg_joiner = ' AND asset."id" IN '
    output_field = ArrayField(CharField())

    def __init__(self, incident: Any, seen: Any) -> None:
        seen = Subquery(seen)
        seen.empty_result_set_value = NotImplemented  # so that it says so instead of being NULL
        super().__init__(incident, seen)

    def as_sql(self, *args: Any, **kwargs: Any) -> Any:
        try:
            return super().as_sql(*args, **kwargs)
        except EmptyResultSet:  # the reader sees no asset at all
            return "ARRAY[]::varchar[]", []


def _marks_of(incident: Incident) -> Any:
    return Mark.objects.filter(life=incident.life_id)


def read_position(request: Any) -> Position | None:
    """Where a timeline is to go on. ValidationError for what is no position."""
    text = request.query_params.get("before")
    position = Position.read(text or "")
    if text is not None and position is None:
        raise ValidationError({"before": [_("This is no position of a timeline.")]})
    return position


def read_kinds(request: Any, timeline: Timeline) -> list[str]:
    """The kinds of entries that are wanted. ValidationError for one that there is not."""
    if (text := request.query_params.get("kind")) is None:
        return []
    kinds = text.split(",")
    if unknown := set(kinds) - set(timeline.kinds()):
        told = {"kinds": ", ".join(timeline.kinds()), "unknown": ", ".join(unknown)}
        raise ValidationError({"kind": [_("“%(unknown)s”: choose from %(kinds)s.") % told]})
    return kinds
