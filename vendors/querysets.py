"""Which vendors somebody may see."""

from typing import Any, Self

from core.querysets import ScopedQuerySet
from people.roles import Role
from people.scope import scope_of


class VendorQuerySet(ScopedQuerySet):
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
