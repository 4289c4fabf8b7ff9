"""Feedback in the portal: what was asked and answered, to read. Nobody writes it here."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin import ScopedModelAdmin
from sla.feedback_lists import FeedbackList, score_badge
from sla.models import FeedbackInvitation


@admin.register(FeedbackInvitation)
class FeedbackAdmin(ScopedModelAdmin):
    list_class = FeedbackList
    search_fields = ("reference", "title")
    ordering = ("-pk",)
    fields = (
        *("reference", "title", "client", "service", "kind", "state"),
        *("score", "comment", "created_at", "sent_at", "expires_at"),
    )
    readonly_fields = ("score", "comment")
    about_field = "reference"

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related("client", "service", "answer")

    def get_header(self, request: HttpRequest, record: FeedbackInvitation) -> dict[str, Any]:
        found = score_badge(record)
        return {
            "reference": record.reference,
            "title": record.title,
            "badges": [found] if found else [],
        }

    @admin.display(description=_("score"))
    def score(self, record: FeedbackInvitation) -> Any:
        return getattr(getattr(record, "answer", None), "score", None)

    @admin.display(description=_("comment"))
    def comment(self, record: FeedbackInvitation) -> Any:
        return getattr(getattr(record, "answer", None), "comment", "")
