"""Which budgets, invoices and savings somebody may see: those of the companies in their reach."""

from typing import Any, Self

from django.apps import apps
from django.db.models import Exists, OuterRef

from core.querysets import ScopedQuerySet, visible_rows
from people.scope import scope_of


class SpendQuerySet(ScopedQuerySet[Any]):
    """Rows of a company of the group, by the country of the grant."""

    permission = "vendors.view_budget"

    def visible_to(self, user: Any) -> Self:
        if self.permission not in scope_of(user).permissions:
            return self.none()
        reach = scope_of(user).reach_with(self.permission)
        return self.all() if reach.everywhere else self.filter(entity__country__in=reach.countries)


class InvoiceQuerySet(SpendQuerySet):
    permission = "vendors.view_invoice"


class SavingQuerySet(SpendQuerySet):
    permission = "vendors.view_saving"


class RateQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Rates are of no company: whoever reads budgets reads them."""
        if "vendors.view_fxrate" not in scope_of(user).permissions:
            return self.none()
        return self.all()


class BudgetPartQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        seen = visible_rows(apps.get_model("vendors", "Budget"), user)
        return self.filter(Exists(seen.filter(pk=OuterRef("budget"))))
