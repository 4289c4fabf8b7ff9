"""What approval rests on as REST: boards, policies, absences, standard changes. Reading and writing
as their pages allow."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response

from changes.configuration_lists import PolicyFilters
from changes.enums import ChangeType, Quorum, Risk, StepKind
from changes.models import Absence, ApprovalPolicy, Board, ChangeTemplate
from changes.services import configuring
from core.api.fields import Duration, Moment, RecordInput, Related, Text
from core.api.idempotency import answer_once
from core.api.views import Creates, Edits, ScopedViewSet
from people.enums import TokenScope
from people.models import ApiToken, User
from people.stepup import recently_confirmed

_IDS = r"[0-9]{1,18}"


class SeatShown(serializers.Serializer[Any]):
    """Who sits on a board, since when and until when."""

    user = Related(User, "username")
    is_chair = serializers.BooleanField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField(allow_null=True)


class BoardShown(serializers.Serializer[Any]):
    """A board with everybody who has or had a seat."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    is_emergency = serializers.BooleanField()
    seats = SeatShown(many=True)


class BoardInput(RecordInput):
    """A board without members."""

    name = Text(max_length=120)
    is_emergency = serializers.BooleanField(required=False)


class SeatInput(RecordInput):
    """A seat for somebody whose role includes approving."""

    user = Related(User, "username")
    starts_on = serializers.DateField()
    is_chair = serializers.BooleanField(required=False)


class BoardViewSet(Creates, ScopedViewSet):
    """Who is asked to vote: CABs and ECABs."""

    queryset = Board.objects.prefetch_related("seats__user")
    serializer_class = BoardShown
    create_serializer_class = BoardInput
    lookup_field = "pk"
    lookup_value_regex = _IDS
    http_method_names = ["get", "head", "post"]
    orderings = {"name": ("name", "pk")}
    ordering = "name"

    def create_with(self, **data: Any) -> Board:
        return configuring.found_board(actor=self.request.user, **data)

    @extend_schema(request=SeatInput, responses={201: BoardShown})
    @action(detail=True, methods=["post"], filter_backends=[], pagination_class=None)
    def seats(self, request: Any, **kwargs: Any) -> Response:
        """Give somebody a seat."""
        board = self.get_object()
        self.require("change")

        def seat() -> Response:
            data = self.checked(SeatInput)
            configuring.seat_member(board, data.pop("user"), actor=request.user, **data)
            return self.show(self.get_queryset().get(pk=board.pk), status.HTTP_201_CREATED)

        return answer_once(request, seat)


class PolicyStepShown(serializers.Serializer[Any]):
    """One step: whose approval, by which rule, within what time."""

    position = serializers.IntegerField()
    kind = serializers.ChoiceField(choices=StepKind.choices)
    board = Related(Board, "name", allow_null=True)
    quorum = serializers.ChoiceField(choices=Quorum.choices)
    needed = serializers.IntegerField()
    present = serializers.IntegerField()
    due_in = Duration()
    accepts_tokens = serializers.BooleanField()


class PolicyShown(serializers.Serializer[Any]):
    """Who approves changes of a type and a risk; an empty risk is any."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    type = serializers.ChoiceField(choices=ChangeType.choices)
    risk = serializers.ChoiceField(choices=Risk.choices, allow_blank=True)
    is_active = serializers.BooleanField()
    steps = PolicyStepShown(many=True)


class PolicyStepInput(RecordInput):
    """One step, in the order in which they are asked."""

    kind = serializers.ChoiceField(choices=StepKind.choices)
    board = Related(Board, "name", required=False, allow_null=True)
    quorum = serializers.ChoiceField(choices=Quorum.choices, required=False)
    needed = serializers.IntegerField(min_value=0, max_value=100, required=False)
    present = serializers.IntegerField(min_value=0, max_value=100, required=False)
    due_in = Duration()
    accepts_tokens = serializers.BooleanField(required=False)


class PolicyInput(RecordInput):
    """The policy from now on; the one that was there is put out of use."""

    name = Text(max_length=120)
    type = serializers.ChoiceField(choices=ChangeType.choices)
    risk = serializers.ChoiceField(choices=Risk.choices, allow_blank=True, required=False)
    steps = PolicyStepInput(many=True)


class ApprovalPolicyViewSet(Creates, ScopedViewSet):
    """Who approves what. A policy is replaced by posting the next one, never edited."""

    queryset = ApprovalPolicy.objects.prefetch_related("steps__board")
    serializer_class = PolicyShown
    create_serializer_class = PolicyInput
    filterset_class = PolicyFilters
    lookup_field = "pk"
    lookup_value_regex = _IDS
    http_method_names = ["get", "head", "post"]
    orderings = {"name": ("name", "pk"), "id": ("pk",)}
    ordering = "-id"

    def create_with(self, **data: Any) -> ApprovalPolicy:
        return configuring.set_policy(actor=self.request.user, **data)


class AbsenceShown(serializers.Serializer[Any]):
    """Who is away, and who votes for them meanwhile."""

    id = serializers.IntegerField()
    user = Related(User, "username")
    substitute = Related(User, "username")
    starts_at = Moment()
    ends_at = Moment()


class AbsenceInput(RecordInput):
    """One's own absence."""

    substitute = Related(User, "username")
    starts_at = Moment()
    ends_at = Moment()


