"""Which scorecards somebody may see: of the vendors that they see, where a role reads them."""

from typing import Any, Self

from django.apps import apps

from core.querysets import ScopedQuerySet, visible_rows
from people.scope import scope_of
from vendors.scorecards.enums import CardStatus, ModelStatus


class ScoreModelQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Models are of no country: whoever reads scorecards reads them."""
        if "vendors.view_scoremodel" not in scope_of(user).permissions:
            return self.none()
        return self.all()

    def active(self) -> Self:
        return self.filter(status=ModelStatus.ACTIVE)


class ScorecardQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        if "vendors.view_scorecard" not in scope_of(user).permissions:
            return self.none()
        seen = visible_rows(apps.get_model("vendors", "Vendor"), user)
        return self.filter(vendor__in=seen.order_by().values("pk"))

    def open(self) -> Self:
        return self.filter(status=CardStatus.OPEN)

    def of(self, period: Any) -> Self:
        """Those of one month or quarter."""
        return self.filter(period=period.kind, starts_on=period.first)


class CardPartQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        seen = visible_rows(apps.get_model("vendors", "Scorecard"), user)
        return self.filter(scorecard__in=seen.order_by().values("pk"))
