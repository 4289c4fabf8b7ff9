"""Contracts and their terms as REST. People whose role includes only names see no more."""

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.parsers import MultiPartParser
from rest_framework.response import Response

from core.api.fields import Moment, RecordInput, Related, Text
from core.api.idempotency import answer_once
from core.api.transitions import TakesActions, TellsHistory
from core.api.views import Creates, Edits, ScopedViewSet
from people.enums import Country, TokenScope
from people.models import Subsidiary, User
from vendors import services
from vendors.contract_filters import ContractFilters
from vendors.contract_forms import CONTRACT_ACTIONS
from vendors.contract_shape import shape_of
from vendors.contract_workflow import CONTRACT_WORKFLOW
from vendors.credits.clause_api import HasCreditClauses
from vendors.enums import (
    Clause,
    ClauseAnswer,
    ContractKind,
    ContractStatus,
    Renewal,
    TermDecision,
    Uplift,
)
from vendors.models import Contract, Vendor
from vendors.money import as_json
from vendors.permissions import may_approve_contracts, may_read_about_vendors
from vendors.terms import terms_until

_MONEY = {
    "type": "object",
    "properties": {"amount": {"type": "string"}, "currency": {"type": "string"}},
    "required": ["amount", "currency"],
}


@extend_schema_field(_MONEY)
class Amount(serializers.Field[Any, Any, Any, Any]):
    """`{"amount": "1234.50", "currency": "MXN"}`; written also as `"1234.50"` of the contract's
    currency. Never as a JSON number with a fraction: those are not exact."""

    default_error_messages = {
        "invalid": _("Give an amount as text and its currency, such as 1234.50 and MXN."),
    }

    def get_attribute(self, instance: Any) -> Any:
        return as_json(getattr(instance, str(self.field_name)), instance.currency)

    def to_representation(self, value: Any) -> Any:
        return value

    def to_internal_value(self, data: Any) -> tuple[Decimal, str]:
        currency = ""
        if isinstance(data, dict):
            if set(data) - {"amount", "currency"} or not isinstance(data.get("currency"), str):
                self.fail("invalid")
            currency, data = data["currency"].strip().upper(), data.get("amount")
        if isinstance(data, bool) or not isinstance(data, str | int):
            self.fail("invalid")
        try:
            amount = Decimal(str(data).strip()[:40])
        except InvalidOperation:
            self.fail("invalid")
        if not amount.is_finite():
            self.fail("invalid")
        return amount, currency


class ContractName(serializers.Serializer[Any]):
    """What everybody may know of a contract."""

    reference = serializers.CharField()
    title = serializers.CharField()


class ContractShown(ContractName):
    """An agreement with a vendor; durations are ISO 8601 or `10 business days`."""

    number = serializers.CharField()
    kind = serializers.ChoiceField(choices=ContractKind.choices)
    vendor = Related(Vendor)
    entity = Related(Subsidiary, "name")
    counterparty = serializers.CharField()
    currency = serializers.CharField()
    total_value = Amount()
    annual_value = Amount(allow_null=True)
    uplift = serializers.ChoiceField(choices=Uplift.choices)
    uplift_percent = serializers.DecimalField(max_digits=6, decimal_places=3, allow_null=True)
    uplift_index = serializers.CharField()
    governing_law = serializers.CharField()
    starts_on = serializers.DateField()
    initial_term = serializers.CharField()
    renewal = serializers.ChoiceField(choices=Renewal.choices)
    renewal_term = serializers.CharField()
    notice = serializers.CharField()
    internal_lead = serializers.CharField()
    business_days_of = serializers.ChoiceField(choices=[("", ""), *Country.choices])
    on_business_days = serializers.BooleanField()
    status = serializers.ChoiceField(choices=ContractStatus.choices)
    owner = Related(User, "username")
    budget_owner = Related(User, "username", allow_null=True)
    signed_on = serializers.DateField(allow_null=True)
    ended_on = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()


