"""What a list of decisions about renewals can be narrowed by."""

from django_filters import FilterSet

from core.api.filters import ByRecord, OneOf
from vendors.models import Contract
from vendors.renewals.enums import RenewalStatus


class RenewalFilters(FilterSet):
    status = OneOf("status", RenewalStatus)
    contract = ByRecord("term__contract", Contract)
