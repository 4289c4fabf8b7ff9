"""The list of rubrics, and what it can be narrowed by."""

from typing import Any

from django_filters import FilterSet

from core.api.filters import OneOf
from core.lists import Column, RecordList
from core.showing import badge
from people.models import Rubric
from people.quality.enums import RubricStatus

_TONES = {RubricStatus.ACTIVE: "green", RubricStatus.DRAFT: "blue"}


def status_badge(row: Rubric) -> Any:
    return badge(row.get_status_display(), _TONES.get(RubricStatus(row.status), ""))


class RubricFilters(FilterSet):
    status = OneOf("status", RubricStatus)


class RubricList(RecordList):
    filterset = RubricFilters
    main_filters = ("status",)
    orderings = {"reference": ("pk",)}
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("title_en", show=lambda row: row.title, leads_to_record=True, phone="title"),
        Column("key"),
        Column("number", phone="meta"),
        Column("status", show=status_badge, phone="meta"),
        Column("drafted_by", show=lambda row: row.drafted_by.get_full_name()),
        Column("approved_at"),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("drafted_by__person")
