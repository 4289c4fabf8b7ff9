"""The list of vendors. Most people see names only, here as in the API."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.keyset import Columns
from core.lists import Column, RecordList
from core.showing import badge
from vendors.assurance.page import review_cell
from vendors.enums import VendorStatus
from vendors.filters import VendorFilters
from vendors.models import Vendor
from vendors.permissions import may_read_about_vendors

TONES = {
    VendorStatus.DUE_DILIGENCE: "blue",
    VendorStatus.ASSESSED: "orange",
    VendorStatus.APPROVED: "green",
    VendorStatus.REFUSED: "red",
    VendorStatus.ENGAGED: "green",
    VendorStatus.EXITING: "yellow",
}
NAMES_ORDERED = {"reference": ("pk",), "name": ("name", "pk")}
ORDERINGS = {**NAMES_ORDERED, "next_review_on": ("next_review_on", "pk")}
"""The order alone would tell those who see names only."""


def status_badge(vendor: Vendor) -> Any:
    return badge(vendor.get_status_display(), TONES.get(VendorStatus(vendor.status), ""))


def _security(vendor: Vendor) -> Any:
    return badge(_("Yes"), "orange") if vendor.could_affect_security else None


class VendorList(RecordList):
    filterset = VendorFilters
    main_filters = ("status", "tier")
    ordering = "name"
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("name", ordering="name", leads_to_record=True, phone="title"),
        Column("tier", phone="meta"),
        Column("status", show=status_badge, phone="meta"),
        Column("country", phone="meta"),
        Column("data_access"),
        Column("could_affect_security", show=_security),
        Column(
            "next_review_on",
            ordering="next_review_on",
            show=review_cell,
            export=lambda row: row.next_review_on,
            phone="meta",
        ),
        Column("manager", is_default=False),
        Column("owner"),
    )

    @property
    def orderings(self) -> Mapping[str, Columns]:  # type: ignore[override]  # -- by person
        return ORDERINGS if may_read_about_vendors(self.user) else NAMES_ORDERED

    def columns_for(self) -> tuple[Column, ...]:
        return self.columns if may_read_about_vendors(self.user) else self.columns[:2]

    def filters(self) -> Mapping[str, Any]:
        return super().filters() if may_read_about_vendors(self.user) else {}

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("manager", "owner__person")
