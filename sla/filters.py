"""What a list of clients can be narrowed by."""

from django_filters import FilterSet

from core.api.filters import OneOf
from people.enums import Country


class ClientFilters(FilterSet):
    country = OneOf("country", Country)
