"""Claims of service credits as REST."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response

from core.api.fields import Moment, RecordInput, Related
from core.api.transitions import TakesActions, TellsHistory
from core.api.views import Creates, ScopedViewSet
from core.querysets import visible_rows
from people.enums import TokenScope
from people.models import User
from vendors import services
from vendors.credits.enums import ClaimStatus
from vendors.credits.filters import ClaimFilters
from vendors.credits.forms import CLAIM_ACTIONS
from vendors.credits.permissions import may_keep_claims, may_settle_claims
from vendors.credits.workflow import CLAIM_WORKFLOW
from vendors.models import Contract, CreditClaim, CreditClause, Invoice
from vendors.opex.api import Worth
from vendors.scorecards.page import seen_records

_MONEY = {"max_digits": 18, "decimal_places": 2}


class ClaimShown(serializers.Serializer[Any]):
    """What a vendor owes for a month. `formula` and `figures` are what it was worked out from;
    `segments` and `settlements` have their own addresses."""

    reference = serializers.CharField()
    contract = Related(Contract, source="clause.contract")
    clause = Related(CreditClause)
    month = serializers.DateField()
    amount = Worth()
    accepted_amount = Worth()
    formula = serializers.JSONField()
    figures = serializers.JSONField()
    digest = serializers.CharField()
    status = serializers.ChoiceField(choices=ClaimStatus.choices)
    drafted_at = Moment()
    sent_at = Moment(allow_null=True)
    sent_by = Related(User, "username", allow_null=True)
    sent_to = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)
    answer = serializers.CharField()
    version = serializers.IntegerField()


class ClaimInput(RecordInput):
    """A clause and any day of the month that is claimed."""

    clause = Related(CreditClause)
    month = serializers.DateField()


class CreditSegmentShown(serializers.Serializer[Any]):
    """A breach or an outage as it stood when the claim was drafted."""

    number = serializers.IntegerField()
    what = serializers.CharField()
    reference = serializers.CharField()
    started_at = Moment()
    stopped_at = Moment()
    seconds = serializers.IntegerField()
    target_seconds = serializers.IntegerField(allow_null=True)
    path = serializers.CharField()


class SettlementShown(serializers.Serializer[Any]):
    """So much of a credit note settles so much of the claim; `invoice` is empty for those who do
    not see it."""

    invoice = serializers.SerializerMethodField()
    amount = serializers.DecimalField(**_MONEY)
    settled_by = Related(User, "username")
    settled_at = Moment()

    def get_invoice(self, one: Any) -> str:
        return str(self.context["seen"].get(one.invoice_id, ""))


class ClaimViewSet(Creates, TakesActions, TellsHistory, ScopedViewSet):
    """What vendors owe for what they breached."""

    queryset = CreditClaim.objects.select_related("clause__contract", "sent_by")
    serializer_class = ClaimShown
    create_serializer_class = ClaimInput
    filterset_class = ClaimFilters
    orderings = {"reference": ("pk",), "month": ("month", "pk")}
    parameters = {"history": ("limit", "before")}
    workflow = CLAIM_WORKFLOW
    action_forms = CLAIM_ACTIONS
    token_scope = TokenScope.WRITE

    def require(self, verb: str) -> None:
        """Who keeps claims drafts and moves them; finance settles them."""
        user = self.request.user
        is_settler = self.action == "transitions" and may_settle_claims(user)
        if not (may_keep_claims(user) or is_settler):
            raise PermissionDenied

    def create_with(self, **data: Any) -> CreditClaim:
        return services.draft_claim(actor=self.request.user, **data)

    @extend_schema(responses=CreditSegmentShown(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def segments(self, request: Any, **kwargs: Any) -> Response:
        """The breaches whose records you see; `figures.breached` counts all of them."""
        found = list(self.get_object().segments.all())
        told = ({"model": one.model, "id": one.record_id} for one in found)
        seen = seen_records(told, request.user)
        shown = [one for one in found if one.record_id in seen[one.model]]
        return Response(CreditSegmentShown(shown, many=True).data)

    @extend_schema(responses=SettlementShown(many=True))
    @action(detail=True, pagination_class=None, filter_backends=[])
    def settlements(self, request: Any, **kwargs: Any) -> Response:
        """The credit notes that settled it. Settling is the transition `settle`."""
        found = list(self.get_object().settlements.select_related("settled_by"))
        notes = visible_rows(Invoice, request.user).filter(pk__in=[one.invoice_id for one in found])
        seen = dict(notes.values_list("pk", "reference"))
        return Response(SettlementShown(found, many=True, context={"seen": seen}).data)
