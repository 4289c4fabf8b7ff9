"""The list of dependencies on vendors."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from assets.models import ServiceDependency
from assets.supply.enums import Substitutability, SupplyCriticality, SupplyStatus
from assets.supply.filters import ServiceDependencyFilters
from core.lists import Column, RecordList
from core.showing import badge

CRITICALITY_TONES = {SupplyCriticality.CRITICAL: "red", SupplyCriticality.IMPORTANT: "orange"}
SUBSTITUTE_TONES = {
    Substitutability.IN_PLACE: "green",
    Substitutability.WEEKS: "green",
    Substitutability.MONTHS: "orange",
    Substitutability.NONE: "red",
}


def criticality_badge(row: ServiceDependency) -> Any:
    tone = CRITICALITY_TONES.get(SupplyCriticality(row.criticality), "")
    return badge(row.get_criticality_display(), tone)


def substitute_badge(row: ServiceDependency) -> Any:
    tone = SUBSTITUTE_TONES[Substitutability(row.substitutability)]
    return badge(row.get_substitutability_display(), tone)


def status_badge(row: ServiceDependency) -> Any:
    return badge(row.get_status_display(), "green" if row.status == SupplyStatus.CURRENT else "")


class ServiceDependencyList(RecordList):
    filterset = ServiceDependencyFilters
    main_filters = ("criticality", "substitutability", "at_risk")
    orderings = {"reference": ("pk",)}
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("service", show=lambda row: row.service.name, leads_to_record=True, phone="title"),
        Column("vendor", show=lambda row: row.vendor.name, phone="meta"),
        Column("supplies"),
        Column("criticality", show=criticality_badge, phone="meta"),
        Column("substitutability", show=substitute_badge, phone="meta"),
        Column("contract", is_default=False),
        Column("alternative", is_default=False),
        Column("starts_on", is_default=False),
        Column("ends_on"),
        Column("reviewed_at"),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("service", "vendor", "contract", "alternative")

    def links(self) -> list[tuple[Any, str]]:
        return [
            (_("Services and vendors"), reverse("admin:assets_servicedependency_matrix")),
            (_("Concentration"), reverse("admin:assets_servicedependency_concentration")),
            (_("Rationalisation"), reverse("admin:assets_servicedependency_rationalise")),
        ]
