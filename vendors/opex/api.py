"""Budgets, invoices, rates of exchange and savings as REST."""

from typing import Any

from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.response import Response

from core.api.fields import Moment, RecordInput, Related, Text
from core.api.idempotency import answer_once
from core.api.transitions import TakesActions, TellsHistory
from core.api.views import Creates, Edits, ScopedViewSet
from people.enums import TokenScope
from people.models import Subsidiary, User
from vendors import services
from vendors.models import Budget, Contract, FxRate, Invoice, Saving, Vendor
from vendors.money import as_json
from vendors.opex.enums import BudgetStatus, EntryKind, InvoiceKind, SavingStatus, SpendCategory
from vendors.opex.filters import BudgetFilters, InvoiceFilters, SavingFilters
from vendors.opex.forms import BUDGET_ACTIONS, SAVING_ACTIONS
from vendors.opex.permissions import may_approve_budgets, may_verify_savings
from vendors.opex.totals import entries_of, planned_lines, totals
from vendors.opex.workflow import BUDGET_WORKFLOW, SAVING_WORKFLOW
from vendors.services.budgets import MOST_LINES, PLANNED, Line

_MONEY = {
    "type": "object",
    "properties": {"amount": {"type": "string"}, "currency": {"type": "string"}},
    "required": ["amount", "currency"],
}


@extend_schema_field(_MONEY)
class Worth(serializers.Field[Any, Any, Any, Any]):
    """`{"amount": "1234.50", "currency": "MXN"}`, read only."""

    def __init__(self, **options: Any) -> None:
        super().__init__(read_only=True, **options)

    def get_attribute(self, instance: Any) -> Any:
        return as_json(getattr(instance, str(self.field_name)), instance.currency)

    def to_representation(self, value: Any) -> Any:
        return value


@extend_schema_field(_MONEY)
class MoneyField(serializers.JSONField):
    """The same, of a row that has it ready."""


class BudgetShown(serializers.Serializer[Any]):
    """One version of what a company means to spend in a year."""

    reference = serializers.CharField()
    title = serializers.CharField()
    entity = Related(Subsidiary, "name")
    year = serializers.IntegerField()
    number = serializers.IntegerField(help_text="Its version; a re-forecast is the next.")
    currency = serializers.CharField()
    replaces = Related(Budget, allow_null=True)
    status = serializers.ChoiceField(choices=BudgetStatus.choices)
    drafted_by = Related(User, "username")
    approved_by = Related(User, "username", allow_null=True)
    approved_at = Moment(allow_null=True)
    version = serializers.IntegerField()


class BudgetInput(RecordInput):
    """What a budget is made of; all but the title only once."""

    title = Text(max_length=200)
    entity = Related(Subsidiary, "name")
    year = serializers.IntegerField(min_value=2000, max_value=2099)
    currency = Text(max_length=3)


class BudgetEdit(RecordInput):
    """What may be corrected of a draft."""

    title = Text(max_length=200)


class BudgetTotal(serializers.Serializer[Any]):
    """One sum over entries in the budget's currency; `unknown` entries are not in it."""

    month = serializers.DateField()
    kind = serializers.ChoiceField(choices=EntryKind.choices)
    amount = serializers.CharField()
    currency = serializers.CharField()
    unknown = serializers.IntegerField()


class BudgetLine(serializers.Serializer[Any]):
    """What a month of one line is to cost, in its own currency."""

    month = serializers.DateField()
    kind = serializers.ChoiceField(choices=EntryKind.choices)
    cost_centre = serializers.CharField()
    category = serializers.ChoiceField(choices=SpendCategory.choices)
    vendor = serializers.CharField(allow_null=True, help_text="Reference, of those you see.")
    amount = MoneyField()


class BudgetLineInput(RecordInput):
    """A line, new or said anew: what differs is posted."""

    month = serializers.DateField(help_text="Any day of it.")
    kind = serializers.ChoiceField(choices=PLANNED, default=EntryKind.PLAN)
    cost_centre = Text(max_length=40)
    category = serializers.ChoiceField(choices=SpendCategory.choices)
    vendor = Related(Vendor, required=False, allow_null=True)
    amount = serializers.DecimalField(max_digits=18, decimal_places=2)
    currency = Text(max_length=3, required=False)


