"""What lists of services and assets can be narrowed by."""

from django_filters import FilterSet

from assets.enums import AssetClass, Criticality, Environment, Lifecycle, PciScope, ServiceTier
from core.api.filters import ByRecord, Flag, OneOf
from people.models import Team
from vendors.models import Vendor


class ServiceFilters(FilterSet):
    tier = OneOf("tier", ServiceTier)
    criticality = OneOf("criticality", Criticality)
    owner_team = ByRecord("owner_team", Team, "slug")
    support_team = ByRecord("support_team", Team, "slug")
    is_retired = Flag("is_retired")


class AssetFilters(FilterSet):
    asset_class = OneOf("asset_class", AssetClass)
    lifecycle = OneOf("lifecycle", Lifecycle)
    environment = OneOf("environment", Environment)
    pci_scope = OneOf("pci_scope", PciScope)
    owner_team = ByRecord("owner_team", Team, "slug")
    vendor = ByRecord("vendor", Vendor)
