"""What a list of claims can be narrowed by."""

from django_filters import FilterSet

from core.api.filters import ByRecord, OneOf
from vendors.credits.enums import ClaimStatus
from vendors.models import Contract, Vendor


class ClaimFilters(FilterSet):
    status = OneOf("status", ClaimStatus)
    contract = ByRecord("clause__contract", Contract)
    vendor = ByRecord("clause__contract__vendor", Vendor)
