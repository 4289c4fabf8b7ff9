"""What a list of vendors can be narrowed by."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from core.api.filters import ByPerson, ByRecord, Flag, OneOf
from people.enums import Country
from people.models import User
from vendors.assurance.enums import DataAccess
from vendors.enums import VendorStatus, VendorTier


def _overdue(rows: Any, yes: bool) -> Any:
    late = rows.review_overdue(timezone.localdate())
    return late if yes else rows.exclude(pk__in=late.order_by().values("pk"))


class VendorFilters(FilterSet):
    status = OneOf("status", VendorStatus)
    tier = OneOf("tier", VendorTier)
    country = OneOf("country", Country)
    manager = ByRecord("manager", User, "username")
    owner = ByPerson("owner")
    could_affect_security = Flag("could_affect_security")
    data_access = OneOf("data_access", DataAccess)
    review_overdue = Flag(_overdue, label=_("review overdue"))