class ContractInput(RecordInput):
    """What a contract is made of; all but title and people only while it is a draft."""

    number = Text(max_length=60)
    title = Text(max_length=200)
    kind = serializers.ChoiceField(choices=ContractKind.choices, required=False)
    vendor = Related(Vendor)
    entity = Related(Subsidiary, "name", required=False)
    counterparty = Text(max_length=200, required=False, allow_blank=True)
    currency = Text(max_length=3, required=False)
    total_value = Amount()
    annual_value = Amount(required=False, allow_null=True)
    uplift = serializers.ChoiceField(choices=Uplift.choices, required=False)
    uplift_percent = serializers.DecimalField(
        max_digits=6, decimal_places=3, required=False, allow_null=True
    )
    uplift_index = Text(max_length=60, required=False, allow_blank=True)
    governing_law = Text(max_length=120, required=False, allow_blank=True)
    starts_on = serializers.DateField()
    initial_term = Text(max_length=40)
    renewal = serializers.ChoiceField(choices=Renewal.choices)
    renewal_term = Text(max_length=40, required=False, allow_blank=True, allow_null=True)
    notice = Text(max_length=40, required=False, allow_blank=True, allow_null=True)
    internal_lead = Text(max_length=40, required=False, allow_blank=True, allow_null=True)
    business_days_of = serializers.ChoiceField(
        choices=Country.choices, allow_blank=True, required=False
    )
    on_business_days = serializers.BooleanField(required=False)
    owner = Related(User, "username", required=False)
    budget_owner = Related(User, "username", allow_null=True, required=False)


class TermShown(serializers.Serializer[Any]):
    """One term, both days included, and until when its end had to be or has to be decided."""

    number = serializers.IntegerField()
    starts_on = serializers.DateField()
    ends_on = serializers.DateField()
    notice_on = serializers.DateField()
    decision_deadline_on = serializers.DateField()
    decision = serializers.ChoiceField(choices=[("", ""), *TermDecision.choices], default="")
    decided_at = Moment(allow_null=True, default=None)
    decided_by = Related(User, "username", allow_null=True, default=None)
    failure = serializers.CharField(default="", help_text="The control failure, where missed.")


class ClauseShown(serializers.Serializer[Any]):
    """Whether a contract holds a clause, and where."""

    clause = serializers.ChoiceField(choices=Clause.choices)
    answer = serializers.ChoiceField(choices=ClauseAnswer.choices)
    place = serializers.CharField()


class ClauseInput(RecordInput):
    """An answer about one clause."""

    clause = serializers.ChoiceField(choices=Clause.choices)
    answer = serializers.ChoiceField(choices=ClauseAnswer.choices)
    place = Text(max_length=200, required=False, allow_blank=True, default="")


class ClausesInput(RecordInput):
    """Answers about some clauses; what is not named stays."""

    clauses = serializers.ListField(child=ClauseInput(), max_length=len(Clause))


class DocumentShown(serializers.Serializer[Any]):
    """One version of a document, by the hash of its bytes."""

    id = serializers.IntegerField()
    title = serializers.CharField()
    number = serializers.IntegerField()
    name = serializers.CharField()
    content_type = serializers.CharField()
    size = serializers.IntegerField()
    sha256 = serializers.CharField()
    uploaded_by = Related(User, "username")
    created_at = Moment()


class DocumentInput(RecordInput):
    """A document, sent as multipart/form-data; the same title again is its next version."""

    title = Text(max_length=120)
    file = serializers.FileField(allow_empty_file=True)


