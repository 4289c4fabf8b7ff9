"""The list of vendors. Most people see names only, here as in the API."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.lists import Column, RecordList
from core.showing import badge
from vendors.enums import VendorStatus
from vendors.filters import VendorFilters
from vendors.models import Vendor
from vendors.permissions import may_read_about_vendors


def status_badge(vendor: Vendor) -> Any:
    tone = "green" if vendor.status == VendorStatus.ACTIVE else ""
    return badge(vendor.get_status_display(), tone)


def _security(vendor: Vendor) -> Any:
    return badge(_("Yes"), "orange") if vendor.could_affect_security else None


class VendorList(RecordList):
    filterset = VendorFilters
    orderings = {"reference": ("pk",), "name": ("name", "pk")}
    ordering = "name"
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("name", ordering="name", leads_to_record=True, phone="title"),
        Column("tier", phone="meta"),
        Column("status", show=status_badge, phone="meta"),
        Column("country", phone="meta"),
        Column("manager"),
        Column("could_affect_security", show=_security),
    )

    def columns_for(self) -> tuple[Column, ...]:
        return self.columns if may_read_about_vendors(self.user) else self.columns[:2]

    def filters(self) -> Mapping[str, Any]:
        return super().filters() if may_read_about_vendors(self.user) else {}

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("manager")
