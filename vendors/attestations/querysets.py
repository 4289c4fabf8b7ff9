"""Which attestations somebody may see: those of the vendors that they read about."""

from datetime import date
from typing import Any, Self

from django.apps import apps
from django.db.models import Q

from core.querysets import ScopedQuerySet, visible_rows
from vendors.attestations.enums import HELD
from vendors.reading import may_read_about_vendors


class AttestationQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        if not may_read_about_vendors(user):
            return self.none()
        seen = visible_rows(apps.get_model("vendors", "Vendor"), user)
        is_part = hasattr(self.model, "attestation_id")
        path = "attestation__vendor" if is_part else "vendor"
        return self.filter(**{f"{path}__in": seen.order_by().values("pk")})

    def held(self) -> Self:
        """Accepted, with gaps or without, whether they have expired or not."""
        return self.filter(status__in=HELD)

    def current(self, day: date) -> Self:
        """Accepted, valid on a day, and no newer one in its place."""
        return self.held().filter(self.valid_on(day), superseded_by__isnull=True)

    @staticmethod
    def valid_on(day: date) -> Q:
        """Issued by then and not expired."""
        return Q(issued_on__lte=day, expires_on__gte=day)
