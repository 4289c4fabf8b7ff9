"""What a list of matrices of responsibility can be narrowed by."""

from django_filters import FilterSet

from core.api.filters import ByRecord, OneOf
from vendors.models import Vendor
from vendors.responsibilities.enums import MatrixStatus


class MatrixFilters(FilterSet):
    vendor = ByRecord("vendor", Vendor)
    status = OneOf("status", MatrixStatus)
