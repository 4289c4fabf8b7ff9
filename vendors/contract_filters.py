"""What a list of contracts can be narrowed by."""

from django_filters import FilterSet

from core.api.filters import ByRecord, OneOf
from people.models import User
from vendors.enums import ContractKind, ContractStatus, Renewal
from vendors.models import Vendor


class ContractFilters(FilterSet):
    status = OneOf("status", ContractStatus)
    vendor = ByRecord("vendor", Vendor)
    kind = OneOf("kind", ContractKind)
    renewal = OneOf("renewal", Renewal)
    owner = ByRecord("owner", User, "username")
