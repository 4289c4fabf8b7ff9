"""Meetings of boards as REST: read, walk their agenda, come and go, and take the minutes."""

import json
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import NotFound, PermissionDenied, ValidationError
from rest_framework.response import Response

from changes import services
from changes.enums import AttendanceKind, Authentication, MeetingStatus
from changes.forms.meetings import MEETING_ACTIONS
from changes.meeting_lists import ORDERINGS, MeetingFilters
from changes.meeting_workflow import MEETING_WORKFLOW
from changes.minutes_pdf import minutes_pdf
from changes.models import AgendaItem, Board, Change, Condition, Meeting
from core.api.fields import Moment, RecordInput, Related, Text
from core.api.idempotency import answer_once
from core.api.transitions import TakesActions, TellsHistory
from core.api.views import Creates, ScopedViewSet
from people.enums import TokenScope
from people.models import ApiToken, User
from people.stepup import recently_confirmed


class MeetingShown(serializers.Serializer[Any]):
    """A meeting of a board. `minutes_hash` is the SHA-256 of its minutes once it is closed."""

    reference = serializers.CharField()
    board = Related(Board, "name")
    status = serializers.ChoiceField(choices=MeetingStatus.choices)
    starts_at = Moment()
    ends_at = Moment()
    opened_at = Moment(allow_null=True)
    opened_by = Related(User, "username", allow_null=True)
    closed_at = Moment(allow_null=True)
    signed_at = Moment(allow_null=True)
    signed_by = Related(User, "username", allow_null=True)
    minutes_hash = serializers.SerializerMethodField()
    version = serializers.IntegerField()

    def get_minutes_hash(self, meeting: Any) -> str:
        return meeting.minutes.sha256 if hasattr(meeting, "minutes") else ""


class MeetingInput(RecordInput):
    """A meeting beside the rhythm of a board."""

    board = Related(Board, "name")
    starts_at = Moment()
    ends_at = Moment()


class ItemShown(serializers.Serializer[Any]):
    """A change on the agenda, in its place."""

    id = serializers.IntegerField()
    position = serializers.IntegerField()
    change = serializers.CharField(source="change.reference")
    title = serializers.CharField(source="change.title")
    minutes = serializers.IntegerField()
    started_at = Moment(allow_null=True)
    ended_at = Moment(allow_null=True)
    note = serializers.CharField()


class ItemVerb(RecordInput):
    """What the chair does with an item: `start`, `end` (with a `note`), `move` by so many `places`
    (negative: earlier), `box` to so many `minutes`. `refresh` is about the whole agenda."""

    action = serializers.ChoiceField(choices=["start", "end", "move", "box", "refresh"])
    item = serializers.IntegerField(required=False, min_value=1, max_value=2**62)
    note = Text(max_length=5_000, allow_blank=True, required=False)
    places = serializers.IntegerField(required=False, min_value=-500, max_value=500)
    minutes = serializers.IntegerField(required=False, min_value=1, max_value=240)


class AttendanceShown(serializers.Serializer[Any]):
    """Somebody was there, from when until when, and for whose seat."""

    person = serializers.CharField(source="person.full_name")
    username = serializers.CharField(source="user.username")
    kind = serializers.ChoiceField(choices=AttendanceKind.choices)
    seat_of = serializers.CharField(source="seat_of.full_name", default=None, allow_null=True)
    arrived_at = Moment()
    left_at = Moment(allow_null=True)


class AttendanceVerb(RecordInput):
    """`sign_in` and `sign_out`, always oneself."""

    action = serializers.ChoiceField(choices=["sign_in", "sign_out"])


class ConditionShown(serializers.Serializer[Any]):
    """What must be done before a change starts."""

    id = serializers.IntegerField()
    change = serializers.CharField(source="change.reference")
    text = serializers.CharField()
    owner = serializers.CharField(source="owner.username")
    set_by = serializers.CharField(source="set_by.username")
    set_at = Moment()
    cleared_at = Moment(allow_null=True)
    cleared_note = serializers.CharField()


class SignatureInput(RecordInput):
    """The hash of the minutes that are signed, as the meeting shows it."""

    sha256 = serializers.RegexField(r"\A[0-9a-f]{64}\Z")


