"""Which claims somebody may see: those about the contracts that they read of."""

from datetime import date
from typing import Any, Self

from django.apps import apps
from django.db.models import Q

from core.querysets import ScopedQuerySet, visible_rows
from people.scope import scope_of
from vendors.credits.enums import SETTLED, ClaimStatus
from vendors.reading import may_read_about_vendors


class ClauseQuerySet(ScopedQuerySet[Any]):
    path = "contract"

    def visible_to(self, user: Any) -> Self:
        if not may_read_about_vendors(user):
            return self.none()
        seen = visible_rows(apps.get_model("vendors", "Contract"), user)
        return self.filter(**{f"{self.path}__in": seen.order_by().values("pk")})

    def for_month(self, first: date, last: date) -> Self:
        """In force on every day of a month."""
        until = Q(valid_until__isnull=True) | Q(valid_until__gte=last)
        return self.filter(until, valid_from__lte=first)


class ClaimQuerySet(ClauseQuerySet):
    path = "clause__contract"

    def visible_to(self, user: Any) -> Self:
        if "vendors.view_creditclaim" not in scope_of(user).permissions:
            return self.none()
        return super().visible_to(user)

    def open(self) -> Self:
        """Of which something still becomes."""
        return self.exclude(status__in=SETTLED)

    def made(self) -> Self:
        """Those that the vendor was told of."""
        return self.exclude(status__in=(ClaimStatus.DRAFTED, ClaimStatus.WITHDRAWN))


class ClaimPartQuerySet(ClaimQuerySet):
    path = "claim__clause__contract"
