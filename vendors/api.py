"""Vendors as REST. People whose role includes only their names see no more than that."""

from typing import Any

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from core.api.fields import RecordInput, Related, Text
from core.api.idempotency import answer_once
from core.api.transitions import TakesActions, TellsHistory
from core.api.views import Creates, Edits, ScopedViewSet
from people.enums import Country, TokenScope
from people.models import User
from vendors import services
from vendors.assurance.actions import VENDOR_ACTIONS
from vendors.assurance.enums import DataAccess
from vendors.assurance.shapes import (
    AnswersInput,
    ContactShown,
    DiligenceShown,
    EvidenceInput,
    EvidenceShown,
    LocationShown,
    RequiredAttestationShown,
    ReviewShown,
    SubcontractorShown,
)
from vendors.attestations.currency import standings
from vendors.enums import VendorStatus, VendorTier
from vendors.filters import VendorFilters
from vendors.lists import NAMES_ORDERED, ORDERINGS
from vendors.models import DiligenceDocument, Vendor
from vendors.permissions import may_approve_vendors, may_read_about_vendors
from vendors.vendor_workflow import VENDOR_WORKFLOW


class VendorName(serializers.Serializer[Any]):
    """What everybody may know of a company we buy from."""

    reference = serializers.CharField()
    name = serializers.CharField()


class VendorShown(VendorName):
    """A company we buy from, did, or think of."""

    tier = serializers.ChoiceField(choices=VendorTier.choices)
    status = serializers.ChoiceField(choices=VendorStatus.choices)
    country = serializers.ChoiceField(choices=Country.choices)
    manager = Related(User, "username", allow_null=True)
    owner = Related(User, "username", allow_null=True)
    could_affect_security = serializers.BooleanField()
    services = serializers.CharField()
    data_access = serializers.ChoiceField(choices=DataAccess.choices)
    data_provided = serializers.CharField()
    legal_name = serializers.CharField()
    representative = serializers.CharField()
    systems = serializers.CharField()
    interfaces = serializers.CharField()
    authorisation_number = serializers.CharField()
    authorised_on = serializers.DateField(allow_null=True)
    taken_over_on = serializers.DateField(allow_null=True)
    engaged_on = serializers.DateField(allow_null=True)
    exited_on = serializers.DateField(allow_null=True)
    next_review_on = serializers.DateField(allow_null=True)
    is_review_overdue = serializers.SerializerMethodField()
    version = serializers.IntegerField()

    def get_is_review_overdue(self, vendor: Vendor) -> bool:
        day = vendor.next_review_on
        return vendor.status in ("engaged", "exiting") and (
            day is None or day < timezone.localdate()
        )


class VendorInput(RecordInput):
    """What a vendor is made of. How far it is changes by transitions only."""

    name = Text(max_length=150)
    tier = serializers.ChoiceField(choices=VendorTier.choices)
    country = serializers.ChoiceField(choices=Country.choices)
    manager = Related(User, "username", allow_null=True, required=False)
    owner = Related(User, "username", allow_null=True, required=False)
    could_affect_security = serializers.BooleanField(required=False)
    services = Text(max_length=2_000, required=False, allow_blank=True)
    data_access = serializers.ChoiceField(choices=DataAccess.choices, required=False)
    data_provided = Text(max_length=2_000, required=False, allow_blank=True)
    legal_name = Text(max_length=200, required=False, allow_blank=True)
    representative = Text(max_length=150, required=False, allow_blank=True)
    systems = Text(max_length=2_000, required=False, allow_blank=True)
    interfaces = Text(max_length=2_000, required=False, allow_blank=True)
    authorisation_number = Text(max_length=60, required=False, allow_blank=True)
    authorised_on = serializers.DateField(required=False, allow_null=True)


