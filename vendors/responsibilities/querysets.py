"""Which matrices somebody may see: those of the vendors that they read about."""

from typing import Any, Self

from django.apps import apps

from core.querysets import ScopedQuerySet, visible_rows
from vendors.reading import may_read_about_vendors
from vendors.responsibilities.enums import MatrixStatus


class MatrixQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        if not may_read_about_vendors(user):
            return self.none()
        seen = visible_rows(apps.get_model("vendors", "Vendor"), user)
        path = "matrix__vendor" if hasattr(self.model, "matrix_id") else "vendor"
        return self.filter(**{f"{path}__in": seen.order_by().values("pk")})

    def agreed(self) -> Self:
        """Those in force, one of a vendor."""
        return self.filter(status=MatrixStatus.AGREED)
