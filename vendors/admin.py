"""Vendors in the portal."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin import ScopedModelAdmin
from core.admin_lists import choice_filter, flag_filter
from core.showing import badge
from people.enums import Country
from vendors import services
from vendors.enums import VendorStatus, VendorTier
from vendors.models import Vendor


@admin.register(Vendor)
class VendorAdmin(ScopedModelAdmin):
    create_with = staticmethod(services.add_vendor)
    change_with = staticmethod(services.edit_vendor)
    list_display = ("reference", "name", "tier", "state", "country", "manager", "security")
    list_display_links = ("reference", "name")
    list_select_related = ("manager",)
    list_filter = (
        choice_filter("tier", _("tier"), VendorTier),
        choice_filter("status", _("status"), VendorStatus),
        choice_filter("country", _("country"), Country),
        flag_filter("could_affect_security", _("could affect security")),
    )
    search_fields = ("name", "=reference")
    ordering = ("name",)
    fields = ("name", "tier", "country", "manager", "could_affect_security")

    @admin.display(description=_("status"), ordering="status")
    def state(self, vendor: Vendor) -> Any:
        return _state(vendor)

    @admin.display(description=_("could affect security"), ordering="could_affect_security")
    def security(self, vendor: Vendor) -> Any:
        return badge(_("Yes"), "orange") if vendor.could_affect_security else None

    def get_header(self, request: HttpRequest, record: Vendor) -> dict[str, Any]:
        return {"reference": record.reference, "title": record.name, "badges": [_state(record)]}


def _state(vendor: Vendor) -> Any:
    tone = "green" if vendor.status == VendorStatus.ACTIVE else ""
    return badge(vendor.get_status_display(), tone)