class VendorViewSet(Creates, Edits, TakesActions, TellsHistory, ScopedViewSet):
    """Companies we buy from."""

    queryset = Vendor.objects.select_related("manager", "owner")
    serializer_class = VendorShown
    create_serializer_class = edit_serializer_class = VendorInput
    filterset_class = VendorFilters
    is_searched = True
    parameters = {"history": ("limit", "before")}
    workflow = VENDOR_WORKFLOW
    action_forms = {
        name: form
        for name, form in VENDOR_ACTIONS.items()
        if name not in ("attach_evidence", "answer_questions")
    }
    token_scope = TokenScope.WRITE

    @property
    def orderings(self) -> dict[str, Any]:
        """Those who see names only are told no other order."""
        user = getattr(self.request, "user", None)
        return ORDERINGS if user is None or may_read_about_vendors(user) else NAMES_ORDERED

    def get_serializer_class(self) -> Any:
        user = getattr(self.request, "user", None)  # none where the schema is drawn
        return VendorShown if user is None or may_read_about_vendors(user) else VendorName

    def filters(self) -> dict[str, Any]:
        """None for those who see names only: a filter would tell them the rest."""
        return super().filters() if may_read_about_vendors(self.request.user) else {}

    def get_object(self) -> Any:
        record = super().get_object()
        if self.action == "transitions" and not may_read_about_vendors(self.request.user):
            raise PermissionDenied
        return record

    def require(self, verb: str) -> None:
        """Who decides about vendors takes actions without writing them."""
        is_approver = may_approve_vendors(self.request.user)
        if not (self.action == "transitions" and is_approver):
            super().require(verb)

    def get_record_with_history(self) -> Vendor:
        return self.get_read()

    def get_read(self) -> Vendor:
        """The vendor, for somebody who reads more of it than its name."""
        record: Vendor = self.get_object()
        if not may_read_about_vendors(self.request.user):
            raise PermissionDenied
        return record

    def create_with(self, **data: Any) -> Vendor:
        return services.add_vendor(actor=self.request.user, **data)

    def edit_with(self, record: Vendor, **data: Any) -> Vendor:
        return services.edit_vendor(record, actor=self.request.user, **data)

    @extend_schema(responses=LocationShown(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def locations(self, request: Any, **kwargs: Any) -> Response:
        """Where it processes, serves and works, and whose law holds there."""
        return Response(LocationShown(self.get_read().locations.all(), many=True).data)

    @extend_schema(responses=ContactShown(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def contacts(self, request: Any, **kwargs: Any) -> Response:
        """Whom to call, in which order and when."""
        return Response(ContactShown(self.get_read().contacts.all(), many=True).data)

    @extend_schema(responses=SubcontractorShown(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def subcontractors(self, request: Any, **kwargs: Any) -> Response:
        """Fourth parties. One of our vendors that the person does not see has no reference."""
        rows = self.get_read().subcontractors.select_related("subcontractor")
        seen = set(Vendor.objects.visible_to(request.user).values_list("pk", flat=True))
        shown = SubcontractorShown(rows, many=True, context={"seen": seen})
        return Response(shown.data)

    @extend_schema(responses=RequiredAttestationShown(many=True))
    @action(
        detail=True, pagination_class=None, filter_backends=[], url_path="required-attestations"
    )
    def required_attestations(self, request: Any, **kwargs: Any) -> Response:
        """Kinds of attestations that it must have, and whether one is accepted and current."""
        told = standings([self.get_read()], timezone.localdate())
        found = [one for standing in told.values() for one in standing]
        return Response(RequiredAttestationShown(found, many=True).data)

    @extend_schema(methods=["get"], responses=DiligenceShown(many=True))
    @extend_schema(methods=["post"], request=AnswersInput, responses=DiligenceShown(many=True))
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def diligence(self, request: Any, **kwargs: Any) -> Response:
        """Every due diligence, the latest first; POST answers questions of the open one."""
        record = self.get_read()

        def told() -> Response:
            rows = record.diligences.select_related("assessor", "decided_by")
            return Response(DiligenceShown(rows.prefetch_related("answers"), many=True).data)

        def answer() -> Response:
            given = self.checked(AnswersInput)
            answers = {
                one["question"]: (one["answer"], one["note"]) for one in given.pop("answers")
            }
            services.answer_questions(record, actor=request.user, answers=answers, **given)
            return told()

        if request.method == "POST":
            self.require("change")
            return answer_once(request, answer)
        return told()

    @extend_schema(responses=ReviewShown(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def reviews(self, request: Any, **kwargs: Any) -> Response:
        """The yearly reviews, the latest first."""
        rows = self.get_read().reviews.select_related("reviewed_by")
        return Response(ReviewShown(rows, many=True).data)

    @extend_schema(methods=["get"], responses=EvidenceShown(many=True))
    @extend_schema(
        methods=["post"],
        request={"multipart/form-data": EvidenceInput},
        responses={201: EvidenceShown},
    )
    @action(
        detail=True,
        methods=["get", "post"],
        pagination_class=None,
        filter_backends=[],
        parser_classes=[MultiPartParser],
    )
    def evidence(self, request: Any, **kwargs: Any) -> Response:
        """The documents of its due diligences. POST adds one to the open one."""
        record = self.get_read()

        def add() -> Response:
            data = self.checked(EvidenceInput)
            file = data["file"]
            file.seek(0)  # read before, if this is another attempt
            added = services.attach_evidence(
                record, actor=request.user, title=data["title"], name=file.name, data=file.read()
            )
            return Response(EvidenceShown(added).data, status.HTTP_201_CREATED)

        if request.method == "POST":
            self.require("change")
            return answer_once(request, add)
        rows = DiligenceDocument.objects.filter(diligence__vendor=record)
        rows = rows.select_related("uploaded_by", "diligence").order_by("-pk")
        return Response(EvidenceShown(rows, many=True).data)
