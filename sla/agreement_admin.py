"""Agreements in the portal: drafted by one person, put into force by another."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin import Button, Panel, ScopedModelAdmin
from sla import agreement_page as page
from sla import agreement_services, explanation_page
from sla.agreement_forms import FORMS
from sla.agreement_lists import AgreementList, version_in, with_versions
from sla.enums import VersionStatus
from sla.models import Agreement

_FIELDS = ("kind", "client", "team", "vendor", "service", "country", "request_type", "parent")


@admin.register(Agreement)
class AgreementAdmin(ScopedModelAdmin):
    create_with = staticmethod(agreement_services.add_agreement)
    change_with = staticmethod(agreement_services.edit_agreement)
    action_forms = FORMS
    list_class = AgreementList
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("name", "slug")
    ordering = ("name",)
    autocomplete_fields = ("client", "vendor")

    def get_queryset(self, request: HttpRequest) -> Any:
        return with_versions(super().get_queryset(request))

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj is not None and obj.versions.exclude(status=VersionStatus.DRAFT).exists():
            return ("name",)
        return ("name", *_FIELDS) if obj else ("name", "slug", *_FIELDS)

    def get_header(self, request: HttpRequest, record: Agreement) -> dict[str, Any]:
        return page.header_of(record)

    def get_facts(self, request: HttpRequest, record: Agreement) -> list[tuple[Any, Any]]:
        return page.facts_of(record)

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        active = version_in(record, VersionStatus.ACTIVE)
        draft = version_in(record, VersionStatus.DRAFT)
        tables = []
        if active:
            tables.append(page.times_panel(record, active, _("Times in force")))
        if draft:
            title = _("Draft: version %d") % draft.number
            tables.append(page.times_panel(record, draft, title))
        return super().page_context(request, record) | {
            "first_tab": _("Overview"),
            "lead_note": page.warning_of(record),
            "lead_tables": tables,
        }

    def get_panels(self, request: HttpRequest, record: Agreement) -> list[Panel]:
        panels = [
            page.versions_panel(record),
            page.months_panel(record, record.statements.order_by("-month", "number")[:60]),
        ]
        heirs = with_versions(Agreement.objects.visible_to(request.user).filter(parent=record))
        return [*panels, page.heirs_panel(heirs)] if heirs else panels

    def get_action_forms(self, request: HttpRequest, record: Agreement) -> Mapping[str, Any]:
        if not self.has_change_permission(request, record):
            return {}
        drafted = version_in(record, VersionStatus.DRAFT)
        wanted = ["draft", "freeze"]
        if drafted:
            wanted += ["discard"]
            wanted += ["approve"] if request.user.has_perm("sla.approve_agreement") else []
        return {name: form for name, form in FORMS.items() if name in wanted}

    def get_buttons(self, request: HttpRequest, record: Agreement) -> list[Button]:
        buttons = super().get_buttons(request, record)
        if self.has_change_permission(request, record):
            edit = Button("edit", _("Edit"), "?edit=1", is_dialog=False, shortcut="e")
            buttons.insert(0, edit)
        return buttons

    def get_urls(self) -> list[Any]:
        return [*explanation_page.urls(self.admin_site), *super().get_urls()]
