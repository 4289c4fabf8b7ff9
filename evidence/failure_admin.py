"""Control failures in the portal."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html_join
from django.utils.safestring import mark_safe
from django.utils.translation import gettext_lazy as _

from core.admin import Button, ScopedModelAdmin
from core.showing import exact, shown
from evidence.failure_forms import FAILURE_ACTIONS
from evidence.failure_lists import FailureList, status_badge
from evidence.failure_workflow import FAILURE_WORKFLOW
from evidence.models import ControlFailure


def in_lines(text: str) -> Any:
    """As it was written, line by line."""
    return format_html_join(mark_safe("<br>"), "{}", ((line,) for line in text.splitlines()))


@admin.register(ControlFailure)
class ControlFailureAdmin(ScopedModelAdmin):
    workflow = FAILURE_WORKFLOW
    action_forms = FAILURE_ACTIONS
    list_class = FailureList
    record_template = "evidence/failure.html"
    edits_on_request = True
    search_fields = ("=reference",)
    ordering = ("-pk",)
    fields = ("kind",)

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("settled_by__person")

    def get_header(self, request: HttpRequest, record: ControlFailure) -> dict[str, Any]:
        return {
            "reference": record.reference,
            "title": record.get_kind_display(),
            "badges": [status_badge(record)],
            "facts": [
                (_("started at"), exact(record.started_at)),
                (_("ended at"), shown(record.ended_at)),
            ],
        }

    def get_facts(self, request: HttpRequest, record: ControlFailure) -> list[tuple[Any, Any]]:
        found = [(_("what was found"), in_lines(record.found))]
        if record.settled_by is None:
            return found
        return [
            *found,
            (_("cause"), in_lines(record.cause)),
            (_("what was missed"), in_lines(record.missed)),
            (_("decision about the risk"), in_lines(record.risk_decision)),
            (_("what was mended"), in_lines(record.fix)),
            (_("settled by"), record.settled_by.get_full_name()),
            (_("settled at"), record.settled_at),
        ]

    def page_context(self, request: HttpRequest, record: Any) -> dict[str, Any]:
        return super().page_context(request, record) | {"first_tab": _("Overview")}

    def get_buttons(self, request: HttpRequest, record: ControlFailure) -> list[Button]:
        """Of the workflow only what people do."""
        return [b for b in super().get_buttons(request, record) if b.action in FAILURE_ACTIONS]
