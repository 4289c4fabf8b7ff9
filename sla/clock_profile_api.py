"""Clock profiles as REST: read by all who see incidents, kept by administrators."""

from typing import Any

from django_filters import FilterSet
from rest_framework import serializers

from assets.models import Service
from core.api.fields import Duration, Moment, RecordInput, Related, Text
from core.api.filters import MomentBound
from core.api.transitions import TellsHistory
from core.api.views import Creates, Edits, ScopedViewSet
from people.enums import Country
from sla.clock_profile_services import add_clock_profile, change_clock_profile
from sla.enums import MarkKind
from sla.models import ClockProfile


class ClockProfileShown(serializers.Serializer[Any]):
    """From which mark to which, within what, for incidents opened since a moment."""

    id = serializers.IntegerField()
    service = Related(Service, allow_null=True, help_text="Null: every service.")
    country = serializers.ChoiceField(
        choices=Country.choices, allow_blank=True, help_text="Of the team. Empty: every country."
    )
    priority = serializers.IntegerField(allow_null=True, help_text="Null: every priority.")
    starts_at = Moment()
    detect_from = serializers.ChoiceField(choices=MarkKind.choices)
    detect_to = serializers.ChoiceField(choices=MarkKind.choices)
    detect_within = Duration()
    investigate_from = serializers.ChoiceField(choices=MarkKind.choices)
    investigate_to = serializers.ChoiceField(choices=MarkKind.choices)
    investigate_within = Duration()
    remediate_from = serializers.ChoiceField(choices=MarkKind.choices)
    remediate_to = serializers.ChoiceField(choices=MarkKind.choices)
    remediate_within = Duration()
    reason = serializers.CharField()
    version = serializers.IntegerField()


class ClockProfileInput(RecordInput):
    """What a profile says; the marks and times that are not given are the mandate's own."""

    service = Related(Service, allow_null=True, required=False)
    country = serializers.ChoiceField(choices=Country.choices, allow_blank=True, required=False)
    priority = serializers.IntegerField(min_value=1, max_value=5, allow_null=True, required=False)
    starts_at = Moment()
    detect_from = serializers.ChoiceField(choices=MarkKind.choices, required=False)
    detect_to = serializers.ChoiceField(choices=MarkKind.choices, required=False)
    detect_within = Duration(required=False)
    investigate_from = serializers.ChoiceField(choices=MarkKind.choices, required=False)
    investigate_to = serializers.ChoiceField(choices=MarkKind.choices, required=False)
    investigate_within = Duration(required=False)
    remediate_from = serializers.ChoiceField(choices=MarkKind.choices, required=False)
    remediate_to = serializers.ChoiceField(choices=MarkKind.choices, required=False)
    remediate_within = Duration(required=False)
    reason = Text(max_length=300)


class ClockProfileFilters(FilterSet):
    starts_at__gte = MomentBound("starts_at", "gte")
    starts_at__lt = MomentBound("starts_at", "lt")


class ClockProfileViewSet(Creates, Edits, TellsHistory, ScopedViewSet):
    """Times of the 1-5-10 mandate for some incidents. What is in force never changes."""

    queryset = ClockProfile.objects.all()
    serializer_class = ClockProfileShown
    create_serializer_class = ClockProfileInput
    edit_serializer_class = ClockProfileInput
    filterset_class = ClockProfileFilters
    lookup_field = "pk"
    lookup_value_regex = r"[0-9]{1,9}"
    orderings = {"starts_at": ("starts_at", "pk")}
    ordering = "-starts_at"
    parameters = {"history": ("limit", "before")}

    def create_with(self, **data: Any) -> ClockProfile:
        return add_clock_profile(actor=self.request.user, **data)

    def edit_with(self, record: ClockProfile, **data: Any) -> ClockProfile:
        return change_clock_profile(record, actor=self.request.user, **data)
