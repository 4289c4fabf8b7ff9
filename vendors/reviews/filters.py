"""What a list of service reviews can be narrowed by."""

from django_filters import FilterSet

from core.api.filters import ByRecord, OneOf
from vendors.models import Vendor
from vendors.reviews.enums import ReviewStatus


class ServiceReviewFilters(FilterSet):
    vendor = ByRecord("vendor", Vendor)
    status = OneOf("status", ReviewStatus)
