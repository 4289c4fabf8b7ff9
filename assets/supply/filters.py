"""What a list of dependencies on vendors can be narrowed by."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from assets.models import Service, ServiceDependency
from assets.supply.enums import Substitutability, SupplyCriticality
from core.api.filters import ByRecord, Flag, OneOf
from vendors.enums import VendorTier
from vendors.models import Contract, Vendor


def _current(rows: Any, yes: bool) -> Any:
    found = rows.in_force(timezone.localdate())
    return found if yes else rows.exclude(pk__in=found.order_by().values("pk"))


def _at_risk(rows: Any, yes: bool) -> Any:
    found = ServiceDependency.objects.at_risk(timezone.localdate()).order_by().values("pk")
    return rows.filter(pk__in=found) if yes else rows.exclude(pk__in=found)


class ServiceDependencyFilters(FilterSet):
    criticality = OneOf("criticality", SupplyCriticality)
    substitutability = OneOf("substitutability", Substitutability)
    service = ByRecord("service", Service)
    vendor = ByRecord("vendor", Vendor)
    contract = ByRecord("contract", Contract)
    tier = OneOf("vendor__tier", VendorTier, label=_("vendor's tier"))
    current = Flag(_current, label=_("current today"))
    at_risk = Flag(_at_risk, label=_("single vendor without a tested exit"))
