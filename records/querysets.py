"""Which jobs and saved views somebody may see."""

from datetime import datetime
from typing import Any, Self

from django.contrib.auth import get_user_model
from django.db.models import Q

from core.querysets import ScopedQuerySet, visible_rows
from records.enums import JobState


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
        """All of them, for those who answer for card data; nobody else."""
        may = user.is_authenticated and user.has_perm("records.view_cardnumberfinding")
        return self.all() if may else self.none()


class SavedViewQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """One's own views, and what colleagues whom one may see have shared."""
        if not user.pk:
            return self.none()
        colleagues = visible_rows(get_user_model(), user).values("pk")
        return self.filter(Q(owner=user.pk) | Q(is_shared=True, owner__in=colleagues))
