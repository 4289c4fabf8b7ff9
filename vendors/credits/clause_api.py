"""Clauses of service credits as REST, below their contract."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from drf_spectacular.utils import extend_schema
from rest_framework import serializers, status
from rest_framework.decorators import action
from rest_framework.response import Response

from core.api.fields import RecordInput, Related, Text
from core.api.idempotency import answer_once
from vendors import services
from vendors.credits.enums import CreditCounting, CreditMeasure
from vendors.models import CreditClause

_MONEY = {"max_digits": 18, "decimal_places": 2}
_PERCENT = {"max_digits": 6, "decimal_places": 3}


class CreditClauseShown(serializers.Serializer[Any]):
    """What a contract promises back for breaches. `tiers` are pairs of threshold and percentage."""

    reference = serializers.CharField()
    name = serializers.CharField()
    place = serializers.CharField()
    measure = serializers.ChoiceField(choices=CreditMeasure.choices)
    tiers = serializers.ListField(child=serializers.ListField(child=serializers.CharField()))
    unit_amount = serializers.DecimalField(**_MONEY, allow_null=True)
    unit_percent = serializers.DecimalField(**_PERCENT, allow_null=True)
    every = serializers.DecimalField(max_digits=8, decimal_places=2)
    counting = serializers.ChoiceField(choices=CreditCounting.choices)
    cap_percent = serializers.DecimalField(**_PERCENT)
    monthly_charge = serializers.DecimalField(**_MONEY, allow_null=True)
    valid_from = serializers.DateField()
    valid_until = serializers.DateField(allow_null=True)
    version = serializers.IntegerField()


class CreditClauseInput(RecordInput):
    """A clause to add. With `clause`, the reference of one that is there, what to correct of it:
    only `valid_until` once it was claimed by."""

    clause = Related(CreditClause, required=False)
    name = Text(max_length=120, required=False)
    place = Text(max_length=120, required=False)
    measure = serializers.ChoiceField(choices=CreditMeasure.choices, required=False)
    tiers = serializers.ListField(
        child=serializers.ListField(
            child=serializers.CharField(max_length=20), min_length=2, max_length=2
        ),
        max_length=10,
        required=False,
    )
    unit_amount = serializers.DecimalField(**_MONEY, allow_null=True, required=False)
    unit_percent = serializers.DecimalField(**_PERCENT, allow_null=True, required=False)
    every = serializers.DecimalField(max_digits=8, decimal_places=2, required=False)
    counting = serializers.ChoiceField(choices=CreditCounting.choices, required=False)
    cap_percent = serializers.DecimalField(**_PERCENT, required=False)
    monthly_charge = serializers.DecimalField(**_MONEY, allow_null=True, required=False)
    valid_from = serializers.DateField(required=False)
    valid_until = serializers.DateField(allow_null=True, required=False)


class HasCreditClauses:
    """`GET` and `POST contracts/<ref>/credit-clauses/`."""

    @extend_schema(methods=["get"], responses=CreditClauseShown(many=True))
    @extend_schema(
        methods=["post"],
        request=CreditClauseInput,
        responses={200: CreditClauseShown, 201: CreditClauseShown},
    )
    @action(
        detail=True,
        methods=["get", "post"],
        url_path="credit-clauses",
        pagination_class=None,
        filter_backends=[],
    )
    def credit_clauses(self: Any, request: Any, **kwargs: Any) -> Response:
        """What the contract promises back for breaches. POST adds a clause, or corrects the one
        that it names."""
        record = self.get_read()

        def write() -> Response:
            facts = self.checked(CreditClauseInput)
            clause = facts.pop("clause", None)
            if clause is None:
                added = services.add_credit_clause(record, actor=request.user, **facts)
                return Response(CreditClauseShown(added).data, status.HTTP_201_CREATED)
            if clause.contract_id != record.pk:
                raise serializers.ValidationError({"clause": _("There is no such record.")})
            edited = services.edit_credit_clause(clause, actor=request.user, **facts)
            return Response(CreditClauseShown(edited).data)

        if request.method == "POST":
            self.require("change")
            return answer_once(request, write)
        return Response(CreditClauseShown(record.credit_clauses.order_by("pk"), many=True).data)
