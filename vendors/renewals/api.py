"""Decisions about renewals as REST: prepared with their facts, weighed, approved by others."""

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.decorators import action
from rest_framework.exceptions import PermissionDenied
from rest_framework.response import Response

from core.api.fields import RecordInput, Related, Text
from core.api.idempotency import answer_once
from core.api.transitions import TakesActions, TellsHistory
from core.api.views import Creates, Edits, ScopedViewSet
from people.enums import TokenScope
from people.models import User
from vendors import services
from vendors.models import Contract, RenewalDecision
from vendors.permissions import may_approve_contracts, may_keep_contracts
from vendors.renewals.enums import RenewalOption, RenewalStatus
from vendors.renewals.filters import RenewalFilters
from vendors.renewals.forms import RENEWAL_ACTIONS
from vendors.renewals.weighing import points
from vendors.renewals.workflow import RENEWAL_WORKFLOW


class RenewalShown(serializers.Serializer[Any]):
    """What is proposed for the end of a term, and why. `facts` and `weighed` have their own
    addresses."""

    reference = serializers.CharField()
    contract = Related(Contract, source="term.contract")
    term = serializers.IntegerField(source="term.number")
    option = serializers.ChoiceField(choices=[("", ""), *RenewalOption.choices])
    reason = serializers.CharField()
    alternatives = serializers.CharField()
    weights = serializers.DictField(child=serializers.IntegerField())
    decided_by = Related(User, "username")
    status = serializers.ChoiceField(choices=RenewalStatus.choices)
    facts_on = serializers.DateField(allow_null=True)
    facts_sha256 = serializers.CharField()
    version = serializers.IntegerField()


class RenewalEdit(RecordInput):
    """What is proposed. `weights` are by criterion, whole numbers from 0 to 100."""

    option = serializers.ChoiceField(choices=RenewalOption.choices, required=False)
    reason = Text(max_length=2_000, required=False, allow_blank=True)
    alternatives = Text(max_length=4_000, required=False, allow_blank=True)
    weights = serializers.DictField(child=serializers.IntegerField(), required=False)


class RenewalInput(RenewalEdit):
    """A decision about the term of a contract that waits for one."""

    contract = Related(Contract)


class RenewalFactShown(serializers.Serializer[Any]):
    """What one source knew when the facts were frozen; `known` is false where it knew nothing."""

    key = serializers.CharField()
    known = serializers.BooleanField(source="is_known")
    value = serializers.JSONField()
    rows = serializers.JSONField()
    sentences = serializers.DictField(child=serializers.CharField())
    comment = serializers.CharField()


class FactCommentInput(RecordInput):
    """A comment on one fact. Without it, every fact is read and frozen anew."""

    key = Text(max_length=40, required=False)
    comment = Text(max_length=2_000, required=False)


class WeighedOptionInput(RecordInput):
    """An option with whole points from 0 to 5 for every criterion; five is best."""

    option = serializers.ChoiceField(choices=RenewalOption.choices)
    note = Text(max_length=2_000, required=False, allow_blank=True)
    scores = serializers.DictField(child=serializers.IntegerField())
    reversal_cost = serializers.DecimalField(
        max_digits=18, decimal_places=2, required=False, allow_null=True
    )


class WeighedOptionsInput(RecordInput):
    """All options that are compared, from now on."""

    options = serializers.ListField(child=WeighedOptionInput(), max_length=len(RenewalOption))


class WeighedOptionShown(serializers.Serializer[Any]):
    """An option as it was weighed; `points` is the weighted mean, from 0 to 5."""

    option = serializers.ChoiceField(choices=RenewalOption.choices)
    note = serializers.CharField()
    scores = serializers.DictField(child=serializers.IntegerField())
    reversal_cost = serializers.DecimalField(max_digits=18, decimal_places=2, allow_null=True)
    points = serializers.SerializerMethodField()

    def get_points(self, one: Any) -> str | None:
        found = points(one.decision.weights, one.scores)
        return None if found is None else str(found)


class RenewalViewSet(Creates, Edits, TakesActions, TellsHistory, ScopedViewSet):
    """What is decided about the ends of terms."""

    queryset = RenewalDecision.objects.select_related("term__contract", "decided_by")
    serializer_class = RenewalShown
    create_serializer_class = RenewalInput
    edit_serializer_class = RenewalEdit
    filterset_class = RenewalFilters
    orderings = {"reference": ("pk",)}
    parameters = {"history": ("limit", "before")}
    workflow = RENEWAL_WORKFLOW
    action_forms = RENEWAL_ACTIONS
    token_scope = TokenScope.WRITE

    def require(self, verb: str) -> None:
        """Who keeps contracts prepares decisions; who approves contracts takes actions."""
        user = self.request.user
        is_approver = self.action == "transitions" and may_approve_contracts(user)
        if not (may_keep_contracts(user) or is_approver):
            raise PermissionDenied

    def create_with(self, **data: Any) -> RenewalDecision:
        contract = data.pop("contract")
        return services.prepare_renewal(contract, actor=self.request.user, **data)

    def edit_with(self, record: RenewalDecision, **data: Any) -> RenewalDecision:
        return services.edit_renewal(record, actor=self.request.user, **data)

    @extend_schema(methods=["get"], responses=RenewalFactShown(many=True))
    @extend_schema(
        methods=["post"], request=FactCommentInput, responses=RenewalFactShown(many=True)
    )
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def facts(self, request: Any, **kwargs: Any) -> Response:
        """What is known. POST freezes it anew, or comments on the fact that it names."""
        record = self.get_object()

        def write() -> Response:
            given = self.checked(FactCommentInput)
            if given:
                key, comment = given.get("key", ""), given.get("comment", "")
                services.comment_on_fact(record, actor=request.user, key=key, comment=comment)
            else:
                services.freeze_facts(record, actor=request.user)
            return Response(RenewalFactShown(record.facts.all(), many=True).data)

        if request.method == "POST":
            self.require("change")
            return answer_once(request, write)
        return Response(RenewalFactShown(record.facts.all(), many=True).data)

    @extend_schema(methods=["get"], responses=WeighedOptionShown(many=True))
    @extend_schema(
        methods=["post"], request=WeighedOptionsInput, responses=WeighedOptionShown(many=True)
    )
    @action(detail=True, methods=["get", "post"], pagination_class=None, filter_backends=[])
    def weighed(self, request: Any, **kwargs: Any) -> Response:
        """The comparison of options. POST writes it anew."""
        record = self.get_object()

        def write() -> Response:
            given = self.checked(WeighedOptionsInput)["options"]
            services.weigh_options(record, actor=request.user, options=given)
            return self._shown_weighed(record)

        if request.method == "POST":
            self.require("change")
            return answer_once(request, write)
        return self._shown_weighed(record)

    def _shown_weighed(self, record: RenewalDecision) -> Response:
        rows = record.weighed.select_related("decision")
        return Response(WeighedOptionShown(rows, many=True).data)
