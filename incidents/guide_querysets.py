"""Which checklists somebody may see, and which fit a record."""

from typing import Any, Self

from django.db.models import Q

from core.querysets import ScopedQuerySet
from people.scope import scope_of


class GuideQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Checklists tell nothing of any record: whoever works on some sees all of them."""
        return self.all() if "incidents.view_guide" in scope_of(user).permissions else self.none()

    def offered_for(self, kind: str, service_id: int | None) -> Self:
        """What can be begun on a record of a kind: those of its service, and those of every."""
        fits = Q(service__isnull=True) | Q(service=service_id) if service_id else Q(service=None)
        return self.filter(fits, is_offered=True, for_kind=kind)
