"""One's own messages in the portal, with what became of each; all of them for administrators."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from core.admin import Panel, ScopedModelAdmin
from core.admin_lists import choice_filter, period_filter
from core.showing import ago, badge
from notifications.enums import MessageKind, MessageState
from notifications.models import Message

_TONES = {
    MessageState.QUEUED: "blue",
    MessageState.SENDING: "blue",
    MessageState.SENT: "green",
    MessageState.FAILED: "red",
}


@admin.register(Message)
class MessageAdmin(ScopedModelAdmin):
    list_display = (
        "number",
        "kind",
        "reference",
        "recipient",
        "state_column",
        "written",
        "sent_at",
    )
    list_display_links = ("number", "kind")
    list_select_related = ("recipient",)
    list_filter = (
        choice_filter("state", _("state"), MessageState),
        choice_filter("kind", _("about"), MessageKind),
        period_filter("created_at", _("written")),
    )
    search_fields = ("=reference", "recipient__username")
    ordering = ("-pk",)
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

    @admin.display(description="#", ordering="pk")
    def number(self, message: Message) -> str:
        return str(message.pk)

    @admin.display(description=_("state"), ordering="state")
    def state_column(self, message: Message) -> Any:
        return badge(message.get_state_display(), _TONES.get(message.state, ""))

    @admin.display(description=_("written"), ordering="created_at")
    def written(self, message: Message) -> Any:
        return ago(message.created_at)

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return request.user.is_authenticated  # everybody's own; the queryset says whose else

    def get_header(self, request: HttpRequest, record: Message) -> dict[str, Any]:
        title, badges = record.get_kind_display(), [self.state_column(record)]
        return {"reference": record.reference, "title": title, "badges": badges}

    def get_panels(self, request: HttpRequest, record: Message) -> list[Panel]:
        attempts = list(record.delivery_attempts.all())
        content = {
            "columns": [_("At"), _("Succeeded"), _("Detail")],
            "rows": [(attempt.at, attempt.succeeded, attempt.detail) for attempt in attempts],
            "nothing": _("Nothing has been tried yet."),
        }
        return [Panel("log", _("Delivery log"), "portal/table.html", content, len(attempts))]
