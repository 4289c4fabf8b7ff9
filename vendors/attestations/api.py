"""Attestations as REST: received with their document, reviewed by others."""

from typing import Any

from django.utils import timezone
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
from vendors.attestations.enums import (
    AttestationKind,
    AttestationStatus,
    Coverage,
    Opinion,
    Treatment,
)
from vendors.attestations.filters import AttestationFilters
from vendors.attestations.forms import REVIEWING, TELLING
from vendors.attestations.permissions import may_keep_attestations, may_review_attestations
from vendors.attestations.workflow import ATTESTATION_WORKFLOW
from vendors.models import Attestation, Vendor


class AttestationShown(serializers.Serializer[Any]):
    """A report or certificate about a vendor. `is_expired` is told as of today."""

    reference = serializers.CharField()
    vendor = Related(Vendor)
    kind = serializers.ChoiceField(choices=AttestationKind.choices)
    assessor = serializers.CharField()
    starts_on = serializers.DateField(allow_null=True)
    ends_on = serializers.DateField(allow_null=True)
    issued_on = serializers.DateField()
    expires_on = serializers.DateField()
    is_expired = serializers.SerializerMethodField()
    opinion = serializers.ChoiceField(choices=[("", ""), *Opinion.choices])
    services = serializers.CharField()
    requirements = serializers.ListField(child=serializers.CharField())
    received_by = Related(User, "username")
    received_at = Moment()
    status = serializers.ChoiceField(choices=AttestationStatus.choices)
    coverage = serializers.ChoiceField(choices=[("", ""), *Coverage.choices])
    review_note = serializers.CharField()
    reviewed_by = Related(User, "username", allow_null=True)
    reviewed_at = Moment(allow_null=True)
    superseded_by = Related(Attestation, allow_null=True)
    version = serializers.IntegerField()

    def get_is_expired(self, row: Attestation) -> bool:
        return row.expires_on < timezone.localdate()


class AttestationEdit(RecordInput):
    """What stands on it. SOC reports have an opinion; `requirements` are numbers of PCI DSS."""

    kind = serializers.ChoiceField(choices=AttestationKind.choices)
    assessor = Text(max_length=150)
    starts_on = serializers.DateField(required=False, allow_null=True)
    ends_on = serializers.DateField(required=False, allow_null=True)
    issued_on = serializers.DateField()
    expires_on = serializers.DateField()
    opinion = serializers.ChoiceField(choices=Opinion.choices, required=False, allow_blank=True)
    services = Text(max_length=2_000)
    requirements = serializers.ListField(child=Text(max_length=12), max_length=400, required=False)


class AttestationInput(AttestationEdit):
    """What a vendor gave us."""

    vendor = Related(Vendor)


class AttestationExceptionShown(serializers.Serializer[Any]):
    """What its assessor found not to work; `treatment` is empty until it is assessed."""

    id = serializers.IntegerField()
    text = serializers.CharField()
    assessment = serializers.CharField()
    treatment = serializers.ChoiceField(choices=[("", ""), *Treatment.choices])


class UserControlShown(serializers.Serializer[Any]):
    """What the report expects of us: which of our controls it is, or why there is none."""

    id = serializers.IntegerField()
    text = serializers.CharField()
    control = serializers.CharField()
    reason = serializers.CharField()


class ReportShown(serializers.Serializer[Any]):
    """A file, by the hash of its bytes."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    uploaded_by = Related(User, "username")
    created_at = Moment()


class ReportInput(RecordInput):
    """A file, sent as multipart/form-data."""

    title = Text(max_length=120)
    file = serializers.FileField(allow_empty_file=True)


class AttestationViewSet(Creates, Edits, TakesActions, TellsHistory, ScopedViewSet):
    """What others attest of vendors."""

    queryset = Attestation.objects.all()
    serializer_class = AttestationShown
    create_serializer_class = AttestationInput
    edit_serializer_class = AttestationEdit
    filterset_class = AttestationFilters
    orderings = {"reference": ("pk",), "expires_on": ("expires_on", "pk")}
    parameters = {"history": ("limit", "before")}
    workflow = ATTESTATION_WORKFLOW
    action_forms = {**REVIEWING, **TELLING}
    token_scope = TokenScope.WRITE

    def require(self, verb: str) -> None:
        """Who keeps attestations writes them; who decides about vendors takes actions."""
        user = self.request.user
        is_reviewer = self.action == "transitions" and may_review_attestations(user)
        if not (may_keep_attestations(user) or is_reviewer):
            raise PermissionDenied

    def create_with(self, **data: Any) -> Attestation:
        return services.receive_attestation(actor=self.request.user, **data)

    def edit_with(self, record: Attestation, **data: Any) -> Attestation:
        return services.edit_attestation(record, actor=self.request.user, **data)

    @extend_schema(responses=AttestationExceptionShown(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def exceptions(self, request: Any, **kwargs: Any) -> Response:
        """What its assessor found not to work, and what we make of it."""
        rows = self.get_object().exceptions.all()
        return Response(AttestationExceptionShown(rows, many=True).data)

    @extend_schema(responses=UserControlShown(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[], url_path="user-controls")
    def user_controls(self, request: Any, **kwargs: Any) -> Response:
        """What it expects of us."""
        rows = self.get_object().user_controls.all()
        return Response(UserControlShown(rows, many=True).data)

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
        """The report or certificate itself. POST adds one."""
        record = self.get_object()

        def add() -> Response:
            data = self.checked(ReportInput)
            file = data["file"]
            file.seek(0)  # read before, if this is another attempt
            added = services.attach_attestation(
                record, actor=request.user, title=data["title"], name=file.name, data=file.read()
            )
            return Response(ReportShown(added).data, status.HTTP_201_CREATED)

        if request.method == "POST":
            self.require("change")
            return answer_once(request, add)
        rows = record.documents.select_related("uploaded_by").order_by("-pk")
        return Response(ReportShown(rows, many=True).data)
