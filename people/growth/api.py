"""Certifications as REST: claimed by their holder with the proof, decided about by the lead."""

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
from people.growth.enums import CertificationStatus
from people.growth.filters import CertificationFilters
from people.growth.forms import DECIDING
from people.growth.rules import may_verify
from people.growth.workflow import CERTIFICATION_WORKFLOW
from people.models import Certification, User
from people.services import certifications


class CertificationShown(serializers.Serializer[Any]):
    """What somebody has passed. `is_expired` is told as of today."""

    reference = serializers.CharField()
    holder = serializers.CharField(source="holder.full_name")
    name = serializers.CharField()
    issuer = serializers.CharField()
    number = serializers.CharField()
    issued_on = serializers.DateField()
    expires_on = serializers.DateField(allow_null=True)
    is_expired = serializers.SerializerMethodField()
    recorded_by = Related(User, "username")
    recorded_at = Moment()
    status = serializers.ChoiceField(choices=CertificationStatus.choices)
    review_note = serializers.CharField()
    reviewed_by = Related(User, "username", allow_null=True)
    reviewed_at = Moment(allow_null=True)
    version = serializers.IntegerField()

    def get_is_expired(self, row: Certification) -> bool:
        return row.expires_on is not None and row.expires_on < timezone.localdate()


class CertificationInput(RecordInput):
    """What one has passed oneself; without `expires_on` it does not expire."""

    name = Text(max_length=150)
    issuer = Text(max_length=150)
    number = Text(max_length=80, required=False, allow_blank=True)
    issued_on = serializers.DateField()
    expires_on = serializers.DateField(required=False, allow_null=True)


class ProofShown(serializers.Serializer[Any]):
    """A file, by the hash of its bytes."""

    id = serializers.IntegerField()
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    uploaded_by = Related(User, "username")
    created_at = Moment()


class ProofInput(RecordInput):
    """A certificate, sent as multipart/form-data."""

    file = serializers.FileField(allow_empty_file=True)


class CertificationViewSet(Creates, Edits, TakesActions, TellsHistory, ScopedViewSet):
    """The certifications of oneself and of the people one leads."""

    queryset = Certification.objects.select_related("holder", "recorded_by", "reviewed_by")
    serializer_class = CertificationShown
    create_serializer_class = edit_serializer_class = CertificationInput
    filterset_class = CertificationFilters
    orderings = {"reference": ("pk",)}
    parameters = {"history": ("limit", "before")}
    workflow = CERTIFICATION_WORKFLOW
    action_forms = DECIDING
    token_scope = TokenScope.WRITE

    def require(self, verb: str) -> None:
        """Whoever leads people decides without writing."""
        if not (self.action == "transitions" and may_verify(self.request.user)):
            super().require(verb)

    def create_with(self, **data: Any) -> Certification:
        return certifications.claim_certification(actor=self.request.user, **data)

    def edit_with(self, record: Certification, **data: Any) -> Certification:
        return certifications.edit_certification(record, actor=self.request.user, **data)

    @extend_schema(methods=["get"], responses=ProofShown(many=True))
    @extend_schema(
        methods=["post"],
        request={"multipart/form-data": ProofInput},
        responses={201: ProofShown},
    )
    @action(
        detail=True,
        methods=["get", "post"],
        pagination_class=None,
        filter_backends=[],
        parser_classes=[MultiPartParser],
    )
    def documents(self, request: Any, **kwargs: Any) -> Response:
        """The certificate itself. POST adds one."""
        record = self.get_object()

        def add() -> Response:
            file = self.checked(ProofInput)["file"]
            file.seek(0)  # read before, if this is another attempt
            added = certifications.attach_proof(
                record, actor=request.user, name=file.name, data=file.read()
            )
            return Response(ProofShown(added).data, status.HTTP_201_CREATED)

        if request.method == "POST":
            self.require("change")
            if request.user.person_id != record.holder_id:
                raise PermissionDenied
            return answer_once(request, add)
        rows = record.documents.select_related("uploaded_by").order_by("-pk")
        return Response(ProofShown(rows, many=True).data)
