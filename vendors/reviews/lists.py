"""The list of service reviews."""

from typing import Any

from core.lists import Column, RecordList
from core.showing import badge
from vendors.models import ServiceReview
from vendors.reviews.enums import ReviewStatus
from vendors.reviews.filters import ServiceReviewFilters
from vendors.scorecards.words import period_name

TONES = {
    ReviewStatus.PLANNED: "blue",
    ReviewStatus.HELD: "orange",
    ReviewStatus.CLOSED: "green",
}


def status_badge(row: ServiceReview) -> Any:
    return badge(row.get_status_display(), TONES.get(ReviewStatus(row.status), ""))


class ServiceReviewList(RecordList):
    filterset = ServiceReviewFilters
    orderings = {"reference": ("pk",), "planned_at": ("planned_at", "pk")}
    ordering = "-planned_at"
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("vendor", show=lambda row: row.vendor.name, leads_to_record=True, phone="title"),
        Column("scorecard", show=lambda row: period_name(row.scorecard), phone="meta"),
        Column("planned_at", ordering="planned_at", phone="meta"),
        Column("chair", show=lambda row: row.chair.get_full_name()),
        Column("place", is_default=False),
        Column("status", show=status_badge, phone="meta"),
        Column("closed_at", is_default=False),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("vendor", "scorecard", "chair__person")
