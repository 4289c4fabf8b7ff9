"""Which messages somebody may see, and which are due."""

from datetime import datetime
from typing import Any, Self

from django.db.models import Q

from core.querysets import ScopedQuerySet
from notifications.enums import MessageState


class MessageQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """One's own messages; all for those who look after delivery."""
        if user.is_authenticated and user.has_perm("notifications.view_message"):
            return self.all()
        return self.filter(recipient=user.pk) if user.pk else self.none()

    def due(self, at: datetime) -> Self:
        """Messages to be sent, or sent again because whoever had them stopped answering."""
        return self.filter(
            Q(state=MessageState.QUEUED) | Q(state=MessageState.SENDING, lease_until__lt=at),
            due_at__lte=at,
        )
