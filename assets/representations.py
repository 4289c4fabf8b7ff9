"""How services and assets look in the API, and what a write may carry."""

from typing import Any

from rest_framework import serializers

from assets.enums import (
    AssetClass,
    Condition,
    Criticality,
    Custody,
    Environment,
    Lifecycle,
    PciScope,
    ServiceTier,
)
from assets.models import Asset
from core.api.fields import Duration, Moment, RecordInput, Related, Text
from people.enums import Country
from people.models import Team, User
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
    purpose = serializers.CharField()
    manufacturer = serializers.CharField()
    product = serializers.CharField(help_text="A device's model, a program's product name.")
    release = serializers.CharField(help_text="As the manufacturer names it: 19c, 1.29.")
    serial_number = serializers.CharField(allow_null=True)
    location = serializers.CharField()
    hostname = serializers.CharField()
    ip_address = serializers.IPAddressField(allow_null=True)
    warranty_until = serializers.DateField(allow_null=True)
    end_of_life_on = serializers.DateField(allow_null=True)
    custody = serializers.ChoiceField(
        choices=Custody.choices, allow_null=True, help_text="Null for what is with nobody."
    )
    holder = serializers.CharField(
        source="holder_username", allow_null=True, help_text="Username of who has the device."
    )
    due_on = serializers.DateField(allow_null=True, help_text="When the device is due back.")
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
    purpose = Text(max_length=300, allow_blank=True, required=False)
    manufacturer = Text(max_length=80, allow_blank=True, required=False)
    product = Text(max_length=120, allow_blank=True, required=False)
    release = Text(max_length=60, allow_blank=True, required=False)
    serial_number = Text(max_length=80, allow_blank=True, allow_null=True, required=False)
    location = Text(max_length=120, allow_blank=True, required=False)
    hostname = Text(max_length=253, allow_blank=True, required=False)
    ip_address = serializers.IPAddressField(allow_null=True, required=False)
    warranty_until = serializers.DateField(allow_null=True, required=False)
    end_of_life_on = serializers.DateField(allow_null=True, required=False)


class HandOutShown(serializers.Serializer[Any]):
    """A device in a person's hands, now or formerly."""

    id = serializers.IntegerField()
    asset = Related(Asset)
    name = serializers.CharField(source="asset.name")
    asset_class = serializers.ChoiceField(source="asset.asset_class", choices=AssetClass.choices)
    serial_number = serializers.CharField(source="asset.serial_number", allow_null=True)
    holder = Related(User, "username")
    status = serializers.ChoiceField(choices=Custody.choices)
    handed_out_at = Moment()
    handed_out_by = Related(User, "username", allow_null=True)
    due_on = serializers.DateField(allow_null=True)
    note = serializers.CharField()
    accepted_at = Moment(allow_null=True)
    accepted_terms = serializers.CharField(help_text="The text the holder agreed to.")
    ended_at = Moment(allow_null=True)
    condition = serializers.ChoiceField(choices=Condition.choices, allow_blank=True)
    end_note = serializers.CharField()
    version = serializers.IntegerField()
