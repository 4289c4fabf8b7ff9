"""Limits of account adjustments as REST: kept by administrators, read by those who make them."""

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
from incidents.services.requests.adjusting import change_limit, set_limit
from people.roles import Role


class LimitShown(serializers.Serializer[Any]):
    """Up to which amount people of a role may approve adjustments in a currency."""

    id = serializers.IntegerField()
    role = serializers.CharField()
    currency = serializers.CharField(help_text="A code of ISO 4217.")
    amount = serializers.DecimalField(max_digits=DIGITS, decimal_places=PLACES)
    version = serializers.IntegerField()


class LimitEdit(RecordInput):
    """Another amount."""

    amount = serializers.DecimalField(max_digits=DIGITS, decimal_places=PLACES, min_value=0)


class LimitInput(LimitEdit):
    """A limit of a role that may check adjustments."""

    role = serializers.CharField(max_length=20)
    currency = serializers.CharField(min_length=3, max_length=3)

    def validate_role(self, role: str) -> str:
        if role not in CHECKING:
            told = ", ".join(sorted(CHECKING))
            raise serializers.ValidationError(_("Choose from: %s.") % told)
        return role


class LimitFilters(FilterSet):
    role = OneOf("role", Role)


class AdjustmentLimitViewSet(Creates, Edits, TellsHistory, ScopedViewSet):
    """Who may approve how much, by role and currency."""

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
        return set_limit(actor=self.request.user, **data)

    def edit_with(self, record: AdjustmentLimit, **data: Any) -> AdjustmentLimit:
        return change_limit(record, actor=self.request.user, **data)
