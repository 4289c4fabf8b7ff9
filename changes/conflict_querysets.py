"""Which conflicts somebody may see, and which of them are in the way."""

from typing import Any, Self

from django.apps import apps
from django.db.models import Q

from changes.enums import CLAIMING, ConflictStatus, Severity
from core.querysets import ScopedQuerySet


class ConflictQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Seen from either side; who sees one only does not learn which the other is."""
        changes = apps.get_model("changes.Change").objects.visible_to(user).values("pk")
        return self.filter(Q(change__in=changes) | Q(other__in=changes))

    def of(self, change: Any) -> Self:
        """On whichever side a change stands."""
        return self.filter(Q(change=change.pk) | Q(other=change.pk))

    def open(self) -> Self:
        return self.filter(status=ConflictStatus.OPEN)

    def in_the_way_of(self, change: Any) -> Self:
        """Open and blocking: those with a rule, and those with a change that has a claim to its
        window. What another change merely wishes for holds nobody up."""
        alone = Q(change=change.pk) & (Q(other__isnull=True) | Q(other__status__in=CLAIMING))
        found = self.open().filter(severity=Severity.BLOCKING)
        return found.filter(alone | Q(other=change.pk, change__status__in=CLAIMING))
