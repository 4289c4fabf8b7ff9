"""The list of messages: one's own, with what became of each."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.lists import Column, RecordList
from core.showing import ago, badge
from notifications.enums import MessageState
from notifications.filters import MessageFilters
from notifications.models import Message

_TONES = {
    MessageState.QUEUED: "blue",
    MessageState.SENDING: "blue",
    MessageState.SENT: "green",
    MessageState.FAILED: "red",
}


def state_badge(message: Message) -> Any:
    return badge(message.get_state_display(), _TONES.get(message.state, ""))


class MessageList(RecordList):
    filterset = MessageFilters
    orderings = {"id": ("pk",)}
    ordering = "-id"
    columns = (
        Column("pk", "#", ordering="id", leads_to_record=True, phone="meta"),
        Column("kind", leads_to_record=True, phone="title"),
        Column("reference", phone="meta"),
        Column("recipient", phone="meta"),
        Column("state", show=state_badge, phone="meta"),
        Column(
            "created_at",
            _("written"),
            show=lambda message: ago(message.created_at),
            export=lambda message: message.created_at,
            phone="meta",
        ),
        Column("sent_at"),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("recipient")
