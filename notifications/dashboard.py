"""The card of messages that did not reach anybody."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.cards import Figure, Figures, Line, Lines
from core.dashboard import Content, card, list_url, record_url
from core.showing import moment
from notifications.enums import MessageState
from notifications.models import Message

SHOWN = 5
LATEST = 1_000  # messages that are looked at
WAITING = 999


@card("messages", _("Messages"), permission="notifications.view_message")
def messages(user: Any, now: datetime) -> Content:
    """What could not be delivered, of the latest messages, and what is due and not sent yet."""
    seen = Message.objects.visible_to(user)
    states = list(seen.order_by("-pk").values_list("pk", "state")[:LATEST])
    failed = [pk for pk, state in states if state == MessageState.FAILED]
    rows = seen.filter(pk__in=failed[:SHOWN]).select_related("recipient").order_by("-pk")
    waiting = seen.due(now)[: WAITING + 1].count()
    url = list_url(Message, state=MessageState.FAILED.value)
    queued = list_url(Message, state=MessageState.QUEUED.value)
    return Content(
        (
            Figures(
                (
                    Figure(
                        pgettext_lazy("messages", "not delivered"),
                        len(failed),
                        url,
                        tone="red" if failed else "green",
                    ),
                    Figure(
                        pgettext_lazy("messages", "due now"),
                        waiting,
                        queued,
                        tone="orange" if waiting else "",
                    ),
                )
            ),
            Lines(
                tuple(
                    Line(
                        row.get_kind_display(),
                        record_url(row),
                        reference=row.reference,
                        facts=(row.recipient, moment(row.created_at)),
                    )
                    for row in rows
                ),
                _("Every message reached its mail server."),
            ),
        ),
        url,
        _("Latest messages looked at: %(n)s.") % {"n": len(states)},
    )
