"""Which vendors somebody may see, and what of them."""

from datetime import date
from typing import Any, Self

from django.apps import apps
from django.db.models import Q

from core.querysets import ScopedQuerySet, visible_rows
from people.roles import Role
from people.scope import scope_of
from vendors.enums import VendorStatus
from vendors.reading import may_read_about_vendors

WATCHED = (VendorStatus.ENGAGED, VendorStatus.EXITING)
"""Vendors that do something for us now."""


class VendorQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Everybody whose role includes vendors reads them; managers and finance their own."""
        scope = scope_of(user)
        if "vendors.view_vendor" not in scope.permissions:
            return self.none()
        if set(scope.roles) <= {Role.VENDOR_MANAGER, Role.FINANCE}:
            return self.looked_after_by(user)
        return self.all()

    def looked_after_by(self, user: Any) -> Self:
        """The vendors a vendor manager or finance person answers for: those of the grant's
        countries, or all where the grant holds everywhere."""
        scope = scope_of(user)
        if not scope.has(Role.VENDOR_MANAGER, Role.FINANCE):
            return self.none()
        countries = scope.countries_of(Role.VENDOR_MANAGER, Role.FINANCE)
        return self.all() if countries is None else self.filter(country__in=countries)

    def engaged(self) -> Self:
        """Those that do something for us now."""
        return self.filter(status__in=WATCHED)

    def review_overdue(self, today: date) -> Self:
        """Engaged, and their yearly review is late or was never planned."""
        late = Q(next_review_on__lt=today) | Q(next_review_on__isnull=True)
        return self.engaged().filter(late)


class VendorPartQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Those of the vendors one sees more of than the name."""
        if not may_read_about_vendors(user):
            return self.none()
        path = "diligence__vendor" if hasattr(self.model, "diligence_id") else "vendor"
        seen = visible_rows(apps.get_model("vendors", "Vendor"), user)
        return self.filter(**{f"{path}__in": seen.order_by().values("pk")})
