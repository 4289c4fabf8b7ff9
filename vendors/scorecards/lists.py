"""The lists of scorecards and of their models."""

from typing import Any

from core.lists import Column, RecordList
from core.showing import badge
from vendors.models import Scorecard, ScoreModel
from vendors.scorecards.enums import CardStatus, ModelStatus
from vendors.scorecards.filters import ScorecardFilters, ScoreModelFilters
from vendors.scorecards.words import period_name, points

_TONES = {ModelStatus.ACTIVE: "green", ModelStatus.DRAFT: "blue", CardStatus.LOCKED: "green"}


def status_badge(row: Scorecard | ScoreModel) -> Any:
    return badge(row.get_status_display(), _TONES.get(row.status, ""))


class ScoreModelList(RecordList):
    filterset = ScoreModelFilters
    orderings = {"reference": ("pk",)}
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("title", leads_to_record=True, phone="title"),
        Column("number"),
        Column("status", show=status_badge, phone="meta"),
        Column("drafted_by", show=lambda row: row.drafted_by.get_full_name()),
        Column("approved_at"),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("drafted_by__person")


class ScorecardList(RecordList):
    filterset = ScorecardFilters
    orderings = {"reference": ("pk",), "starts_on": ("starts_on", "pk")}
    ordering = "-starts_on"
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("vendor", show=lambda row: row.vendor.name, leads_to_record=True, phone="title"),
        Column("period", is_default=False),
        Column("starts_on", show=period_name, ordering="starts_on", phone="meta"),
        Column(
            "score",
            show=lambda row: points(row.score),
            export=lambda row: row.score,
            phone="meta",
        ),
        Column(
            "confidence",
            show=lambda row: f"{row.confidence:.0f} %",
            export=lambda row: row.confidence,
        ),
        Column("status", show=status_badge, phone="meta"),
        Column("measured_at", is_default=False),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("vendor")
