"""What lists of scorecards and their models can be narrowed by."""

from django_filters import FilterSet

from core.api.filters import ByRecord, OneOf
from vendors.models import Vendor
from vendors.scorecards.enums import CardStatus, ModelStatus, PeriodKind


class ScoreModelFilters(FilterSet):
    status = OneOf("status", ModelStatus)


class ScorecardFilters(FilterSet):
    vendor = ByRecord("vendor", Vendor)
    period = OneOf("period", PeriodKind)
    status = OneOf("status", CardStatus)
