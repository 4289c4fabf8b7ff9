"""Standard changes in the portal: what is permitted, until when, and how it has gone so far."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from changes.configuration_lists import TemplateList, template_badge
from changes.difference import label_of_field
from changes.forms.configuring import ApproveTemplateForm
from changes.models import ChangeTemplate
from changes.services.configuring import describe_standard_change, edit_standard_change
from core.admin import Button
from core.showing import shown
from people.admin import ConfirmedAdmin
from people.roles import APPROVING
from people.scope import scope_of

_TEXTS = ("description", "test_plan", "backout_plan")


@admin.register(ChangeTemplate)
class ChangeTemplateAdmin(ConfirmedAdmin):
    create_with = staticmethod(describe_standard_change)
    change_with = staticmethod(edit_standard_change)
    action_forms = {ApproveTemplateForm.action: ApproveTemplateForm}
    record_template = "changes/template.html"
    edits_on_request = True
    list_class = TemplateList
    search_fields = ("name",)
    ordering = ("name",)
    fields = ("name", *_TEXTS, "failures_allowed")

    def get_queryset(self, request: HttpRequest) -> Any:
        return (
            super()
            .get_queryset(request)
            .select_related("owner__person", "approved_by__person", "described_by")
        )

    def get_fieldsets(self, request: HttpRequest, obj: Any = None) -> Any:
        told = _("Saved, it is another version: nothing follows it before it is approved again.")
        note = {"description": told} if obj is not None and obj.approved_at else {}
        return [(None, {"fields": self.fields, **note})]

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        for name in form.base_fields.keys() & set(_TEXTS):
            form.base_fields[name].widget.attrs["rows"] = 5
        return form

    def get_header(self, request: HttpRequest, record: ChangeTemplate) -> dict[str, Any]:
        return {
            "reference": "",
            "title": record.name,
            "badges": [template_badge(record)],
            "facts": [
                (_("owner"), record.owner.get_full_name()),
                (_("version"), record.revision),
                (_("successes"), record.successes),
                (
                    _("failures"),
                    _("%(failures)s of %(allowed)s")
                    % {"failures": record.failures, "allowed": record.failures_allowed},
                ),
                (
                    _("approved by"),
                    shown(record.approved_by and record.approved_by.get_full_name()),
                ),
            ],
        }

    def page_context(self, request: HttpRequest, record: ChangeTemplate) -> dict[str, Any]:
        texts = [(label_of_field(ChangeTemplate, name), getattr(record, name)) for name in _TEXTS]
        return super().page_context(request, record) | {
            "first_tab": _("Overview"),
            "texts": texts,
        }

    def get_action_forms(self, request: HttpRequest, record: ChangeTemplate) -> Mapping[str, Any]:
        """Whoever answers for it does not approve it."""
        may = scope_of(request.user).has(*APPROVING)
        authors = {record.owner.person_id}
        if record.described_by is not None:
            authors.add(record.described_by.person_id)
        return self.action_forms if may and request.user.person_id not in authors else {}

    def get_buttons(self, request: HttpRequest, record: ChangeTemplate) -> list[Button]:
        waits = not record.is_in_force(timezone.now())
        buttons = [replace(one, is_prominent=waits) for one in super().get_buttons(request, record)]
        if self.has_change_permission(request, record):
            edit = Button("edit", _("Edit"), "?edit=1", is_dialog=False, shortcut="e")
            buttons.insert(0, edit)
        return buttons
