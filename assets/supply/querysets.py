"""Which dependencies on vendors somebody may see, and which of them are risks."""

from datetime import date
from typing import Any, Self

from django.apps import apps
from django.db.models import Case, Exists, IntegerField, OuterRef, Q, Value, When

from assets.supply.enums import HARD_TO_REPLACE, WEIGHTS, SupplyCriticality
from core.querysets import ScopedQuerySet, visible_rows
from people.scope import scope_of
from vendors.models import ExitPlan
from vendors.reading import may_read_about_vendors

WEIGHT = Case(
    *(When(criticality=one, then=Value(weight)) for one, weight in WEIGHTS.items()),
    output_field=IntegerField(),
)
"""Of a dependency, for sums."""


class ServiceDependencyQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Those between a service that one sees and a vendor that one reads about."""
        allowed = "assets.view_servicedependency" in scope_of(user).permissions
        if not (allowed and may_read_about_vendors(user)):
            return self.none()
        services = visible_rows(apps.get_model("assets", "Service"), user)
        vendors = visible_rows(apps.get_model("vendors", "Vendor"), user)
        return self.filter(
            service__in=services.order_by().values("pk"), vendor__in=vendors.order_by().values("pk")
        )

    def in_force(self, on: date) -> Self:
        """Those that count on a day; from the last day on they do not."""
        still = Q(ends_on__isnull=True) | Q(ends_on__gt=on)
        return self.filter(still, starts_on__lte=on)

    def hard_to_replace(self) -> Self:
        """The service stops with the vendor, and nobody else would supply it within weeks."""
        return self.filter(
            criticality=SupplyCriticality.CRITICAL, substitutability__in=HARD_TO_REPLACE
        )

    def without_tested_exit(self, on: date) -> Self:
        """Neither the vendor nor the contract has a plan that is approved and was tested."""
        plans = ExitPlan.objects.tested(on).filter(vendor=OuterRef("vendor"))
        fitting = plans.filter(Q(contract__isnull=True) | Q(contract=OuterRef("contract")))
        return self.filter(~Exists(fitting))

    def at_risk(self, on: date) -> Self:
        """In force, hard to replace, and nobody has tried how we would leave."""
        return self.in_force(on).hard_to_replace().without_tested_exit(on)
