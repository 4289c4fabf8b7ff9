"""Which exit plans somebody may see, and which of them hold."""

from datetime import date
from typing import Any, Self

from django.apps import apps
from django.db.models import OuterRef, Subquery, Sum

from core.querysets import ScopedQuerySet, visible_rows
from people.scope import scope_of
from vendors.enums import VendorTier
from vendors.exit_plans.enums import ExerciseResult, ExitPlanStatus
from vendors.querysets import WATCHED
from vendors.reading import may_read_about_vendors


class ExitPlanQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Those of the vendors that one reads about."""
        allowed = "vendors.view_exitplan" in scope_of(user).permissions
        if not (allowed and may_read_about_vendors(user)):
            return self.none()
        seen = visible_rows(apps.get_model("vendors", "Vendor"), user)
        path = "plan__vendor" if hasattr(self.model, "plan_id") else "vendor"
        return self.filter(**{f"{path}__in": seen.order_by().values("pk")})

    def approved(self) -> Self:
        """Those in force: one of a vendor, and one of each contract that has its own."""
        return self.filter(status=ExitPlanStatus.APPROVED)

    def tested(self, day: date) -> Self:
        """In force, its last exercise did not fail, and the next one is not late."""
        return self.approved().filter(
            exercise_due_on__gte=day,
            exercise_result__in=[ExerciseResult.WORKED, ExerciseResult.WITH_GAPS],
        )

    def exercise_overdue(self, day: date) -> Self:
        """In force, of vendors on whom most depends, and the yearly exercise is late."""
        return self.approved().filter(
            exercise_due_on__lt=day,
            vendor__tier=VendorTier.STRATEGIC,
            vendor__status__in=WATCHED,
        )

    def with_days(self) -> Self:
        """With `days_needed`, the sum over its steps; nothing where it has none."""
        steps = apps.get_model("vendors", "ExitStep").objects.filter(plan=OuterRef("pk"))
        total = steps.order_by().values("plan").annotate(total=Sum("days")).values("total")
        return self.annotate(days_needed=Subquery(total))
