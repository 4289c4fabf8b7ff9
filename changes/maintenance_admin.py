"""Maintenance windows in the portal."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from assets.models import Service
from changes import maintenance_page, services
from changes.forms.maintenance import EndMaintenanceForm, MaintenanceForm
from changes.freeze_admin import WHEN
from changes.freeze_page import state_badge, times_panel, when_of
from changes.maintenance_lists import MaintenanceList
from changes.models import MaintenanceWindow
from core.admin import Button, Panel, ScopedModelAdmin, SearchSelectMultiple
from core.showing import shown

_ACTIONS = {EndMaintenanceForm.action: EndMaintenanceForm}


@admin.register(MaintenanceWindow)
class MaintenanceWindowAdmin(ScopedModelAdmin):
    form = MaintenanceForm
    create_with = staticmethod(services.declare_maintenance)
    change_with = staticmethod(services.edit_maintenance)
    action_forms = _ACTIONS
    list_class = MaintenanceList
    edits_on_request = True
    record_template = "changes/freeze.html"
    search_fields = ("name", "=reference")
    ordering = ("name",)

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return ((None, {"fields": ("name", "services", "reason", "is_active")}), *WHEN)

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        field, column = (
            form.base_fields["services"],
            MaintenanceWindow._meta.get_field("services"),
        )
        form.base_fields["reason"].widget.attrs["rows"] = 4
        field.queryset = Service.objects.visible_to(request.user)
        field.widget = SearchSelectMultiple(column, self.admin_site, attrs={"style": "width: 100%"})
        field.widget.choices = field.choices
        return form

    def get_header(self, request: HttpRequest, record: MaintenanceWindow) -> dict[str, Any]:
        return {
            "reference": record.reference,
            "title": record.name,
            "badges": [state_badge(record)],
        }

    def get_facts(self, request: HttpRequest, record: MaintenanceWindow) -> list[tuple[Any, Any]]:
        names = maintenance_page.services_of(record, request.user)
        return [(_("services"), shown(names)), (_("when"), when_of(record))]

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return super().page_context(request, record) | {"first_tab": _("Overview")}

    def get_panels(self, request: HttpRequest, record: MaintenanceWindow) -> list[Panel]:
        return [times_panel(record), maintenance_page.outside_panel(record, request.user)]

    def get_action_forms(
        self, request: HttpRequest, record: MaintenanceWindow
    ) -> Mapping[str, Any]:
        if record.is_active and self.has_change_permission(request, record):
            return _ACTIONS
        return {}

    def get_buttons(self, request: HttpRequest, record: MaintenanceWindow) -> list[Button]:
        buttons = super().get_buttons(request, record)
        if self.has_change_permission(request, record):
            edit = Button("edit", _("Edit"), "?edit=1", is_dialog=False, shortcut="e")
            buttons.insert(0, edit)
        return buttons
