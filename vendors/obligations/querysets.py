"""Which obligations somebody may see: those of the contracts that they read of."""

from datetime import date
from typing import Any, Self

from django.apps import apps

from core.querysets import ScopedQuerySet, visible_rows
from people.scope import scope_of
from vendors.obligations.enums import TO_DO, UNSETTLED, ObligationStatus
from vendors.reading import may_read_about_vendors


class ObligationQuerySet(ScopedQuerySet[Any]):
    path = "contract"

    def visible_to(self, user: Any) -> Self:
        if not may_read_about_vendors(user) or (
            "vendors.view_obligation" not in scope_of(user).permissions
        ):
            return self.none()
        seen = visible_rows(apps.get_model("vendors", "Contract"), user)
        return self.filter(**{f"{self.path}__in": seen.order_by().values("pk")})

    def active(self) -> Self:
        return self.filter(status=ObligationStatus.ACTIVE)


class ObligationTaskQuerySet(ObligationQuerySet):
    path = "obligation__contract"

    def to_do(self) -> Self:
        """Those that wait for somebody to submit something."""
        return self.filter(status__in=TO_DO)

    def unsettled(self) -> Self:
        """Those of which something still becomes."""
        return self.filter(status__in=UNSETTLED)

    def overdue(self, day: date) -> Self:
        """What was due before a day and is not submitted."""
        return self.to_do().filter(due_on__lt=day)


class ObligationDocumentQuerySet(ObligationQuerySet):
    path = "task__obligation__contract"
