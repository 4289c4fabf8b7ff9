"""Which sources and events somebody may see, and which events wait."""

from datetime import datetime
from typing import Any, Self

from core.querysets import ScopedQuerySet
from integrations.enums import EventState
from people.scope import scope_of


class _Configuration(ScopedQuerySet):
    """Seen by those whose role includes it, whatever the country: it is configuration."""

    permission: str

    def visible_to(self, user: Any) -> Self:
        return self.all() if self.permission in scope_of(user).permissions else self.none()


class AlertSourceQuerySet(_Configuration):
    permission = "integrations.view_alertsource"

    def active(self) -> Self:
        return self.filter(is_active=True)


class SourceKeyQuerySet(_Configuration):
    permission = "integrations.view_sourcekey"

    def live(self) -> Self:
        return self.filter(revoked_at__isnull=True, source__is_active=True)


class AlertEventQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """What sources sent whose alerts go to teams within reach, unless they say otherwise."""
        reach = scope_of(user).reach_with("integrations.view_alertevent")
        if reach.everywhere:
            return self.all()
        return self.filter(source__default_service__support_team__in=reach.team_ids)

    def waiting(self) -> Self:
        """Stored, not yet digested."""
        return self.filter(state=EventState.RECEIVED)

    def due(self, at: datetime) -> Self:
        """Those of them whose turn has come: one that failed waits before the next attempt."""
        return self.waiting().filter(due_at__lte=at)

    def received_before(self, at: datetime) -> Self:
        return self.filter(received_at__lt=at)
