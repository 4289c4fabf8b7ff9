"""Which service reviews somebody may see: those of the vendors whose scorecards they read."""

from typing import Any, Self

from django.apps import apps

from core.querysets import ScopedQuerySet, visible_rows
from people.scope import scope_of
from vendors.reviews.enums import PENDING, UNDER_WAY, ReviewStatus


class ServiceReviewQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        if "vendors.view_servicereview" not in scope_of(user).permissions:
            return self.none()
        seen = visible_rows(apps.get_model("vendors", "Vendor"), user)
        return self.filter(vendor__in=seen.order_by().values("pk"))

    def closed(self) -> Self:
        return self.filter(status=ReviewStatus.CLOSED)


class ReviewPartQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        seen = visible_rows(apps.get_model("vendors", "ServiceReview"), user)
        return self.filter(review__in=seen.order_by().values("pk"))

    def of_vendor(self, vendor_id: int) -> Self:
        return self.filter(review__vendor=vendor_id)


class ReviewActionQuerySet(ReviewPartQuerySet):
    def pending(self) -> Self:
        """Of which something still becomes."""
        return self.filter(status__in=PENDING)


class PlanQuerySet(ReviewPartQuerySet):
    def under_way(self) -> Self:
        return self.filter(status__in=UNDER_WAY)
