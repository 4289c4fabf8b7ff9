"""What lists of obligations and of what is due can be narrowed by."""

from datetime import timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import FilterSet

from core.api.filters import ByPerson, ByRecord, Flag, OneOf
from vendors.models import Contract, Obligation, Vendor
from vendors.obligations.enums import (
    TO_DO,
    UNSETTLED,
    Direction,
    ObligationCategory,
    ObligationStatus,
    TaskStatus,
)

_SOON = timedelta(days=30)


def _overdue(rows: Any, yes: bool) -> Any:
    late = {"due_on__lt": timezone.localdate(), "status__in": TO_DO}
    return rows.filter(**late) if yes else rows.exclude(**late)


def _due_soon(rows: Any, yes: bool) -> Any:
    """Late or due within thirty days, and not settled."""
    soon = {"due_on__lte": timezone.localdate() + _SOON, "status__in": UNSETTLED}
    return rows.filter(**soon) if yes else rows.exclude(**soon)


class ObligationFilters(FilterSet):
    contract = ByRecord("contract", Contract)
    vendor = ByRecord("contract__vendor", Vendor, label=_("vendor"))
    direction = OneOf("direction", Direction)
    category = OneOf("category", ObligationCategory)
    status = OneOf("status", ObligationStatus)
    owner = ByPerson("owner", label=pgettext_lazy("obligation", "owner"))
    approver = ByPerson("approver", label=_("approver"))


class ObligationTaskFilters(FilterSet):
    obligation = ByRecord("obligation", Obligation)
    contract = ByRecord("obligation__contract", Contract, label=_("contract"))
    direction = OneOf("obligation__direction", Direction, label=_("whose"))
    category = OneOf(
        "obligation__category", ObligationCategory, label=pgettext_lazy("obligation", "category")
    )
    status = OneOf("status", TaskStatus)
    owner = ByPerson("obligation__owner", label=pgettext_lazy("obligation", "owner"))
    approver = ByPerson("obligation__approver", label=_("approver"))
    overdue = Flag(_overdue, label=_("overdue"))
    due_soon = Flag(_due_soon, label=_("due within 30 days"))
