"""Limits of account adjustments as REST: read by who makes or checks those, kept by
administrators."""

from typing import Any

from django.utils.translation import gettext as _
from django_filters import FilterSet
from rest_framework import serializers

from core.api.fields import RecordInput
from core.api.filters import OneOf
from core.api.transitions import TellsHistory
from core.api.views import Creates, Edits, ScopedViewSet
from incidents.adjustment_limits import CHECKING
from incidents.models import AdjustmentLimit
from incidents.models.adjustments import DIGITS, PLACES
from incidents.request_shapes import Money, SumInput
from incidents.services.requests.adjusting import change_limit, set_limit
from people.roles import Role


class LimitShown(serializers.Serializer[Any]):
    """Up to which amount in a currency people of a role may approve account adjustments."""

    id = serializers.IntegerField()
    role = serializers.CharField()
    limit = Money()
    version = serializers.IntegerField()


class LimitInput(RecordInput):
    """A limit for a role that may check adjustments at all."""

    role = serializers.CharField(max_length=20)
    limit = SumInput()

    def validate_role(self, role: str) -> str:
        if role not in CHECKING:
            raise serializers.ValidationError(_("Choose from: %s.") % ", ".join(CHECKING))
        return role


class LimitEdit(RecordInput):
    """Another amount; role and currency stay."""

    amount = serializers.DecimalField(max_digits=DIGITS, decimal_places=PLACES, min_value=0)


class LimitFilters(FilterSet):
    role = OneOf("role", Role)


class AdjustmentLimitViewSet(Creates, Edits, TellsHistory, ScopedViewSet):
    """Up to which amounts roles may approve account adjustments, by currency."""

    queryset = AdjustmentLimit.objects.all()
    serializer_class = LimitShown
    create_serializer_class = LimitInput
    edit_serializer_class = LimitEdit
    filterset_class = LimitFilters
    lookup_field = "pk"
    lookup_value_regex = r"[0-9]{1,9}"
    orderings = {"currency": ("currency", "pk")}
    ordering = "currency"
    parameters = {"history": ("limit", "before")}

    def create_with(self, **data: Any) -> AdjustmentLimit:
        return set_limit(actor=self.request.user, role=data["role"], **data["limit"])

    def edit_with(self, record: AdjustmentLimit, **data: Any) -> AdjustmentLimit:
        return change_limit(record, actor=self.request.user, **data)