class MeetingViewSet(Creates, TakesActions, TellsHistory, ScopedViewSet):
    """Meetings of change advisory boards."""

    queryset = Meeting.objects.select_related("minutes").defer("minutes__content")
    serializer_class = MeetingShown
    create_serializer_class = MeetingInput
    filterset_class = MeetingFilters
    orderings = ORDERINGS
    ordering = "-starts_at"
    parameters = {"history": ("limit", "before")}
    workflow = MEETING_WORKFLOW
    action_forms = MEETING_ACTIONS
    token_scope = TokenScope.WRITE

    def require(self, verb: str) -> None:
        """No role carries a permission to write meetings: their chair does, and members come."""
        if not self.request.user.has_perm("changes.approve_change"):
            raise PermissionDenied

    def create_with(self, **data: Any) -> Meeting:
        meeting = services.call_meeting(data.pop("board"), actor=self.request.user, **data)
        return self.get_queryset().get(pk=meeting.pk)

    @extend_schema(methods=["get"], responses=ItemShown(many=True))
    @extend_schema(methods=["post"], request=ItemVerb, responses=ItemShown(many=True))
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def agenda(self, request: Any, **kwargs: Any) -> Response:
        """The items in their order. POST takes one of the chair's actions."""
        meeting = self.get_object()
        if request.method == "POST":
            self.require("change")
            return answer_once(request, lambda: self._walk(meeting))
        return self._items(meeting)

    def _items(self, meeting: Meeting) -> Response:
        items = meeting.items.select_related("change").defer("change__search")
        return Response(ItemShown(items.order_by("position", "pk"), many=True).data)

    def _walk(self, meeting: Meeting) -> Response:
        told, actor = self.checked(ItemVerb), self.request.user
        verb = told["action"]
        if verb == "refresh":
            services.refresh_agenda(meeting, actor=actor)
            return self._items(meeting)
        item = AgendaItem.objects.filter(meeting=meeting, pk=told.get("item", 0)).first()
        if item is None:
            raise ValidationError({"item": [_("The agenda has no such item.")]})
        match verb:
            case "start":
                services.start_item(item, actor=actor)
            case "end":
                services.end_item(item, actor=actor, note=told.get("note", ""))
            case "move":
                services.move_item(item, actor=actor, places=told.get("places", 1))
            case "box":
                services.box_item(item, actor=actor, minutes=told.get("minutes", item.minutes))
        return self._items(meeting)

    @extend_schema(methods=["get"], responses=AttendanceShown(many=True))
    @extend_schema(methods=["post"], request=AttendanceVerb, responses=AttendanceShown(many=True))
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def attendance(self, request: Any, **kwargs: Any) -> Response:
        """Who was or is there. POST comes or goes oneself."""
        meeting = self.get_object()

        def come_or_go() -> Response:
            verb = self.checked(AttendanceVerb)["action"]
            getattr(services, verb)(meeting, actor=request.user)
            return self._attendances(meeting)

        if request.method == "POST":
            return answer_once(request, come_or_go)
        return self._attendances(meeting)

    def _attendances(self, meeting: Meeting) -> Response:
        rows = meeting.attendances.select_related("person", "seat_of", "user")
        return Response(AttendanceShown(rows, many=True).data)

    @extend_schema(responses=ConditionShown(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def conditions(self, request: Any, **kwargs: Any) -> Response:
        """What was asked for in this meeting, of the changes that the user sees. Conditions are set
        and cleared by actions of their change: `set_condition`, `clear_condition`."""
        seen = Change.objects.visible_to(request.user)
        rows = Condition.objects.filter(meeting=self.get_object(), change__in=seen)
        rows = rows.select_related("change", "owner", "set_by").defer("change__search")
        return Response(ConditionShown(rows, many=True).data)

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY})
    @action(detail=True, pagination_class=None, filter_backends=[])
    def minutes(self, request: Any, **kwargs: Any) -> Any:
        """The minutes as a PDF, in the language asked for; as data by `minutes-data`."""
        meeting = self._with_minutes()
        response = HttpResponse(minutes_pdf(meeting), content_type="application/pdf")
        response["Content-Disposition"] = f'attachment; filename="{meeting.reference}.pdf"'
        return response

    @extend_schema(responses=OpenApiTypes.OBJECT)
    @action(detail=True, pagination_class=None, filter_backends=[], url_path="minutes-data")
    def minutes_data(self, request: Any, **kwargs: Any) -> Response:
        """The frozen minutes: `content` is the canonical JSON whose SHA-256 is `sha256`."""
        minutes = self._with_minutes().minutes
        told = {"sha256": minutes.sha256, "text": minutes.content}
        return Response(told | {"content": json.loads(minutes.content)})

    def _with_minutes(self) -> Meeting:
        meeting = self.get_object()
        if not hasattr(meeting, "minutes"):
            raise NotFound(_("The meeting is not closed yet."))
        return meeting

    @extend_schema(request=SignatureInput, responses=MeetingShown)
    @action(
        detail=True,
        methods=["post"],
        pagination_class=None,
        filter_backends=[],
        token_scope=TokenScope.VOTE,
    )
    def signature(self, request: Any, **kwargs: Any) -> Response:
        """Sign the minutes: by a token with the scope `vote`, or in a session whose password was
        confirmed within the last minutes."""
        meeting = self.get_object()
        by_token = isinstance(request.auth, ApiToken)
        if not by_token and not recently_confirmed(request):
            raise PermissionDenied(code="confirmation_required")
        told = Authentication.TOKEN if by_token else Authentication.PASSWORD

        def sign() -> Response:
            data = self.checked(SignatureInput)
            signed = services.sign_minutes(meeting, actor=request.user, authentication=told, **data)
            return self.show_written(signed)

        return answer_once(request, sign)
