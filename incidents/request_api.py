"""Requests as REST. Every write is a service call; every refusal is the service's own."""

from typing import Any

from django.db.models import F, Value
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework import status
from rest_framework.decorators import action
from rest_framework.response import Response

from core.api.idempotency import answer_once
from core.api.pagination import read_number
from core.api.transitions import TakesActions, TellsHistory
from core.api.views import Creates, Edits, ScopedViewSet
from core.record.entries import LONGEST_PAGE
from incidents import request_shapes as shapes
from incidents import services
from incidents.api_together import SharesWork
from incidents.models import Request
from incidents.reading_timelines import kinds_asked, position_asked
from incidents.representations import (
    ClockShown,
    CommentInput,
    CommentShown,
    MarkInput,
    MarkShown,
    TimelineEntry,
)
from incidents.request_families_api import RequestFamilies
from incidents.request_filters import REQUEST_ORDERINGS, RequestFilters
from incidents.request_forms import REQUEST_ACTIONS
from incidents.request_page import agreed_clocks
from incidents.request_timeline import REQUEST_TIMELINE
from incidents.request_workflow import REQUEST_WORKFLOW
from incidents.services.requests import conversation, opening
from records.attachment_api import KeepsFiles
from sla.explanation_api import ExplainsClocks
from sla.models import Mark

# Comments and files have addresses of their own; adjustments are a resource.
_ELSEWHERE = {"comment", "attach", "propose_adjustment", "split"}


@extend_schema_view(split=extend_schema(responses={201: shapes.RequestDetail}))
class RequestViewSet(
    KeepsFiles,
    RequestFamilies,
    SharesWork,
    ExplainsClocks,
    Creates,
    Edits,
    TakesActions,
    TellsHistory,
    ScopedViewSet,
):
    """What clients and colleagues ask for: requests, enquiries, concerns, ideas, adjustments."""

    queryset = Request.objects.select_related("contact").defer("search")
    serializer_class = shapes.RequestDetail
    list_serializer_class = shapes.RequestRow
    create_serializer_class = shapes.RequestOpening
    edit_serializer_class = shapes.RequestEdit
    filterset_class = RequestFilters
    is_searched = True
    orderings = REQUEST_ORDERINGS
    parameters = {
        "history": ("limit", "before"),
        "explanation": ("agreement", "round"),
        "timeline": ("limit", "before", "kind"),
        "comments": ("limit", "before"),
    }
    workflow = REQUEST_WORKFLOW
    action_forms = {n: form for n, form in REQUEST_ACTIONS.items() if n not in _ELSEWHERE}

    attach_with = staticmethod(conversation.attach_to_request)

    def before_attaching(self) -> None:
        self.require("change")

    def create_with(self, **data: Any) -> Request:
        data["contact"] = shapes.contact_named(data.get("client"), data.get("contact"))
        return opening.open_request(actor=self.request.user, **data)

    def edit_with(self, record: Request, **data: Any) -> Request:
        if "contact" in data:
            client = data.get("client", record.client)
            data["contact"] = shapes.contact_named(client, data["contact"])
        return opening.edit_request(record, actor=self.request.user, **data)

    @extend_schema(responses=ClockShown(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def clocks(self, request: Any, **kwargs: Any) -> Response:
        """The clocks of all that is agreed, as of now."""
        clocks = agreed_clocks(self.get_object().life_id, timezone.now())
        return Response(ClockShown(clocks, many=True).data)

    @extend_schema(methods=["get"], responses=MarkShown(many=True))
    @extend_schema(methods=["post"], request=MarkInput, responses={201: MarkShown(many=True)})
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def marks(self, request: Any, **kwargs: Any) -> Response:
        """All marks in order; `superseded_at` says which were corrected. POST sets or corrects."""
        record = self.get_object()

        def set_one() -> Response:
            conversation.mark_request(record, actor=request.user, **self.checked(MarkInput))
            return _marks(record, status.HTTP_201_CREATED)

        return self._write(set_one) if request.method == "POST" else _marks(record)

    @extend_schema(responses=TimelineEntry(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def timeline(self, request: Any, **kwargs: Any) -> Response:
        """All that happened in one list, newest first; `before` is the `position` to go on from,
        `kind` a comma list of the kinds that are wanted."""
        page = REQUEST_TIMELINE.read(
            self.get_object(),
            request.user,
            size=read_number(request, "limit", 50, LONGEST_PAGE),
            before=position_asked(request),
            kinds=kinds_asked(request, REQUEST_TIMELINE),
        )
        return Response(TimelineEntry(page.entries, many=True).data)

    @extend_schema(methods=["get"], responses=CommentShown(many=True))
    @extend_schema(methods=["post"], request=CommentInput, responses={201: CommentShown})
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def comments(self, request: Any, **kwargs: Any) -> Response:
        """Newest first; `before` is the id to go on from. POST adds one."""
        record = self.get_object()

        def add() -> Response:
            data = self.checked(CommentInput)
            comment = conversation.comment_on_request(record, actor=request.user, **data)
            return Response(CommentShown(comment).data, status.HTTP_201_CREATED)

        if request.method == "POST":
            return self._write(add)
        comments = record.comments.select_related("author").order_by("-pk")
        if before := read_number(request, "before", None, 2**63 - 1):
            comments = comments.filter(pk__lt=before)
        shown = comments[: read_number(request, "limit", 50, 200)]
        return Response(CommentShown(shown, many=True).data)

    @extend_schema(methods=["get"], responses=shapes.RequestLinkShown(many=True))
    @extend_schema(
        methods=["post"],
        request=shapes.RequestLinkInput,
        responses={201: shapes.RequestLinkShown(many=True)},
    )
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def links(self, request: Any, **kwargs: Any) -> Response:
        """Relations to other requests that one may see. POST adds one."""
        record = self.get_object()

        def add() -> Response:
            data = self.checked(shapes.RequestLinkInput)
            services.link_records(record, **data, actor=request.user)
            return self._links(record, status.HTTP_201_CREATED)

        return self._write(add) if request.method == "POST" else self._links(record)

    def _links(self, record: Request, code: int = 200) -> Response:
        seen = Request.objects.visible_to(self.request.user).values("pk")
        out = record.links.filter(target__in=seen).annotate(
            direction=Value("outward"), request=F("target__reference")
        )
        back = record.linked_from.filter(source__in=seen).annotate(
            direction=Value("inward"), request=F("source__reference")
        )
        columns = ("kind", "direction", "request", "created_at")
        rows = [*out.values(*columns), *back.values(*columns)]
        return Response(shapes.RequestLinkShown(rows, many=True).data, code)

    def _write(self, write: Any) -> Response:
        self.require("change")
        return answer_once(self.request, write)


def _marks(record: Request, code: int = 200) -> Response:
    marks = Mark.objects.filter(life=record.life_id).select_related("set_by").order_by("at", "pk")
    return Response(MarkShown(marks, many=True).data, code)