class BudgetLinesInput(RecordInput):
    """Several lines at once: all of them or none. What is not named stays."""

    lines = serializers.ListField(child=BudgetLineInput(), max_length=MOST_LINES)


class BudgetViewSet(Creates, Edits, TakesActions, TellsHistory, ScopedViewSet):
    """What our companies mean to spend, and what became of it."""

    queryset = Budget.objects.all()
    serializer_class = BudgetShown
    create_serializer_class = BudgetInput
    edit_serializer_class = BudgetEdit
    filterset_class = BudgetFilters
    orderings = {"reference": ("pk",), "year": ("year", "pk")}
    parameters = {"history": ("limit", "before")}
    workflow = BUDGET_WORKFLOW
    action_forms = {
        name: form
        for name, form in BUDGET_ACTIONS.items()
        if any(move.action == name for move in BUDGET_WORKFLOW)
    }
    token_scope = TokenScope.WRITE

    def require(self, verb: str) -> None:
        """Who approves budgets takes actions without writing them."""
        if not (self.action == "transitions" and may_approve_budgets(self.request.user)):
            super().require(verb)

    def create_with(self, **data: Any) -> Budget:
        return services.draft_budget(actor=self.request.user, **data)

    def edit_with(self, record: Budget, **data: Any) -> Budget:
        return services.edit_budget(record, actor=self.request.user, **data)

    @extend_schema(responses=BudgetTotal(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def totals(self, request: Any, **kwargs: Any) -> Response:
        """By month and kind, each one sum over the entries of the ledger."""
        budget = self.get_object()
        found = totals(entries_of(budget), budget.currency, "month", "kind")
        rows = [
            {
                "month": month,
                "kind": kind,
                "amount": f"{one.amount:.2f}",
                "currency": budget.currency,
                "unknown": one.unknown,
            }
            for (month, kind), one in found.items()
        ]
        return Response(BudgetTotal(rows, many=True).data)

    @extend_schema(methods=["get"], responses=BudgetLine(many=True))
    @extend_schema(methods=["post"], request=BudgetLinesInput, responses=BudgetLine(many=True))
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def lines(self, request: Any, **kwargs: Any) -> Response:
        """What is planned and foreseen by line. POST says lines of a draft, or says them anew."""
        budget = self.get_object()

        def write() -> Response:
            lines = [Line(**one) for one in self.checked(BudgetLinesInput)["lines"]]
            services.plan_lines(budget, actor=request.user, lines=lines)
            return Response(_told(budget, request.user))

        if request.method == "POST":
            self.require("change")
            return answer_once(request, write)
        return Response(_told(budget, request.user))


def _told(budget: Budget, user: Any) -> Any:
    rows = list(planned_lines(budget))
    seen = Vendor.objects.visible_to(user).filter(pk__in={row["vendor"] for row in rows})
    references = dict(seen.values_list("pk", "reference"))
    for row in rows:
        row["vendor"] = references.get(row["vendor"])
        row["amount"] = as_json(row["total"], row["currency"])
    return BudgetLine(rows, many=True).data


class InvoiceShown(serializers.Serializer[Any]):
    """What a vendor billed, or gave back by a credit note."""

    reference = serializers.CharField()
    kind = serializers.ChoiceField(choices=InvoiceKind.choices)
    number = serializers.CharField()
    vendor = Related(Vendor)
    entity = Related(Subsidiary, "name")
    contract = Related(Contract, allow_null=True)
    amount = Worth()
    issued_on = serializers.DateField()
    cost_centre = serializers.CharField()
    category = serializers.ChoiceField(choices=SpendCategory.choices)
    recorded_by = Related(User, "username", allow_null=True)
    recorded_at = Moment()


class InvoiceInput(RecordInput):
    """What an invoice says; it stays as it came."""

    kind = serializers.ChoiceField(choices=InvoiceKind.choices, required=False)
    number = Text(max_length=60)
    vendor = Related(Vendor)
    entity = Related(Subsidiary, "name")
    contract = Related(Contract, allow_null=True, required=False)
    currency = Text(max_length=3)
    amount = serializers.DecimalField(max_digits=18, decimal_places=2, help_text="As text.")
    issued_on = serializers.DateField()
    cost_centre = Text(max_length=40)
    category = serializers.ChoiceField(choices=SpendCategory.choices)


class InvoiceViewSet(Creates, TellsHistory, ScopedViewSet):
    """Invoices and credit notes of vendors."""

    queryset = Invoice.objects.all()
    serializer_class = InvoiceShown
    create_serializer_class = InvoiceInput
    filterset_class = InvoiceFilters
    orderings = {"reference": ("pk",), "issued_on": ("issued_on", "pk")}
    parameters = {"history": ("limit", "before")}

    def create_with(self, **data: Any) -> Invoice:
        return services.record_invoice(actor=self.request.user, **data)


class RateShown(serializers.Serializer[Any]):
    """What one unit of `base` was worth in `quote` on a day."""

    id = serializers.IntegerField()
    on = serializers.DateField()
    base = serializers.CharField()
    quote = serializers.CharField()
    rate = serializers.DecimalField(max_digits=20, decimal_places=8)
    source = serializers.CharField()


class RateInput(RecordInput):
    """A rate, and who published it."""

    on = serializers.DateField()
    base = Text(max_length=3)
    quote = Text(max_length=3)
    rate = serializers.DecimalField(max_digits=20, decimal_places=8, help_text="As text.")
    source = Text(max_length=120)


class RateViewSet(Creates, ScopedViewSet):
    """Rates of exchange by day, with their source."""

    queryset = FxRate.objects.all()
    serializer_class = RateShown
    create_serializer_class = RateInput
    lookup_field = "pk"
    lookup_url_kwarg = "pk"
    orderings = {"on": ("on", "pk")}
    ordering = "-on"

    def create_with(self, **data: Any) -> FxRate:
        return services.record_rate(actor=self.request.user, **data)


class SavingShown(serializers.Serializer[Any]):
    """Money that somebody means not to spend any more."""

    reference = serializers.CharField()
    title = serializers.CharField()
    hypothesis = serializers.CharField()
    entity = Related(Subsidiary, "name")
    vendor = Related(Vendor, allow_null=True)
    expected = Worth()
    verified = Worth()
    evidence = serializers.CharField()
    owner = Related(User, "username")
    status = serializers.ChoiceField(choices=SavingStatus.choices)
    verified_by = Related(User, "username", allow_null=True)
    verified_at = Moment(allow_null=True)
    version = serializers.IntegerField()


class SavingInput(RecordInput):
    """What a saving is made of, until it is settled."""

    title = Text(max_length=200)
    hypothesis = Text(max_length=2000)
    entity = Related(Subsidiary, "name")
    vendor = Related(Vendor, allow_null=True, required=False)
    currency = Text(max_length=3)
    expected = serializers.DecimalField(max_digits=18, decimal_places=2, help_text="As text.")


class SavingViewSet(Creates, Edits, TakesActions, TellsHistory, ScopedViewSet):
    """The register of savings."""

    queryset = Saving.objects.all()
    serializer_class = SavingShown
    create_serializer_class = edit_serializer_class = SavingInput
    filterset_class = SavingFilters
    orderings = {"reference": ("pk",)}
    parameters = {"history": ("limit", "before")}
    workflow = SAVING_WORKFLOW
    action_forms = SAVING_ACTIONS
    token_scope = TokenScope.WRITE

    def require(self, verb: str) -> None:
        if not (self.action == "transitions" and may_verify_savings(self.request.user)):
            super().require(verb)

    def create_with(self, **data: Any) -> Saving:
        return services.propose_saving(actor=self.request.user, **data)

    def edit_with(self, record: Saving, **data: Any) -> Saving:
        return services.edit_saving(record, actor=self.request.user, **data)
