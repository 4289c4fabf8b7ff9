"""What the lists of jobs and of card number findings can be narrowed by."""

from django_filters import FilterSet

from core.api.filters import MomentBound, OneOf
from records.enums import JobState


class JobFilters(FilterSet):
    state = OneOf("state", JobState)


class FindingFilters(FilterSet):
    found_at__gte = MomentBound("found_at", "gte")
    found_at__lt = MomentBound("found_at", "lt")
