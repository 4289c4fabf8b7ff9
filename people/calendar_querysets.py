"""Which working calendars somebody may see, and the adjectives for them."""

from typing import Any, Self

from core.querysets import ScopedQuerySet
from people.scope import scope_of


class WorkCalendarQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Everybody with a role knows when people work."""
        return self.all() if scope_of(user).roles else self.none()

    def adopted(self) -> Self:
        """Those in use: agreements may name them."""
        return self.filter(adopted_at__isnull=False)


class OfCalendarQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """As their calendars are."""
        return self.all() if scope_of(user).roles else self.none()
