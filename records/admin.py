"""Jobs with their progress, and where card numbers were masked, in the portal."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _

from core.admin import Panel, ScopedModelAdmin
from core.admin_lists import choice_filter, period_filter
from core.showing import ago, badge
from records.enums import JobState
from records.models import CardNumberFinding, Job

_TONES = {JobState.RUNNING: "blue", JobState.DONE: "green", JobState.FAILED: "red"}


@admin.register(Job)
class JobAdmin(ScopedModelAdmin):
    list_display = (
        "number",
        "kind",
        "state_column",
        "progress",
        "created_by",
        "asked",
        "finished_at",
    )
    list_display_links = ("number", "kind")
    list_select_related = ("created_by",)
    list_filter = (choice_filter("state", _("state"), JobState),)
    search_fields = ("kind",)
    ordering = ("-pk",)
    fields = ("kind", "state", "attempts", "error", "created_by", "created_at", "finished_at")

    @admin.display(description="#", ordering="pk")
    def number(self, job: Job) -> str:
        return str(job.pk)

    @admin.display(description=_("state"), ordering="state")
    def state_column(self, job: Job) -> Any:
        return badge(job.get_state_display(), _TONES.get(job.state, ""))

    @admin.display(description=_("progress"))
    def progress(self, job: Job) -> Any:
        if not job.total:
            return str(job.done)
        return format_html(
            '<progress max="{0}" value="{1}" aria-label="{1} / {0}"></progress> {1} / {0}',
            job.total,
            job.done,
        )

    @admin.display(description=_("asked for"), ordering="created_at")
    def asked(self, job: Job) -> Any:
        return ago(job.created_at)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_authenticated  # everybody's own; the queryset says whose else

    def get_header(self, request: HttpRequest, record: Job) -> dict[str, Any]:
        badges = [self.state_column(record), self.progress(record)]
        return {"reference": f"#{record.pk}", "title": record.kind, "badges": badges}

    def get_panels(self, request: HttpRequest, record: Job) -> list[Panel]:
        given = {"value": {"params": record.params, "result": record.result}}
        return [Panel("result", _("Result"), "portal/json.html", given)]


@admin.register(CardNumberFinding)
class CardNumberFindingAdmin(ScopedModelAdmin):
    list_display = ("found", "where", "reference", "count", "given_by")
    list_select_related = ("given_by",)
    list_filter = (period_filter("found_at", _("found")),)
    search_fields = ("where", "=reference")
    ordering = ("-pk",)
    fields = ("where", "reference", "count", "found_at", "given_by")
    list_title = _("Card numbers found")
    list_note = _("Card numbers were masked before they were stored. The numbers are kept nowhere.")

    @admin.display(description=_("found"), ordering="found_at")
    def found(self, finding: CardNumberFinding) -> Any:
        return ago(finding.found_at)
