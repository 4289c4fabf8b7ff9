"""The list of matrices of responsibility."""

from typing import Any

from core.lists import Column, RecordList
from core.showing import badge
from vendors.models import ResponsibilityMatrix
from vendors.responsibilities.enums import MatrixStatus
from vendors.responsibilities.filters import MatrixFilters

_TONES = {MatrixStatus.DRAFT: "blue", MatrixStatus.AGREED: "green", MatrixStatus.REPLACED: ""}


def status_badge(row: ResponsibilityMatrix) -> Any:
    return badge(row.get_status_display(), _TONES[MatrixStatus(row.status)])


class MatrixList(RecordList):
    filterset = MatrixFilters
    orderings = {"reference": ("pk",)}
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("vendor", show=lambda row: row.vendor.name, leads_to_record=True, phone="title"),
        Column("number", phone="meta"),
        Column("status", show=status_badge, phone="meta"),
        Column("agreed_on", phone="meta"),
        Column("representative"),
        Column("drafted_by", show=lambda row: row.drafted_by.get_full_name()),
        Column("replaced_on", is_default=False),
        Column("scope", is_default=False),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("vendor", "drafted_by__person")
