"""Which jobs, findings and saved views somebody may see."""

from collections.abc import Callable
from datetime import datetime
from typing import Any, Self

from django.contrib.auth import get_user_model
from django.db.models import Q

from audit.querysets import NOTHING
from core.querysets import ScopedQuerySet, visible_rows
from core.registry import Registry
from records.enums import JobState
from records.view_sharing import VIEW_SHARING

FINDING_AUDIENCES: Registry[Callable[[Any], Q]] = Registry("audience of card number findings")
"""By name, a function that gives the condition on the findings which a user may see."""


class JobQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """One's own jobs; all for those who configure the portal."""
        if user.is_authenticated and user.has_perm("records.view_job"):
            return self.all()
        return self.filter(created_by=user.pk) if user.pk else self.none()

    def due(self, at: datetime) -> Self:
        """Jobs to be started, or taken over because whoever had them stopped answering."""
        return self.filter(
            Q(state=JobState.QUEUED) | Q(state=JobState.RUNNING, lease_until__lt=at),
            run_after__lte=at,
        )

    def held(self, at: datetime) -> Self:
        """Jobs that a living worker is busy with."""
        return self.filter(state=JobState.RUNNING, lease_until__gte=at)


class CardNumberFindingQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """What any of the registered audiences includes; nothing where nobody answers."""
        seen = NOTHING
        for _name, findings_for in FINDING_AUDIENCES:
            seen |= findings_for(user)
        return self.filter(seen)


class SavedViewQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """One's own views, what colleagues whom one sees have shared, and what upper apps add."""
        if not user.pk:
            return self.none()
        colleagues = visible_rows(get_user_model(), user).values("pk")
        seen = Q(owner=user.pk) | Q(is_shared=True, owner__in=colleagues)
        for _name, sharing in VIEW_SHARING:
            seen |= sharing.seen(user)
        return self.filter(seen)
