"""Freeze windows as REST."""

from typing import Any

from rest_framework import serializers

from assets.enums import AssetClass, ServiceTier
from assets.models import Service
from changes import services
from changes.enums import FreezeMode, FreezeSource
from changes.freeze_lists import ORDERINGS, FreezeFilters
from changes.models import FreezeWindow
from changes.window_api import WindowInput, WindowShown, WindowViewSet
from core.api.fields import RelatedList
from people.enums import Country


def _several(choices: Any, **options: Any) -> serializers.ListField:
    return serializers.ListField(child=serializers.ChoiceField(choices=choices), **options)


class FreezeShown(WindowShown):
    """When changes are blocked, asked for more approval or warned. What is not narrowed is of
    everything. Either `starts_at` and `ends_at`, or `rule` and what follows it."""

    mode = serializers.ChoiceField(choices=FreezeMode.choices)
    source = serializers.ChoiceField(choices=FreezeSource.choices)
    countries = _several(Country.choices)
    tiers = _several(ServiceTier.choices)
    asset_classes = _several(AssetClass.choices)


class FreezeInput(WindowInput):
    """What a freeze is made of."""

    mode = serializers.ChoiceField(choices=FreezeMode.choices)
    source = serializers.ChoiceField(choices=FreezeSource.choices)
    countries = _several(Country.choices, required=False)
    tiers = _several(ServiceTier.choices, required=False)
    asset_classes = _several(AssetClass.choices, required=False)
    services = RelatedList(Service, required=False)


class FreezeWindowViewSet(WindowViewSet):
    """When nothing may be altered, and what that is about."""

    queryset = FreezeWindow.objects.all()
    serializer_class = FreezeShown
    create_serializer_class = edit_serializer_class = FreezeInput
    filterset_class = FreezeFilters
    orderings = ORDERINGS

    def create_with(self, **data: Any) -> FreezeWindow:
        window = services.declare_freeze(actor=self.request.user, **data)
        return self.get_queryset().get(pk=window.pk)

    def edit_with(self, record: FreezeWindow, **data: Any) -> FreezeWindow:
        return services.edit_freeze(record, actor=self.request.user, **data)
