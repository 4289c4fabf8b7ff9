"""The list of exit plans."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from core.lists import Column, RecordList
from core.showing import badge, shown
from vendors.enums import VendorTier
from vendors.exit_plans.enums import ExerciseResult, ExitPlanStatus
from vendors.exit_plans.filters import ExitPlanFilters
from vendors.models import ExitPlan
from vendors.money import written

_TONES = {ExitPlanStatus.DRAFT: "blue", ExitPlanStatus.APPROVED: "green"}
RESULT_TONES = {
    ExerciseResult.WORKED: "green",
    ExerciseResult.WITH_GAPS: "orange",
    ExerciseResult.FAILED: "red",
}


def status_badge(row: ExitPlan) -> Any:
    return badge(row.get_status_display(), _TONES.get(ExitPlanStatus(row.status), ""))


def exercised_cell(row: ExitPlan) -> Any:
    """When it was exercised last, coloured by how that went."""
    if row.exercised_on is None:
        return badge(_("Never exercised"), "red" if is_required(row) else "")
    return badge(shown(row.exercised_on), RESULT_TONES[ExerciseResult(row.exercise_result)])


def due_cell(row: ExitPlan) -> Any:
    """When it is exercised next; red where that is late and required."""
    if row.status != ExitPlanStatus.APPROVED or row.exercise_due_on is None:
        return None
    is_late = row.exercise_due_on < timezone.localdate() and is_required(row)
    return badge(shown(row.exercise_due_on), "red") if is_late else row.exercise_due_on


def is_required(row: ExitPlan) -> bool:
    """Whether it has to be exercised every year."""
    return row.status == ExitPlanStatus.APPROVED and row.vendor.tier == VendorTier.STRATEGIC


def days_cell(row: Any) -> str:
    days = row.days_needed or 0
    return ngettext("%d day", "%d days", days) % days if days else ""


class ExitPlanList(RecordList):
    filterset = ExitPlanFilters
    main_filters = ("status", "exercise_overdue")
    orderings = {"reference": ("pk",), "exercise_due_on": ("exercise_due_on", "pk")}
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("vendor", show=lambda row: row.vendor.name, leads_to_record=True, phone="title"),
        Column("contract"),
        Column("number"),
        Column("status", show=status_badge, phone="meta"),
        Column("days_needed", _("days needed"), show=days_cell, export=lambda row: row.days_needed),
        Column(
            "cost",
            show=lambda row: written(row.cost, row.currency),
            export=lambda row: row.cost,
        ),
        Column("currency", is_default=False),
        Column(
            "exercised_on",
            show=exercised_cell,
            export=lambda row: row.exercised_on,
            phone="meta",
        ),
        Column(
            "exercise_due_on",
            show=due_cell,
            export=lambda row: row.exercise_due_on,
            ordering="exercise_due_on",
        ),
        Column("owner", show=lambda row: row.owner.get_full_name(), is_default=False),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.with_days().select_related("vendor", "contract", "owner__person")
