"""Which requests of data subjects somebody may see: those who keep them, and who approves."""

from datetime import date
from typing import Any, Self

from core.querysets import ScopedQuerySet
from people.enums import PrivacyStatus
from people.scope import scope_of


class PrivacyRequestQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """All or none: they name people from everywhere."""
        seen = "people.view_privacyrequest" in scope_of(user).permissions
        return self.all() if seen else self.none()

    def open(self) -> Self:
        return self.filter(status__in=[PrivacyStatus.RECEIVED, PrivacyStatus.ACCEPTED])

    def late(self, on: date) -> Self:
        """Without an answer, or not carried out, after the term of the law."""
        return self.filter(status=PrivacyStatus.RECEIVED, answer_due_on__lt=on) | self.filter(
            status=PrivacyStatus.ACCEPTED, execute_due_on__lt=on
        )

    def to_suppress(self, on: date) -> Self:
        """Blocked for as long as they had to be."""
        return self.filter(status=PrivacyStatus.BLOCKED, blocked_until__lte=on)


class RetentionRuleQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """For those who keep privacy requests, and for auditors."""
        seen = "people.view_retentionrule" in scope_of(user).permissions
        return self.all() if seen else self.none()
