"""What a list of exit plans can be narrowed by."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from core.api.filters import ByPerson, ByRecord, Flag, OneOf
from vendors.enums import VendorTier
from vendors.exit_plans.enums import ExitPlanStatus
from vendors.models import Contract, Vendor


def _overdue(rows: Any, yes: bool) -> Any:
    late = rows.exercise_overdue(timezone.localdate())
    return late if yes else rows.exclude(pk__in=late.order_by().values("pk"))


class ExitPlanFilters(FilterSet):
    status = OneOf("status", ExitPlanStatus)
    vendor = ByRecord("vendor", Vendor)
    contract = ByRecord("contract", Contract)
    tier = OneOf("vendor__tier", VendorTier, label=_("tier"))
    owner = ByPerson("owner")
    exercise_overdue = Flag(_overdue, label=_("exercise overdue"))
