"""Vendors in the portal; contracts register their own pages."""

from typing import Any

from django.contrib import admin
from django.http import Http404, HttpRequest, HttpResponse

from core.admin import Panel, ScopedModelAdmin
from vendors import contract_admin, services
from vendors.lists import VendorList, status_badge
from vendors.models import Vendor
from vendors.opex import admin as opex_admin
from vendors.page import panels_of_vendor
from vendors.permissions import may_read_about_vendors

__all__ = ["VendorAdmin", "contract_admin", "opex_admin"]


@admin.register(Vendor)
class VendorAdmin(ScopedModelAdmin):
    create_with = staticmethod(services.add_vendor)
    change_with = staticmethod(services.edit_vendor)
    list_class = VendorList
    search_fields = ("name", "=reference")
    ordering = ("name",)
    fields = ("name", "tier", "country", "manager", "could_affect_security")

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
        badges = [status_badge(record)] if _reads(request) else []
        return {"reference": record.reference, "title": record.name, "badges": badges}

    def get_panels(self, request: HttpRequest, record: Vendor) -> list[Panel]:
        return [*super().get_panels(request, record), *panels_of_vendor(record, request.user)]


def _reads(request: HttpRequest) -> bool:
    """Most people see vendors' names only, here as in the API."""
    return may_read_about_vendors(request.user)
