"""What lists of services, assets and devices in hand can be narrowed by."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from assets.enums import (
    AssetClass,
    Criticality,
    Custody,
    DependencyKind,
    Environment,
    ImportStatus,
    Lifecycle,
    PciScope,
    ServiceTier,
)
from assets.models import Asset, Service
from core.api.filters import ByRecord, Flag, OneOf
from people.enums import Country
from people.models import Team, User
from vendors.models import Vendor


class InCustody(OneOf):
    """Devices by who has them: in stock, waiting for acceptance, accepted."""

    def narrow(self, queryset: Any, text: str, user: Any) -> Any:
        return queryset.in_custody(*self.read(text, user))


class HeldBy(ByRecord):
    """Devices that a person has now, by username."""

    def narrow(self, queryset: Any, text: str, user: Any) -> Any:
        return queryset.held_by(self.read(text, user))


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
    data_residency = OneOf("data_residency", Country)
    owner_team = ByRecord("owner_team", Team, "slug")
    vendor = ByRecord("vendor", Vendor)
    custody = InCustody("custody", Custody, _("custody"))
    holder = HeldBy("holder", User, "username", _("holder"))


class HandOutFilters(FilterSet):
    status = OneOf("status", Custody)
    holder = ByRecord("holder", User, "username")
    asset = ByRecord("asset", Asset)
    is_open = Flag(lambda rows, yes: rows.filter(ended_at__isnull=yes), _("not given back"))


class DependencyFilters(FilterSet):
    kind = OneOf("kind", DependencyKind)
    service = ByRecord("service", Service)
    asset = ByRecord("asset", Asset)
    needs = ByRecord("needs", Asset)


class AssetImportFilters(FilterSet):
    status = OneOf("status", ImportStatus)
