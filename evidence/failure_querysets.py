"""Who sees how the ledger is doing: all of it, or nothing. It is about the whole portal."""

from typing import Any, Self

from core.querysets import ScopedQuerySet
from people.scope import scope_of

VIEW = "evidence.view_controlfailure"


class OfLedgerQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """For auditors, security administrators and service managers."""
        return self.all() if VIEW in scope_of(user).permissions else self.none()


class ControlFailureQuerySet(OfLedgerQuerySet):
    def open(self) -> Self:
        """Still lasting."""
        return self.filter(status="open")

    def unsettled(self) -> Self:
        """Lasting, or over and not explained."""
        return self.exclude(status="settled")
