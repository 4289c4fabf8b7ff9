"""How services and assets look in the API, and what a write may carry."""

from typing import Any

from rest_framework import serializers

from assets.enums import AssetClass, Criticality, Environment, Lifecycle, PciScope, ServiceTier
from core.api.fields import Duration, RecordInput, Related, Text
from people.enums import Country
from people.models import Team
from vendors.models import Vendor


class ServiceShown(serializers.Serializer[Any]):
    """Something customers or colleagues rely on."""

    reference = serializers.CharField()
    name = serializers.CharField()
    label = serializers.CharField(help_text="The value of the “service” label in alerts.")
    description = serializers.CharField()
    tier = serializers.ChoiceField(choices=ServiceTier.choices)
    criticality = serializers.ChoiceField(choices=Criticality.choices)
    owner_team = Related(Team, "slug")
    support_team = Related(Team, "slug")
    countries = serializers.ListField(child=serializers.ChoiceField(choices=Country.choices))
    rto = Duration(allow_null=True)
    rpo = Duration(allow_null=True)
    is_retired = serializers.BooleanField()
    version = serializers.IntegerField()


class ServiceInput(RecordInput):
    """What a service is made of."""

    name = Text(max_length=120)
    label = serializers.SlugField(max_length=80)
    description = Text(allow_blank=True, required=False, max_length=20_000)
    tier = serializers.ChoiceField(choices=ServiceTier.choices)
    criticality = serializers.ChoiceField(choices=Criticality.choices)
    owner_team = Related(Team, "slug")
    support_team = Related(Team, "slug")
    countries = serializers.ListField(
        child=serializers.ChoiceField(choices=Country.choices), allow_empty=False, max_length=30
    )
    rto = Duration(allow_null=True, required=False)
    rpo = Duration(allow_null=True, required=False)
    is_retired = serializers.BooleanField(required=False)


class AssetShown(serializers.Serializer[Any]):
    """A configuration item: something we run or depend on."""

    reference = serializers.CharField()
    name = serializers.CharField()
    asset_class = serializers.ChoiceField(choices=AssetClass.choices)
    lifecycle = serializers.ChoiceField(choices=Lifecycle.choices)
    environment = serializers.ChoiceField(choices=Environment.choices)
    pci_scope = serializers.ChoiceField(choices=PciScope.choices)
    data_residency = serializers.ChoiceField(choices=Country.choices)
    owner_team = Related(Team, "slug")
    vendor = Related(Vendor, allow_null=True)
    version = serializers.IntegerField()


class AssetInput(RecordInput):
    """What an asset is made of."""

    name = Text(max_length=150)
    asset_class = serializers.ChoiceField(choices=AssetClass.choices)
    lifecycle = serializers.ChoiceField(choices=Lifecycle.choices, required=False)
    environment = serializers.ChoiceField(choices=Environment.choices, required=False)
    pci_scope = serializers.ChoiceField(choices=PciScope.choices)
    data_residency = serializers.ChoiceField(choices=Country.choices)
    owner_team = Related(Team, "slug")
    vendor = Related(Vendor, allow_null=True, required=False)
