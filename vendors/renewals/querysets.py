"""Which decisions about renewals somebody may see: those of the contracts they read about."""

from typing import Any, Self

from django.apps import apps

from core.querysets import ScopedQuerySet, visible_rows
from vendors.reading import may_read_about_vendors
from vendors.renewals.enums import RenewalStatus


class RenewalQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        if not may_read_about_vendors(user):
            return self.none()
        seen = visible_rows(apps.get_model("vendors", "Contract"), user)
        path = "term" if hasattr(self.model, "term_id") else "decision__term"
        return self.filter(**{f"{path}__contract__in": seen.order_by().values("pk")})

    def open(self) -> Self:
        """Being prepared, or waiting for approval."""
        return self.filter(status__in=(RenewalStatus.DRAFT, RenewalStatus.SUBMITTED))