class AbsenceViewSet(Creates, ScopedViewSet):
    """One's own absences, and those of whom one stands in for."""

    queryset = Absence.objects.select_related("user", "substitute")
    serializer_class = AbsenceShown
    create_serializer_class = AbsenceInput
    lookup_field = "pk"
    lookup_value_regex = _IDS
    http_method_names = ["get", "head", "post"]
    orderings = {"starts_at": ("starts_at", "pk")}
    ordering = "-starts_at"

    def create_with(self, **data: Any) -> Absence:
        return configuring.name_substitute(actor=self.request.user, **data)

    @extend_schema(request=None, responses=AbsenceShown)
    @action(detail=True, methods=["post"], filter_backends=[], pagination_class=None)
    def end(self, request: Any, **kwargs: Any) -> Response:
        """Back earlier than said. One's own only."""
        absence = self.get_object()
        return answer_once(
            request, lambda: self.show(configuring.end_absence(absence, actor=request.user))
        )


class TemplateShown(serializers.Serializer[Any]):
    """A standard change: what it permits, until when, and how it has gone."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    description = serializers.CharField()
    test_plan = serializers.CharField()
    backout_plan = serializers.CharField()
    owner = Related(User, "username")
    revision = serializers.IntegerField(help_text="Which version of what it says.")
    approved_at = Moment(allow_null=True)
    approved_by = Related(User, "username", allow_null=True)
    expires_on = serializers.DateField(allow_null=True)
    failures_allowed = serializers.IntegerField()
    successes = serializers.IntegerField()
    failures = serializers.IntegerField()
    is_suspended = serializers.BooleanField()
    version = serializers.IntegerField()


class TemplateInput(RecordInput):
    """What a standard change says. Edited, it awaits approval again."""

    name = Text(max_length=150)
    description = Text(max_length=20_000)
    test_plan = Text(max_length=20_000)
    backout_plan = Text(max_length=20_000)
    failures_allowed = serializers.IntegerField(min_value=1, max_value=1_000, required=False)


class TemplateApproval(RecordInput):
    """Until when changes may follow it, within a year."""

    expires_on = serializers.DateField()


class ChangeTemplateViewSet(Creates, Edits, ScopedViewSet):
    """Standard changes: the approval of a template is that of every change that follows it."""

    token_scope = TokenScope.WRITE

    queryset = ChangeTemplate.objects.select_related("owner", "approved_by")
    serializer_class = TemplateShown
    create_serializer_class = edit_serializer_class = TemplateInput
    lookup_field = "pk"
    lookup_value_regex = _IDS
    orderings = {"name": ("name", "pk")}
    ordering = "name"

    def create_with(self, **data: Any) -> ChangeTemplate:
        return configuring.describe_standard_change(actor=self.request.user, **data)

    def edit_with(self, record: ChangeTemplate, **data: Any) -> ChangeTemplate:
        return configuring.edit_standard_change(record, actor=self.request.user, **data)

    @extend_schema(request=TemplateApproval, responses=TemplateShown)
    @action(
        detail=True,
        methods=["post"],
        filter_backends=[],
        pagination_class=None,
        token_scope=TokenScope.VOTE,
    )
    def approve(self, request: Any, **kwargs: Any) -> Response:
        """Approve it: by a token with the scope `vote`, or in a session whose password was
        confirmed within the last minutes."""
        template = self.get_object()
        if not isinstance(request.auth, ApiToken) and not recently_confirmed(request):
            raise PermissionDenied(code="confirmation_required")

        def approve() -> Response:
            data = self.checked(TemplateApproval)
            done = configuring.approve_standard_change(template, actor=request.user, **data)
            return self.show_written(done)

        return answer_once(request, approve)
