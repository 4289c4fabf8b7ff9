"""Freeze windows as REST."""

from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef
from rest_framework import serializers

from assets.enums import AssetClass, ServiceTier
from assets.models import Service
from changes import services
from changes.enums import FreezeMode, FreezeSource
from changes.freeze_lists import ORDERINGS, FreezeFilters
from changes.models import FreezeWindow
from core.api.fields import Duration, Moment, RecordInput, RelatedList, Text
from core.api.transitions import TellsHistory
from core.api.views import Creates, Edits, ScopedViewSet
from people.calendars import Roll
from people.enums import Country


def _several(choices: Any, **options: Any) -> serializers.ListField:
    return serializers.ListField(child=serializers.ChoiceField(choices=choices), **options)


class FreezeShown(serializers.Serializer[Any]):
    """When changes are blocked, asked for more approval or warned. What is not narrowed is of
    everything. Either `starts_at` and `ends_at`, or `rule` and what follows it."""

    reference = serializers.CharField()
    name = serializers.CharField()
    mode = serializers.ChoiceField(choices=FreezeMode.choices)
    source = serializers.ChoiceField(choices=FreezeSource.choices)
    reason = serializers.CharField()
    countries = _several(Country.choices)
    tiers = _several(ServiceTier.choices)
    asset_classes = _several(AssetClass.choices)
    services = RelatedList(Service)
    starts_at = Moment(allow_null=True)
    ends_at = Moment(allow_null=True)
    rule = serializers.CharField(help_text="RFC 5545 without DTSTART.")
    begins_on = serializers.DateField(allow_null=True)
    begins_clock = serializers.TimeField(allow_null=True)
    lasts = Duration(allow_null=True)
    time_zone = serializers.CharField()
    roll = serializers.ChoiceField(choices=Roll.choices)
    calendar = serializers.ChoiceField(choices=Country.choices, allow_blank=True)
    is_active = serializers.BooleanField()
    version = serializers.IntegerField()


class FreezeInput(RecordInput):
    """What a freeze is made of."""

    name = Text(max_length=120)
    mode = serializers.ChoiceField(choices=FreezeMode.choices)
    source = serializers.ChoiceField(choices=FreezeSource.choices)
    reason = Text(max_length=5_000)
    countries = _several(Country.choices, required=False)
    tiers = _several(ServiceTier.choices, required=False)
    asset_classes = _several(AssetClass.choices, required=False)
    services = RelatedList(Service, required=False)
    starts_at = Moment(allow_null=True, required=False)
    ends_at = Moment(allow_null=True, required=False)
    rule = Text(max_length=200, allow_blank=True, required=False)
    begins_on = serializers.DateField(allow_null=True, required=False)
    begins_clock = serializers.TimeField(allow_null=True, required=False)
    lasts = Duration(allow_null=True, required=False)
    time_zone = Text(max_length=60, required=False)
    roll = serializers.ChoiceField(choices=Roll.choices, required=False)
    calendar = serializers.ChoiceField(choices=Country.choices, allow_blank=True, required=False)
    is_active = serializers.BooleanField(required=False)


class FreezeWindowViewSet(Creates, Edits, TellsHistory, ScopedViewSet):
    """When nothing may be altered, and what that is about."""

    queryset = FreezeWindow.objects.all()
    serializer_class = FreezeShown
    create_serializer_class = edit_serializer_class = FreezeInput
    filterset_class = FreezeFilters
    is_searched = False
    orderings = ORDERINGS
    parameters = {"history": ("limit", "before")}

    def get_queryset(self) -> Any:
        """With the references of the services that the user may see."""
        seen = Service.objects.visible_to(self.request.user).order_by("reference")
        named = seen.filter(freezewindow=OuterRef("pk")).values("reference")
        return super().get_queryset().annotate(services_key=ArraySubquery(named))

    def create_with(self, **data: Any) -> FreezeWindow:
        window = services.declare_freeze(actor=self.request.user, **data)
        return self.get_queryset().get(pk=window.pk)

    def edit_with(self, record: FreezeWindow, **data: Any) -> FreezeWindow:
        return services.edit_freeze(record, actor=self.request.user, **data)
