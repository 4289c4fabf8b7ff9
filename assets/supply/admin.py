"""Dependencies on vendors in the portal, and the pages of what they add up to."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from assets import services
from assets.models import ServiceDependency
from assets.supply import concentration, matrix, rationalising
from assets.supply.enums import SupplyStatus
from assets.supply.forms import SUPPLY_ACTIONS
from assets.supply.lists import (
    ServiceDependencyList,
    criticality_badge,
    status_badge,
    substitute_badge,
)
from assets.supply.permissions import may_keep_dependencies
from assets.supply.workflow import SUPPLY_WORKFLOW
from core.admin import ScopedModelAdmin
from core.showing import link

_FACTS = (
    *("supplies", "criticality", "substitutability", "alternative", "other_alternatives"),
    "contract",
)


@admin.register(ServiceDependency)
class ServiceDependencyAdmin(ScopedModelAdmin):
    create_with = staticmethod(services.add_service_dependency)
    change_with = staticmethod(services.edit_service_dependency)
    workflow = SUPPLY_WORKFLOW
    action_forms = SUPPLY_ACTIONS
    list_class = ServiceDependencyList
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("=reference", "service__name", "vendor__name", "supplies")
    ordering = ("-pk",)
    fields = ("service", "vendor", *_FACTS, "starts_on")
    autocomplete_fields = ("service", "vendor", "alternative", "contract")

    def get_queryset(self, request: HttpRequest) -> Any:
        related = ("service", "vendor", "alternative", "contract", "reviewed_by__person")
        return super().get_queryset(request).select_related(*related)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj is None else _FACTS

    def is_workable(self, request: HttpRequest, record: Any) -> bool:
        return record.status == SupplyStatus.CURRENT

    def get_header(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return {
            "reference": record.reference,
            "title": f"{record.service.name} · {record.vendor.name}",
            "badges": [status_badge(record), criticality_badge(record)],
            "facts": [(pgettext_lazy("supply", "substitute"), substitute_badge(record))],
        }

    def get_facts(self, request: HttpRequest, record: Any) -> list[tuple[Any, Any]]:
        reviewer = record.reviewed_by
        return [
            (_("service"), link(record.service)),
            (_("vendor"), link(record.vendor)),
            (_("what it supplies"), record.supplies),
            (pgettext_lazy("supply", "criticality"), record.get_criticality_display()),
            (pgettext_lazy("supply", "substitute"), record.get_substitutability_display()),
            (_("alternative vendor"), record.alternative and link(record.alternative)),
            (_("other alternatives"), record.other_alternatives),
            (_("contract"), record.contract and link(record.contract)),
            (_("starts on"), record.starts_on),
            (_("ends on"), record.ends_on),
            (_("reviewed by"), reviewer and reviewer.get_full_name()),
            (_("reviewed at"), record.reviewed_at),
        ]

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return super().page_context(request, record) | {"first_tab": _("Overview")}

    def get_action_forms(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        may = may_keep_dependencies(request.user) and record.status == SupplyStatus.CURRENT
        return self.action_forms if may else {}

    # --- What it adds up to ---------------------------------------------------------------------

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view
        name = "assets_servicedependency"
        own = [
            path("matrix/", view(self.matrix_view), name=f"{name}_matrix"),
            path("concentration/", view(self.concentration_view), name=f"{name}_concentration"),
            path("rationalise/", view(self.rationalise_view), name=f"{name}_rationalise"),
        ]
        return [*own, *super().get_urls()]

    def matrix_view(self, request: HttpRequest) -> HttpResponse:
        return matrix.page(self.admin_site, request)

    def concentration_view(self, request: HttpRequest) -> HttpResponse:
        return concentration.page(self.admin_site, request)

    def rationalise_view(self, request: HttpRequest) -> HttpResponse:
        return rationalising.page(self.admin_site, request)
