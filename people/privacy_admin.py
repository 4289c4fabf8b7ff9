"""Requests of data subjects in the portal, for those who keep them and those who approve."""

from collections.abc import Mapping
from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.admin import Button, Panel, ScopedModelAdmin
from core.showing import shown
from people import privacy_page, services
from people.enums import PrivacyStatus
from people.models import PrivacyRequest
from people.privacy_forms import PRIVACY_ACTIONS
from people.privacy_workflow import PRIVACY_WORKFLOW, may_keep_requests
from people.stepup import require_confirmation

_OPEN = (PrivacyStatus.RECEIVED, PrivacyStatus.ACCEPTED)


@admin.register(PrivacyRequest)
class PrivacyRequestAdmin(ScopedModelAdmin):
    workflow = PRIVACY_WORKFLOW
    action_forms = PRIVACY_ACTIONS
    create_with = staticmethod(services.record_request)
    list_class = privacy_page.PrivacyList
    record_template = "people/facts.html"
    edits_on_request = True
    search_fields = ("=reference", "subject")
    ordering = ("-pk",)
    fields = ("kind", "subject", "address", "person", "asked", "received_on")
    autocomplete_fields = ("person",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("person", "raised_by__person")

    def get_form(self, request: Any, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        form = super().get_form(request, obj, change=change, **kwargs)
        if "received_on" in form.base_fields:
            form.base_fields["received_on"].initial = timezone.localdate()
        return form

    def before_action(self, request: HttpRequest, form_class: Any) -> None:
        if getattr(form_class, "wants_confirmation", False):
            require_confirmation(request)

    def get_header(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        due = record.answer_due_on
        label = _("answer due on")
        if record.status == PrivacyStatus.ACCEPTED:
            due, label = record.execute_due_on, _("to be carried out by")
        return {
            "reference": record.reference,
            "title": f"{record.get_kind_display()}: {record.subject}",
            "badges": [privacy_page.status_badge(record)],
            "facts": [(label, shown(due))],
        }

    def get_facts(self, request: HttpRequest, record: Any) -> list[tuple[Any, Any]]:
        return [
            (_("data subject"), record.subject),
            (_("e-mail or telephone"), record.address),
            (_("received on"), record.received_on),
            (_("answer due on"), record.answer_due_on),
            (_("to be carried out by"), record.execute_due_on),
            (_("blocked until"), record.blocked_until),
            (_("recorded by"), record.raised_by.get_full_name()),
            (_("legal ground"), record.ground),
            (_("what was asked"), record.asked),
            (_("answer"), record.answer),
        ]

    def get_action_forms(self, request: HttpRequest, record: Any) -> Mapping[str, Any]:
        found = dict(self.action_forms)
        if record.status not in _OPEN or not may_keep_requests(request.user):
            del found["choose"], found["extend"]
        return found

    def get_buttons(self, request: HttpRequest, record: Any) -> list[Button]:
        """Of the workflow only what people do."""
        return [b for b in super().get_buttons(request, record) if b.action in PRIVACY_ACTIONS]

    def get_panels(self, request: HttpRequest, record: Any) -> list[Panel]:
        return [privacy_page.approvals_panel(record)]

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        lead = [privacy_page.records_panel(record)]
        context = super().page_context(request, record)
        return context | {"first_tab": _("Overview"), "lead_tables": lead}
