"""Obligations of contracts as REST, and each time that one is due."""

from typing import Any

from django.utils.translation import gettext_lazy as _
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
from core.errors import ValidationError
from people.enums import TokenScope
from people.models import User
from vendors import services
from vendors.attestations.api import ReportInput, ReportShown
from vendors.enums import Clause
from vendors.models import Contract, Obligation, ObligationTask, Vendor
from vendors.obligations.enums import (
    Direction,
    ObligationCategory,
    ObligationStatus,
    Recurrence,
    TaskStatus,
)
from vendors.obligations.filters import ObligationFilters, ObligationTaskFilters
from vendors.obligations.forms import JUDGING, OBLIGATION_ACTIONS
from vendors.obligations.permissions import may_keep_obligations, may_work_on_obligations
from vendors.obligations.workflow import OBLIGATION_WORKFLOW, TASK_WORKFLOW


class ObligationShown(serializers.Serializer[Any]):
    """What a contract obliges us or the vendor to. `until` is null until the contract's end."""

    reference = serializers.CharField()
    contract = Related(Contract)
    vendor = Related(Vendor, source="contract.vendor")
    direction = serializers.ChoiceField(choices=Direction.choices)
    title = serializers.CharField()
    what = serializers.CharField()
    place = serializers.CharField()
    clause = serializers.CharField(source="clause.clause", default=None, allow_null=True)
    category = serializers.ChoiceField(choices=ObligationCategory.choices)
    recurrence = serializers.ChoiceField(choices=Recurrence.choices)
    first_due_on = serializers.DateField()
    until = serializers.DateField(allow_null=True)
    days_before = serializers.IntegerField()
    owner = Related(User, "username")
    approver = Related(User, "username")
    needs_evidence = serializers.BooleanField()
    status = serializers.ChoiceField(choices=ObligationStatus.choices)
    end_note = serializers.CharField()
    ended_at = Moment(allow_null=True)
    ended_by = Related(User, "username", allow_null=True)
    version = serializers.IntegerField()


class ObligationEdit(RecordInput):
    """What it says and who answers for it."""

    title = Text(max_length=200)
    what = Text(max_length=2_000)
    place = Text(max_length=120)
    clause = serializers.ChoiceField(choices=Clause.choices, required=False, allow_null=True)
    category = serializers.ChoiceField(choices=ObligationCategory.choices)
    until = serializers.DateField(required=False, allow_null=True)
    days_before = serializers.IntegerField(min_value=0, max_value=180, required=False)
    owner = Related(User, "username")
    approver = Related(User, "username")
    needs_evidence = serializers.BooleanField(required=False)


class ObligationInput(ObligationEdit):
    """What a signed contract obliges to. Whose it is, how often and since when stays."""

    contract = Related(Contract)
    direction = serializers.ChoiceField(choices=Direction.choices)
    recurrence = serializers.ChoiceField(choices=Recurrence.choices)
    first_due_on = serializers.DateField()


class ObligationTaskShown(serializers.Serializer[Any]):
    """One time that an obligation is due. `missed_at` stays where it was done later."""

    reference = serializers.CharField()
    obligation = Related(Obligation)
    number = serializers.IntegerField()
    nominal_on = serializers.DateField()
    due_on = serializers.DateField()
    status = serializers.ChoiceField(choices=TaskStatus.choices)
    missed_at = Moment(allow_null=True)
    note = serializers.CharField()
    submitted_at = Moment(allow_null=True)
    submitted_by = Related(User, "username", allow_null=True)
    decision_note = serializers.CharField()
    decided_at = Moment(allow_null=True)
    decided_by = Related(User, "username", allow_null=True)
    version = serializers.IntegerField()


class ObligationViewSet(Creates, Edits, TakesActions, TellsHistory, ScopedViewSet):
    """What contracts oblige us or the vendor to."""

    queryset = Obligation.objects.select_related("clause", "contract__vendor")
    serializer_class = ObligationShown
    create_serializer_class = ObligationInput
    edit_serializer_class = ObligationEdit
    filterset_class = ObligationFilters
    orderings = {"reference": ("pk",)}
    parameters = {"history": ("limit", "before")}
    workflow = OBLIGATION_WORKFLOW
    action_forms = OBLIGATION_ACTIONS
    token_scope = TokenScope.WRITE

    def require(self, verb: str) -> None:
        if not may_keep_obligations(self.request.user):
            raise PermissionDenied

    def create_with(self, **data: Any) -> Obligation:
        facts = _with_clause(data["contract"], data)
        return services.add_obligation(actor=self.request.user, **facts)

    def edit_with(self, record: Obligation, **data: Any) -> Obligation:
        facts = _with_clause(record.contract, data)
        return services.edit_obligation(record, actor=self.request.user, **facts)

    @extend_schema(responses=ObligationTaskShown(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def tasks(self, request: Any, **kwargs: Any) -> Response:
        """Each time that it is due, as far ahead as stands written."""
        found = self.get_object().tasks.select_related("obligation", "submitted_by", "decided_by")
        return Response(ObligationTaskShown(found.order_by("number"), many=True).data)


def _with_clause(contract: Contract, data: dict[str, Any]) -> dict[str, Any]:
    """The clause of the contract's checklist in place of its name."""
    name = data.get("clause")
    if name is None:
        return data
    found = contract.clauses.filter(clause=name).first()
    if found is None:
        raise ValidationError({"clause": _("The contract's checklist does not answer this one.")})
    return data | {"clause": found}


class ObligationTaskViewSet(TakesActions, TellsHistory, ScopedViewSet):
    """Each time that an obligation is due: submitted by who answers for it, judged by another."""

    queryset = ObligationTask.objects.all()
    serializer_class = ObligationTaskShown
    filterset_class = ObligationTaskFilters
    orderings = {"reference": ("pk",), "due_on": ("due_on", "pk")}
    parameters = {"history": ("limit", "before")}
    workflow = TASK_WORKFLOW
    action_forms = JUDGING
    token_scope = TokenScope.WRITE

    def require(self, verb: str) -> None:
        """Whose it is follows from the obligation."""
        if not may_work_on_obligations(self.request.user):
            raise PermissionDenied

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
        """What shows that it was done. POST adds one."""
        record = self.get_object()

        def add() -> Response:
            data = self.checked(ReportInput)
            file = data["file"]
            file.seek(0)  # read before, if this is another attempt
            added = services.attach_obligation_evidence(
                record, actor=request.user, title=data["title"], name=file.name, data=file.read()
            )
            return Response(ReportShown(added).data, status.HTTP_201_CREATED)

        if request.method == "POST":
            self.require("change")
            return answer_once(request, add)
        rows = record.documents.select_related("uploaded_by").order_by("-pk")
        return Response(ReportShown(rows, many=True).data)
