"""The lists of services, assets, dependencies, devices in hand and files of assets."""

from typing import Any

from django.db.models import Prefetch
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assets.enums import DEVICES, Lifecycle, PciScope
from assets.filters import (
    AssetFilters,
    AssetImportFilters,
    DependencyFilters,
    HandOutFilters,
    ServiceFilters,
)
from assets.import_page import status_badge
from assets.models import Asset, HandOut
from assets.page import criticality_badge, custody_badge
from assets.permissions import may_import_assets
from core.lists import Column, RecordList, Tab
from core.showing import ago, badge

_LIFECYCLE_TONES = {Lifecycle.LIVE: "green", Lifecycle.RETIRING: "yellow"}
_PCI_TONES = {PciScope.IN_SCOPE: "red", PciScope.CONNECTED: "orange"}


def lifecycle_badge(asset: Asset) -> Any:
    return badge(asset.get_lifecycle_display(), _LIFECYCLE_TONES.get(asset.lifecycle, ""))


def pci_badge(asset: Asset) -> Any:
    return badge(asset.get_pci_scope_display(), _PCI_TONES.get(asset.pci_scope, ""))


class ServiceList(RecordList):
    filterset = ServiceFilters
    main_filters = ("tier", "criticality", "owner_team")
    orderings = {"reference": ("pk",), "name": ("name", "pk")}
    ordering = "name"
    tabs = (
        Tab(
            "live",
            pgettext_lazy("services", "In service"),
            lambda services, user: services.filter(is_retired=False),
            is_counted=False,
        ),
        Tab("mine", pgettext_lazy("services", "My teams'"), lambda s, user: s.owned_by(user)),
    )
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("name", ordering="name", leads_to_record=True, phone="title"),
        Column("label"),
        Column("tier", phone="meta"),
        Column("criticality", show=criticality_badge, phone="meta"),
        Column("owner_team"),
        Column("support_team"),
        Column("countries", show=lambda service: ", ".join(service.countries), phone="meta"),
        Column("rto", is_default=False),
        Column("rpo", is_default=False),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("owner_team", "support_team")


def _as_iso(field: str) -> Any:
    """A day as an import of assets takes it, whatever the reader's language."""
    return lambda asset: day.isoformat() if (day := getattr(asset, field)) else None


def _holder(asset: Asset) -> Any:
    """Who has a device now; its open hand-out was fetched with the row."""
    return next((hand_out.holder.get_full_name() for hand_out in asset.held), None)


class AssetList(RecordList):
    filterset = AssetFilters
    main_filters = ("asset_class", "lifecycle", "environment", "pci_scope", "owner_team")
    orderings = {"reference": ("pk",), "name": ("name", "pk")}
    ordering = "name"
    tabs = (
        Tab(
            "live",
            pgettext_lazy("assets", "In use"),
            lambda assets, user: assets.exclude(lifecycle=Lifecycle.RETIRED),
            is_counted=False,
        ),
        Tab(
            "scope",
            _("In PCI DSS scope"),
            lambda assets, user: assets.filter(pci_scope=PciScope.IN_SCOPE),
        ),
        Tab(
            "devices",
            _("Devices"),
            lambda assets, user: assets.filter(asset_class__in=DEVICES),
        ),
    )
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("name", ordering="name", leads_to_record=True, phone="title"),
        Column("asset_class", phone="meta"),
        Column("lifecycle", show=lifecycle_badge, phone="meta"),
        Column("environment"),
        Column("pci_scope", show=pci_badge, phone="meta"),
        Column("data_residency", is_default=False),
        Column("owner_team"),
        Column("vendor"),
        Column("holder", _("holder"), show=_holder, is_default=False),
        Column("manufacturer", is_default=False),
        Column("product", is_default=False),
        Column("release", is_default=False),
        Column("serial_number", is_default=False),
        Column("hostname", is_default=False),
        Column("location", is_default=False),
        Column("ip_address", is_default=False),
        Column("purpose", is_default=False),
        Column("warranty_until", export=_as_iso("warranty_until"), is_default=False),
        Column("end_of_life_on", export=_as_iso("end_of_life_on"), is_default=False),
    )

    def prepared(self, rows: Any) -> Any:
        rows = rows.select_related("owner_team", "vendor")
        if "holder" not in {column.name for column in self.query.columns}:
            return rows
        seen = HandOut.objects.visible_to(self.user).open().select_related("holder__person")
        return rows.prefetch_related(Prefetch("hand_outs", queryset=seen, to_attr="held"))

    def links(self) -> list[tuple[Any, str]]:
        if not may_import_assets(self.user):
            return []
        return [(_("Import"), reverse("admin:assets_assetimport_changelist"))]


class DependencyList(RecordList):
    filterset = DependencyFilters
    orderings = {"id": ("pk",)}
    ordering = "-id"
    columns = (
        Column(
            "who",
            _("service or asset"),
            show=lambda dependency: dependency.service or dependency.asset,
            leads_to_record=True,
            phone="title",
        ),
        Column("kind", phone="meta"),
        Column("needs", phone="meta"),
        Column("starts_on"),
        Column("ends_on"),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("service", "asset", "needs")


class HandOutList(RecordList):
    filterset = HandOutFilters
    orderings = {"id": ("pk",)}
    ordering = "-id"
    columns = (
        Column("asset", leads_to_record=True, phone="title"),
        Column("holder", show=lambda row: row.holder.get_full_name(), phone="meta"),
        Column("status", show=custody_badge, phone="meta"),
        Column(
            "handed_out_at",
            show=lambda row: ago(row.handed_out_at),
            export=lambda row: row.handed_out_at,
            ordering="id",
        ),
        Column("due_on", phone="meta"),
        Column("condition"),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("asset", "holder__person")


class AssetImportList(RecordList):
    filterset = AssetImportFilters
    orderings = {"id": ("pk",)}
    ordering = "-id"
    columns = (
        Column("pk", "#", ordering="id", leads_to_record=True, phone="meta"),
        Column("name", leads_to_record=True, phone="title"),
        Column("status", show=status_badge, phone="meta"),
        Column("total", phone="meta"),
        Column(
            "uploaded_at",
            show=lambda row: ago(row.uploaded_at),
            export=lambda row: row.uploaded_at,
        ),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("job", "uploaded_by")
