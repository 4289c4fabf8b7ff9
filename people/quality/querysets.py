"""Whose quality records somebody may see."""

from typing import Any, Self

from core.querysets import ScopedQuerySet
from people.quality.enums import RubricStatus
from people.scope import scope_of


class RubricQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """What good is may be read by everybody whose work it judges; drafts by who writes them
        or puts them in force."""
        permissions = scope_of(user).permissions
        if "people.view_rubric" not in permissions:
            return self.none()
        if permissions & {"people.change_rubric", "people.approve_rubric"}:
            return self.all()
        return self.exclude(status=RubricStatus.DRAFT)

    def active(self) -> Self:
        return self.filter(status=RubricStatus.ACTIVE)
