"""Freeze windows in the portal."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _

from assets.models import Service
from changes import freeze_page, services
from changes.forms.freezes import EndFreezeForm, FreezeForm, SelfTestForm
from changes.freeze_lists import FreezeList
from changes.models import FreezeWindow
from core.admin import Button, Panel, ScopedModelAdmin, SearchSelectMultiple
from core.errors import Refused

WHEN = (
    (_("Once"), {"fields": (("starts_at", "ends_at"),)}),
    (
        _("Or again and again"),
        {
            "fields": (
                "rule",
                ("begins_on", "begins_clock"),
                ("lasts", "time_zone"),
                ("roll", "calendar"),
            )
        },
    ),
)
"""The two ways to say when a window is."""
_ACTIONS = {SelfTestForm.action: SelfTestForm, EndFreezeForm.action: EndFreezeForm}


@admin.register(FreezeWindow)
class FreezeWindowAdmin(ScopedModelAdmin):
    form = FreezeForm
    create_with = staticmethod(services.declare_freeze)
    change_with = staticmethod(services.edit_freeze)
    action_forms = _ACTIONS
    list_class = FreezeList
    edits_on_request = True
    change_form_template = "changes/freeze_form.html"
    record_template = "changes/freeze.html"
    search_fields = ("name", "=reference")
    ordering = ("name",)
    field_groups = (
        (None, {"fields": ("name", ("mode", "source"), "reason", "is_active")}),
        (
            _("What it is about: everything, unless narrowed"),
            {"fields": (("countries", "tiers"), ("asset_classes", "services"))},
        ),
        *WHEN,
    )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        return self.field_groups

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        field, column = form.base_fields["services"], FreezeWindow._meta.get_field("services")
        form.base_fields["reason"].widget.attrs["rows"] = 4
        field.queryset = Service.objects.visible_to(request.user)
        field.widget = SearchSelectMultiple(column, self.admin_site, attrs={"style": "width: 100%"})
        field.widget.choices = field.choices
        return form

    def save_by_service(self, request: HttpRequest, seen: Any, form: Any) -> Any:
        """The button for a preview stores nothing: what would be hit is shown, and taken back."""
        if "_preview" not in request.POST:
            return super().save_by_service(request, seen, form)
        with transaction.atomic():
            saved = super().save_by_service(request, seen, form)
            vars(request)["foretold"] = freeze_page.hits_of_window(saved, request.user)
            transaction.set_rollback(True)
        raise Refused(_("nothing is saved yet"))

    def render_change_form(self, request: Any, context: Any, *args: Any, **kw: Any) -> HttpResponse:
        """What would be hit stands above the form, which has no errors then."""
        if foretold := getattr(request, "foretold", None):
            context["foretold"], context["errors"] = foretold, []
            context["adminform"].form.errors.clear()
        return super().render_change_form(request, context, *args, **kw)

    def get_header(self, request: HttpRequest, record: FreezeWindow) -> dict[str, Any]:
        return {
            "reference": record.reference,
            "title": record.name,
            "badges": [freeze_page.mode_badge(record), freeze_page.state_badge(record)],
        }

    def get_facts(self, request: HttpRequest, record: FreezeWindow) -> list[tuple[Any, Any]]:
        return [
            (_("source"), record.get_source_display()),
            (_("when"), freeze_page.when_of(record)),
            (_("about"), freeze_page.scope_of_window(record, request.user)),
        ]

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return super().page_context(request, record) | {"first_tab": _("Overview")}

    def get_panels(self, request: HttpRequest, record: FreezeWindow) -> list[Panel]:
        return [
            freeze_page.times_panel(record),
            freeze_page.hits_panel(record, request.user),
        ]

    def get_action_forms(self, request: HttpRequest, record: FreezeWindow) -> Mapping[str, Any]:
        if record.is_active and self.has_change_permission(request, record):
            return _ACTIONS
        return {SelfTestForm.action: SelfTestForm}

    def get_buttons(self, request: HttpRequest, record: FreezeWindow) -> list[Button]:
        buttons = super().get_buttons(request, record)
        if self.has_change_permission(request, record):
            edit = Button("edit", _("Edit"), "?edit=1", is_dialog=False, shortcut="e")
            buttons.insert(0, edit)
        return buttons
