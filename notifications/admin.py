"""One's own messages in the portal, with what became of each; all of them for administrators."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin import Panel, ScopedModelAdmin
from core.showing import badge
from notifications.lists import MessageList, state_badge
from notifications.models import DeliveryAttempt, Message


@admin.register(Message)
class MessageAdmin(ScopedModelAdmin):
    list_class = MessageList
    search_fields = ("=reference", "recipient__username")
    ordering = ("-pk",)
    about_field = "reference"
    fields = (
        "recipient",
        "kind",
        "reference",
        "channel",
        "state",
        "is_urgent",
        "due_at",
        "attempts",
        "created_at",
        "sent_at",
    )

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_authenticated  # everybody's own; the queryset says whose else

    def get_header(self, request: HttpRequest, record: Message) -> dict[str, Any]:
        title, badges = record.get_kind_display(), [state_badge(record)]
        return {"reference": record.reference, "title": title, "badges": badges}

    def get_panels(self, request: HttpRequest, record: Message) -> list[Panel]:
        attempts = list(record.delivery_attempts.all())
        content = {
            "columns": [_("At"), _("Outcome"), _("Detail")],
            "rows": [(attempt.at, _outcome(attempt), attempt.detail) for attempt in attempts],
            "nothing": _("Nothing has been tried yet."),
        }
        return [Panel("log", _("Delivery log"), "portal/table.html", content, len(attempts))]


def _outcome(attempt: DeliveryAttempt) -> Any:
    return badge(attempt.get_outcome_display(), "green" if attempt.succeeded else "red")
