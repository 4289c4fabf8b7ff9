"""Vendors in the portal."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from core.admin import ScopedModelAdmin
from core.admin_lists import choice_filter, flag_filter
from core.showing import badge
from people.enums import Country
from vendors import services
from vendors.enums import VendorStatus, VendorTier
from vendors.models import Vendor
from vendors.permissions import may_read_about_vendors


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

    def get_list_display(self, request: HttpRequest) -> Any:
        return self.list_display if _reads(request) else ("reference", "name")

    def get_list_filter(self, request: HttpRequest) -> Any:
        return self.list_filter if _reads(request) else ()

    def lookup_allowed(self, lookup: str, value: Any, request: Any = None) -> bool:
        return _reads(request) and super().lookup_allowed(lookup, value, request)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if _reads(request) else ("name",)

    def render_change_form(self, request: Any, context: Any, **kwargs: Any) -> Any:
        response = super().render_change_form(request, context, **kwargs)
        if not _reads(request):
            response.context_data["history_url"] = ""
        return response

    def history_view(self, request: Any, object_id: str, extra_context: Any = None) -> HttpResponse:
        if not _reads(request):
            raise Http404
        return super().history_view(request, object_id, extra_context)

    def get_header(self, request: HttpRequest, record: Vendor) -> dict[str, Any]:
        badges = [_state(record)] if _reads(request) else []
        return {"reference": record.reference, "title": record.name, "badges": badges}


def _reads(request: HttpRequest) -> bool:
    """Most people see vendors' names only, here as in the API."""
    return may_read_about_vendors(request.user)


def _state(vendor: Vendor) -> Any:
    tone = "green" if vendor.status == VendorStatus.ACTIVE else ""
    return badge(vendor.get_status_display(), tone)
