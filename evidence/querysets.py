"""Which evidence packs somebody may see."""

from typing import Any, Self

from django.db.models import Q

from core.querysets import ScopedQuerySet
from people.scope import scope_of

VIEW = "evidence.view_evidencepack"


class EvidencePackQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """All where the role reaches everywhere; elsewhere one's own, which were drawn from what
        one sees."""
        scope = scope_of(user)
        if VIEW not in scope.permissions:
            return self.none()
        if scope.reach_with(VIEW).everywhere:
            return self.all()
        return self.filter(Q(asker=user.pk))


class SamplePickQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Those of the packs that one sees."""
        packs = self.model._meta.get_field("pack").related_model.objects.visible_to(user)
        return self.filter(pack__in=packs)