class ContractViewSet(HasCreditClauses, Creates, Edits, TakesActions, TellsHistory, ScopedViewSet):
    """What is agreed with vendors, for how long and for how much."""

    queryset = Contract.objects.all()
    serializer_class = ContractShown
    create_serializer_class = edit_serializer_class = ContractInput
    filterset_class = ContractFilters
    orderings = {
        "reference": ("pk",),
        "title": ("title", "pk"),
        "starts_on": ("starts_on", "pk"),
    }
    parameters = {"history": ("limit", "before"), "terms": ("until",)}
    workflow = CONTRACT_WORKFLOW
    action_forms = {
        name: form
        for name, form in CONTRACT_ACTIONS.items()
        if any(move.action == name for move in CONTRACT_WORKFLOW)
    }
    token_scope = TokenScope.WRITE

    def get_serializer_class(self) -> Any:
        user = getattr(self.request, "user", None)  # none where the schema is drawn
        return ContractShown if user is None or may_read_about_vendors(user) else ContractName

    @property
    def is_searched(self) -> bool:
        """By number and vendor too, which those who see names only do not see."""
        user = getattr(self.request, "user", None)
        return user is None or may_read_about_vendors(user)

    def filters(self) -> dict[str, Any]:
        """None for those who see names only: a filter would tell them the rest."""
        return super().filters() if may_read_about_vendors(self.request.user) else {}

    def get_object(self) -> Any:
        record = super().get_object()
        if self.action == "transitions" and not may_read_about_vendors(self.request.user):
            raise PermissionDenied
        return record

    def require(self, verb: str) -> None:
        """Who approves contracts takes actions without writing them."""
        is_approver = may_approve_contracts(self.request.user)
        if not (self.action == "transitions" and is_approver):
            super().require(verb)

    def get_record_with_history(self) -> Contract:
        return self.get_read()

    def get_read(self) -> Contract:
        """The contract, for somebody who reads more of it than its name."""
        record: Contract = self.get_object()
        if not may_read_about_vendors(self.request.user):
            raise PermissionDenied
        return record

    def create_with(self, **data: Any) -> Contract:
        return services.draft_contract(actor=self.request.user, **_plain(data, None))

    def edit_with(self, record: Contract, **data: Any) -> Contract:
        return services.edit_contract(record, actor=self.request.user, **_plain(data, record))

    @extend_schema(
        parameters=[OpenApiParameter("until", date, description="Show terms that begin until.")],
        responses=TermShown(many=True),
    )
    @action(detail=True, pagination_class=None, filter_backends=[])
    def terms(self, request: Any, **kwargs: Any) -> Response:
        """Term after term, each with its own deadline; `until` looks further ahead."""
        record = self.get_read()
        found: list[Any] = list(record.terms.select_related("decided_by").order_by("number"))
        if text := request.query_params.get("until"):
            found += terms_until(shape_of(record), _day(text))[len(found) :]
        return Response(TermShown(found, many=True).data)

    @extend_schema(methods=["get"], responses=ClauseShown(many=True))
    @extend_schema(methods=["post"], request=ClausesInput, responses=ClauseShown(many=True))
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def clauses(self, request: Any, **kwargs: Any) -> Response:
        """The checklist; POST answers the clauses that it names."""
        record = self.get_read()

        def answer() -> Response:
            given = self.checked(ClausesInput)["clauses"]
            answers = {one["clause"]: (one["answer"], one["place"]) for one in given}
            services.answer_clauses(record, actor=request.user, answers=answers)
            return Response(ClauseShown(record.clauses.all(), many=True).data)

        if request.method == "POST":
            self.require("change")
            return answer_once(request, answer)
        return Response(ClauseShown(record.clauses.all(), many=True).data)

    @extend_schema(methods=["get"], responses=DocumentShown(many=True))
    @extend_schema(
        methods=["post"],
        request={"multipart/form-data": DocumentInput},
        responses={201: DocumentShown},
    )
    @action(
        detail=True,
        methods=["get", "post"],
        pagination_class=None,
        filter_backends=[],
        parser_classes=[MultiPartParser],
    )
    def documents(self, request: Any, **kwargs: Any) -> Response:
        """The documents, each version. POST adds one."""
        record = self.get_read()

        def add() -> Response:
            data = self.checked(DocumentInput)
            file = data["file"]
            file.seek(0)  # read before, if this is another attempt
            added = services.attach_document(
                record, actor=request.user, title=data["title"], name=file.name, data=file.read()
            )
            return Response(DocumentShown(added).data, status.HTTP_201_CREATED)

        if request.method == "POST":
            self.require("change")
            return answer_once(request, add)
        rows = record.documents.select_related("uploaded_by").order_by("-pk")
        return Response(DocumentShown(rows, many=True).data)


def _plain(data: dict[str, Any], record: Contract | None) -> dict[str, Any]:
    """Amounts of one currency, as the service takes them. ValidationError where they are not."""
    facts = {
        name: "" if value is None and name in _TEXTS else value for name, value in data.items()
    }
    said = str(facts.get("currency", "")).strip().upper()
    amounts = {name: facts[name] for name in _AMOUNTS if facts.get(name) is not None}
    named = {currency for _amount, currency in amounts.values() if currency}
    currency = said or (record.currency if record else "") or next(iter(sorted(named)), "")
    for name, (amount, own) in amounts.items():
        if own and own != currency:
            raise ValidationError({name: _("The amount is of another currency than the contract.")})
        facts[name] = amount
    if not currency:
        raise ValidationError({"currency": _("Give the currency.")})
    if record is None or "currency" in facts:
        facts["currency"] = currency
    return facts


_AMOUNTS = ("total_value", "annual_value")
_TEXTS = ("renewal_term", "notice", "internal_lead")


def _day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError as error:
        raise ValidationError({"until": _("Give a day, such as 2030-12-31.")}) from error
    if day.year > 2100:
        raise ValidationError({"until": _("Give a day before 2101.")})
    return day
