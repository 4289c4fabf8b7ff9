"""Services, assets and their dependencies in the portal."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets import services
from assets.enums import (
    AssetClass,
    Criticality,
    DependencyKind,
    Environment,
    Lifecycle,
    PciScope,
    ServiceTier,
)
from assets.forms import EndDependencyForm, ServiceForm
from assets.models import Asset, Dependency, Service
from core.admin import Panel, ScopedModelAdmin
from core.admin_lists import choice_filter, flag_filter, related_filter
from core.showing import badge, link
from people.enums import Country
from people.roles import Role
from people.scope import scope_of

_CRITICALITY_TONES = {Criticality.CRITICAL: "red", Criticality.HIGH: "orange"}
_LIFECYCLE_TONES = {Lifecycle.LIVE: "green", Lifecycle.RETIRING: "yellow"}
_PCI_TONES = {PciScope.IN_SCOPE: "red", PciScope.CONNECTED: "orange"}


class _OwnedAdmin(ScopedModelAdmin):
    """What a team owns is changed by its members and by those who administer the portal."""

    def is_workable(self, request: HttpRequest, record: Any) -> bool:
        scope = scope_of(request.user)
        return scope.has(Role.PLATFORM_ADMIN) or record.owner_team_id in scope.own_team_ids


@admin.register(Service)
class ServiceAdmin(_OwnedAdmin):
    form = ServiceForm
    create_with = staticmethod(services.add_service)
    change_with = staticmethod(services.edit_service)
    list_display = (
        "reference",
        "name",
        "label",
        "tier",
        "how_critical",
        "owner_team",
        "support_team",
        "where",
    )
    list_display_links = ("reference", "name")
    list_select_related = ("owner_team", "support_team")
    list_filter = (
        choice_filter("tier", _("tier"), ServiceTier),
        choice_filter("criticality", _("criticality"), Criticality),
        related_filter("owner_team", _("owner team"), "people.Team"),
        flag_filter("is_retired", _("retired")),
    )
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

    @admin.display(description=_("criticality"), ordering="criticality")
    def how_critical(self, service: Service) -> Any:
        return _criticality(service)

    @admin.display(description=_("countries"))
    def where(self, service: Service) -> str:
        return ", ".join(service.countries)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.fields if obj else self.fields[:-1]

    def get_header(self, request: HttpRequest, record: Service) -> dict[str, Any]:
        badges = [_criticality(record)]
        if record.is_retired:
            badges.append(badge(_("Retired")))
        return {"reference": record.reference, "title": record.name, "badges": badges}

    def get_panels(self, request: HttpRequest, record: Service) -> list[Panel]:
        needs = _dependencies(request, service=record)
        return [_panel("needs", _("Needs"), needs, "needs")]


@admin.register(Asset)
class AssetAdmin(_OwnedAdmin):
    create_with = staticmethod(services.add_asset)
    change_with = staticmethod(services.edit_asset)
    list_display = (
        "reference",
        "name",
        "asset_class",
        "stage",
        "environment",
        "pci",
        "data_residency",
        "owner_team",
        "vendor",
    )
    list_display_links = ("reference", "name")
    list_select_related = ("owner_team", "vendor")
    list_filter = (
        choice_filter("asset_class", _("class"), AssetClass),
        choice_filter("lifecycle", _("lifecycle"), Lifecycle),
        choice_filter("environment", _("environment"), Environment),
        choice_filter("pci_scope", _("PCI DSS scope"), PciScope),
        choice_filter("data_residency", _("data residency"), Country),
        related_filter("owner_team", _("owner team"), "people.Team"),
        related_filter("vendor", _("vendor"), "vendors.Vendor"),
    )
    search_fields = ("name", "=reference")
    ordering = ("name",)
    fields = (
        "name",
        ("asset_class", "environment"),
        ("lifecycle", "pci_scope"),
        "data_residency",
        ("owner_team", "vendor"),
    )

    @admin.display(description=_("lifecycle"), ordering="lifecycle")
    def stage(self, asset: Asset) -> Any:
        return badge(asset.get_lifecycle_display(), _LIFECYCLE_TONES.get(asset.lifecycle, ""))

    @admin.display(description=_("PCI DSS scope"), ordering="pci_scope")
    def pci(self, asset: Asset) -> Any:
        return badge(asset.get_pci_scope_display(), _PCI_TONES.get(asset.pci_scope, ""))

    def get_header(self, request: HttpRequest, record: Asset) -> dict[str, Any]:
        badges = [self.stage(record), self.pci(record)]
        return {"reference": record.reference, "title": record.name, "badges": badges}

    def get_panels(self, request: HttpRequest, record: Asset) -> list[Panel]:
        reached = Service.objects.visible_to(request.user).affected_by(
            record.pk, timezone.localdate()
        )
        services_hit = list(reached.select_related("owner_team").order_by("name"))
        impact = {
            "columns": [_("Service"), _("Criticality"), _("Owner team")],
            "rows": [(link(s), _criticality(s), s.owner_team) for s in services_hit],
            "note": _("Services that stop or suffer when this asset fails, however far away."),
            "nothing": _("No service depends on this asset."),
        }
        return [
            Panel("impact", _("Impact"), "portal/table.html", impact, len(services_hit)),
            _panel("needs", _("Needs"), _dependencies(request, asset=record), "needs"),
            _panel("needed", _("Needed by"), _dependencies(request, needs=record), "by"),
        ]


@admin.register(Dependency)
class DependencyAdmin(ScopedModelAdmin):
    create_with = staticmethod(services.add_dependency)
    action_forms = {"end": EndDependencyForm}
    list_display = ("who", "kind", "needs", "starts_on", "ends_on")
    list_display_links = ("who",)
    list_select_related = ("service", "asset", "needs")
    list_filter = (
        choice_filter("kind", _("kind"), DependencyKind),
        related_filter("service", _("service"), "assets.Service"),
    )
    search_fields = ("service__name", "asset__name", "needs__name")
    autocomplete_fields = ("service", "asset", "needs")
    fields = ("service", "asset", "needs", "kind", "starts_on")

    @admin.display(description=_("service or asset"))
    def who(self, dependency: Dependency) -> Any:
        return dependency.service or dependency.asset

    def get_action_forms(self, request: HttpRequest, record: Dependency) -> Mapping[str, Any]:
        may = self.has_add_permission(request) and record.ends_on is None
        return self.action_forms if may else {}


def _criticality(service: Service) -> Any:
    tone = _CRITICALITY_TONES.get(service.criticality, "")
    return badge(service.get_criticality_display(), tone)


def _dependencies(request: HttpRequest, **of: Any) -> list[Dependency]:
    rows = Dependency.objects.visible_to(request.user).filter(**of)
    return list(rows.select_related("service", "asset", "needs").order_by("ends_on", "pk"))


def _panel(slug: str, title: Any, rows: list[Dependency], side: str) -> Panel:
    content = {
        "columns": [_("What"), _("Kind"), _("Since"), _("Until")],
        "rows": [
            (
                link(row.needs if side == "needs" else row.service or row.asset),
                row.get_kind_display(),
                row.starts_on,
                row.ends_on,
            )
            for row in rows
        ],
        "nothing": _("Nothing is recorded."),
    }
    return Panel(slug, title, "portal/table.html", content, len(rows))
