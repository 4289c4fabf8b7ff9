"""Matrices of responsibility as REST: drafted line by line, agreed, frozen."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from core.api.fields import Moment, RecordInput, Related, Text
from core.api.idempotency import answer_once
from core.api.transitions import TakesActions, TellsHistory
from core.api.views import Creates, Edits, ScopedViewSet
from people.enums import TokenScope
from people.models import User
from vendors import services
from vendors.attestations.api import ReportInput, ReportShown
from vendors.models import ResponsibilityMatrix, Vendor
from vendors.responsibilities.enums import MatrixStatus, Responsible
from vendors.responsibilities.filters import MatrixFilters
from vendors.responsibilities.forms import MATRIX_ACTIONS
from vendors.responsibilities.permissions import may_agree_matrices, may_draft_matrices
from vendors.responsibilities.workflow import MATRIX_WORKFLOW
from vendors.services.responsibilities import MOST_LINES


class MatrixShown(serializers.Serializer[Any]):
    """One version of who answers for what with a vendor. Its lines have their own address."""

    reference = serializers.CharField()
    vendor = Related(Vendor)
    number = serializers.IntegerField()
    scope = serializers.CharField()
    status = serializers.ChoiceField(choices=MatrixStatus.choices)
    drafted_by = Related(User, "username")
    agreed_on = serializers.DateField(allow_null=True)
    agreed_by = Related(User, "username", allow_null=True)
    agreed_at = Moment(allow_null=True)
    representative = serializers.CharField()
    replaced_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()


class MatrixEdit(RecordInput):
    """Of which services a draft is."""

    scope = Text(max_length=2_000, required=False, allow_blank=True)


class MatrixInput(MatrixEdit):
    """A draft, with the lines of the version that is agreed."""

    vendor = Related(Vendor)


class LineShown(serializers.Serializer[Any]):
    """One requirement: who meets it, how, and on what that rests."""

    requirement = serializers.CharField()
    title = serializers.CharField()
    who = serializers.ChoiceField(choices=[("", ""), *Responsible.choices])
    how = serializers.CharField()
    evidence = serializers.CharField()


class LineInput(RecordInput):
    """One requirement, new or said anew. `how` is needed as soon as it says who."""

    requirement = Text(max_length=40)
    title = Text(max_length=200, required=False, allow_blank=True)
    who = serializers.ChoiceField(choices=Responsible.choices, required=False, allow_blank=True)
    how = Text(max_length=2_000, required=False, allow_blank=True)
    evidence = Text(max_length=2_000, required=False, allow_blank=True)


class LinesInput(RecordInput):
    """Several lines at once: all of them or none. What is not named stays."""

    lines = serializers.ListField(child=LineInput(), max_length=MOST_LINES)


class LineKey(RecordInput):
    """Which line."""

    requirement = Text(max_length=40)


class MatrixViewSet(Creates, Edits, TakesActions, TellsHistory, ScopedViewSet):
    """Who answers for what with vendors, version after version."""

    queryset = ResponsibilityMatrix.objects.all()
    serializer_class = MatrixShown
    create_serializer_class = MatrixInput
    edit_serializer_class = MatrixEdit
    filterset_class = MatrixFilters
    orderings = {"reference": ("pk",)}
    parameters = {"history": ("limit", "before")}
    workflow = MATRIX_WORKFLOW
    action_forms = {name: form for name, form in MATRIX_ACTIONS.items() if name == "agree"}
    token_scope = TokenScope.WRITE

    def require(self, verb: str) -> None:
        """Who drafts matrices writes them; who agrees them takes actions."""
        user = self.request.user
        is_agreeing = self.action == "transitions" and may_agree_matrices(user)
        if not (may_draft_matrices(user) or is_agreeing):
            raise PermissionDenied

    def create_with(self, **data: Any) -> ResponsibilityMatrix:
        return services.draft_matrix(actor=self.request.user, **data)

    def edit_with(self, record: ResponsibilityMatrix, **data: Any) -> ResponsibilityMatrix:
        return services.edit_matrix(record, actor=self.request.user, **data)

    @extend_schema(methods=["get"], responses=LineShown(many=True))
    @extend_schema(methods=["post"], request=LinesInput, responses=LineShown(many=True))
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def lines(self, request: Any, **kwargs: Any) -> Response:
        """Who meets which requirement. POST adds lines to a draft, or says them anew."""
        record = self.get_object()

        def write() -> Response:
            lines = self.checked(LinesInput)["lines"]
            services.set_lines(record, actor=request.user, lines=lines)
            return Response(LineShown(record.lines.all(), many=True).data)

        if request.method == "POST":
            self.require("change")
            return answer_once(request, write)
        return Response(LineShown(record.lines.all(), many=True).data)

    @extend_schema(request=LineKey, responses=LineShown(many=True))
    @action(
        detail=True, methods=["post"], pagination_class=None, filter_backends=[],
        url_path="lines/remove",
    )  # fmt: skip
    def remove_line(self, request: Any, **kwargs: Any) -> Response:
        """Take a line out of a draft."""
        record = self.get_object()
        self.require("change")

        def remove() -> Response:
            services.remove_line(record, actor=request.user, **self.checked(LineKey))
            return Response(LineShown(record.lines.all(), many=True).data)

        return answer_once(request, remove)

    @extend_schema(methods=["get"], responses=ReportShown(many=True))
    @extend_schema(
        methods=["post"],
        request={"multipart/form-data": ReportInput},
        responses={201: ReportShown},
    )
    @action(
        detail=True,
        methods=["get", "post"],
        pagination_class=None,
        filter_backends=[],
        parser_classes=[MultiPartParser],
    )
    def documents(self, request: Any, **kwargs: Any) -> Response:
        """What was signed. POST adds a file to a draft."""
        record = self.get_object()

        def add() -> Response:
            data = self.checked(ReportInput)
            file = data["file"]
            file.seek(0)  # read before, if this is another attempt
            added = services.attach_agreement(
                record, actor=request.user, title=data["title"], name=file.name, data=file.read()
            )
            return Response(ReportShown(added).data, status.HTTP_201_CREATED)

        if request.method == "POST":
            self.require("change")
            return answer_once(request, add)
        rows = record.documents.select_related("uploaded_by").order_by("-pk")
        return Response(ReportShown(rows, many=True).data)
