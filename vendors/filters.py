"""What a list of vendors can be narrowed by."""

from django_filters import FilterSet

from core.api.filters import ByRecord, Flag, OneOf
from people.enums import Country
from people.models import User
from vendors.enums import VendorStatus, VendorTier


class VendorFilters(FilterSet):
    status = OneOf("status", VendorStatus)
    tier = OneOf("tier", VendorTier)
    country = OneOf("country", Country)
    manager = ByRecord("manager", User, "username")
    could_affect_security = Flag("could_affect_security")
