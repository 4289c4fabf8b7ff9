"""Which messages somebody may see, and which are due."""

from datetime import datetime
from typing import Any, Self

from django.db.models import Q

from core.querysets import ScopedQuerySet
from notifications.audience import READERS
from notifications.enums import MessageState


class MessageQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """One's own messages, and what any of the registered readers includes."""
        if not user.pk:
            return self.none()
        seen = Q(recipient=user.pk)
        for _name, messages_for in READERS:
            seen |= messages_for(user)
        return self.filter(seen)

    def about(self, reference: str, user: Any) -> Self:
        """The messages about one record, for somebody who may see that record; none for others."""
        from notifications.audience import may_be_told

        seen = bool(reference) and may_be_told(user, reference)
        return self.filter(reference=reference) if seen else self.none()

    def due(self, at: datetime) -> Self:
        """Messages to be sent, or sent again because whoever had them stopped answering."""
        return self.filter(
            Q(state=MessageState.QUEUED) | Q(state=MessageState.SENDING, lease_until__lt=at),
            due_at__lte=at,
        )
