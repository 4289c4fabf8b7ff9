"""Services, assets and their dependencies in the portal.

Devices in hand stand in `custody_admin`, files of assets in `import_admin`.
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assets import page, services
from assets.enums import (
    Lifecycle,
    PciScope,
)
from assets.forms import CUSTODY_ACTIONS, EndDependencyForm, ServiceForm
from assets.lists import (
    AssetList,
    DependencyList,
    ServiceList,
    lifecycle_badge,
    pci_badge,
)
from assets.models import Asset, Dependency, Service
from assets.open_work import panels_of_open_work
from assets.rules import is_the_holder
from assets.supply.page import service_vendors_panel
from assets.workflow import CUSTODY_WORKFLOW
from core.admin import Button, Panel, ScopedModelAdmin
from core.showing import badge
from people.roles import Role
from people.scope import scope_of

_LIFECYCLE_TONES = {Lifecycle.LIVE: "green", Lifecycle.RETIRING: "yellow"}
_PCI_TONES = {PciScope.IN_SCOPE: "red", PciScope.CONNECTED: "orange"}


_NOT_OWN = _("only the owner team and administrators may do this")


class _OwnedAdmin(ScopedModelAdmin):
    """What a team owns is changed by its members and by those who administer the portal."""

    record_template = "assets/record.html"
    edits_on_request = True

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        context = super().page_context(request, record)
        if self.is_editing(request):
            return context
        return context | {
            "first_tab": _("Overview"),
            "picture": page.drawn(record, request, may_add=self.is_workable(request, record)),
            "lead": self.get_lead(record),
        }

    def get_lead(self, record: Any) -> str:
        """What a record says of itself, in prose."""
        return ""

    def get_edit_buttons(self, request: HttpRequest, record: Any) -> list[Button]:
        if not super().has_change_permission(request):
            return []
        reason = None if self.is_workable(request, record) else _NOT_OWN
        return [page.edit_button((reason,) if reason else ())]

    def formfield_for_choice_field(self, db_field: Any, request: Any, **kwargs: Any) -> Any:
        """What has no default is chosen, not taken over unseen."""
        field = super().formfield_for_choice_field(db_field, request, **kwargs)
        if not (db_field.blank or db_field.has_default()):
            field.choices = [("", "---------"), *db_field.choices]
        return field

    def is_workable(self, request: HttpRequest, record: Any) -> bool:
        scope = scope_of(request.user)
        return scope.has(Role.PLATFORM_ADMIN) or record.owner_team_id in scope.own_team_ids


@admin.register(Service)
class ServiceAdmin(_OwnedAdmin):
    form = ServiceForm
    create_with = staticmethod(services.add_service)
    change_with = staticmethod(services.edit_service)
    list_class = ServiceList
    search_fields = ("name", "label", "=reference")
    ordering = ("name",)
    fields = (
        ("name", "label"),
        "description",
        ("tier", "criticality"),
        ("owner_team", "support_team"),
        "countries",
        ("rto", "rpo"),
        "is_retired",
    )

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else self.fields[:-1]

    def get_header(self, request: HttpRequest, record: Service) -> dict[str, Any]:
        badges = [page.criticality_badge(record), badge(record.get_tier_display())]
        if record.is_retired:
            badges.append(badge(_("Retired")))
        return {
            "reference": record.reference,
            "title": record.name,
            "badges": badges,
            "facts": page.header_of_service(record),
        }

    def get_facts(self, request: HttpRequest, record: Service) -> list[tuple[Any, Any]]:
        return page.facts_of_service(record)

    def get_lead(self, record: Service) -> str:
        return record.description

    def get_buttons(self, request: HttpRequest, record: Service) -> list[Button]:
        return self.get_edit_buttons(request, record)

    def get_panels(self, request: HttpRequest, record: Service) -> list[Panel]:
        vendors = service_vendors_panel(record, request.user)
        return [
            *panels_of_open_work(record, request.user),
            page.carriers_panel(record, request.user),
            page.dependencies_panel("needs", _("Needs"), request.user, service=record),
            *([vendors] if vendors else []),
        ]


@admin.register(Asset)
class AssetAdmin(_OwnedAdmin):
    create_with = staticmethod(services.add_asset)
    change_with = staticmethod(services.edit_asset)
    list_class = AssetList
    search_fields = ("name", "=reference")
    ordering = ("name",)
    workflow = CUSTODY_WORKFLOW
    action_forms = CUSTODY_ACTIONS
    fieldsets = (
        (None, {"fields": ("name", "purpose", ("asset_class", "owner_team"))}),
        (
            _("Standing"),
            {"fields": (("lifecycle", "environment"), ("pci_scope", "data_residency"))},
        ),
        (
            _("Make"),
            {
                "fields": (
                    ("manufacturer", "product"),
                    ("release", "serial_number"),
                    ("warranty_until", "end_of_life_on"),
                    "vendor",
                )
            },
        ),
        (_("Place"), {"fields": ("location", ("hostname", "ip_address"))}),
    )

    def get_header(self, request: HttpRequest, record: Asset) -> dict[str, Any]:
        badges = [lifecycle_badge(record), pci_badge(record), *page.custody_badges(record)]
        return {
            "reference": record.reference,
            "title": record.name,
            "badges": badges,
            "facts": page.header_of_asset(record),
        }

    def get_facts(self, request: HttpRequest, record: Asset) -> list[tuple[Any, Any]]:
        return page.facts_of_asset(record)

    def get_lead(self, record: Asset) -> str:
        return record.purpose

    def get_panels(self, request: HttpRequest, record: Asset) -> list[Panel]:
        user = request.user
        return [
            *panels_of_open_work(record, user),
            page.impact_panel(record, user),
            page.dependencies_panel("needs", _("Needs"), user, asset=record),
            page.dependencies_panel("needed", _("Needed by"), user, needs=record),
            *page.hand_outs_panels(record, user),
        ]

    def get_buttons(self, request: HttpRequest, record: Asset) -> list[Button]:
        """What concerns who has a device: nothing for a database, nothing for mere readers."""
        edit = self.get_edit_buttons(request, record)
        if not record.is_device:
            return edit
        shown = {"accept", "decline"} if is_the_holder(record, request.user) is None else set()
        if self.has_change_permission(request, record):
            shown |= {"check_out", "check_in"}
        found = [
            button for button in super().get_buttons(request, record) if button.action in shown
        ]
        prominent = {"check_out", "accept"}
        return [
            *(replace(b, is_prominent=b.action in prominent and not b.reasons) for b in found),
            *edit,
        ]


@admin.register(Dependency)
class DependencyAdmin(ScopedModelAdmin):
    create_with = staticmethod(services.add_dependency)
    action_forms = {"end": EndDependencyForm}
    list_class = DependencyList
    search_fields = ("service__name", "asset__name", "needs__name")
    autocomplete_fields = ("service", "asset", "needs")
    fields = ("service", "asset", "needs", "kind", "starts_on")

    def get_action_forms(self, request: HttpRequest, record: Dependency) -> Mapping[str, Any]:
        may = self.has_add_permission(request) and record.ends_on is None
        return self.action_forms if may else {}


from assets import custody_admin, import_admin  # noqa: E402, F401 -- they register their pages
from assets.supply import admin as supply_admin  # noqa: E402, F401 -- as these
