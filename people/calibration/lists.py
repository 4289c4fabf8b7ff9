"""The list of calibrations, and what it can be narrowed by."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django_filters import FilterSet

from core.api.filters import ByRecord, OneOf
from core.lists import Column, RecordList, Tab
from core.showing import badge
from people.calibration.enums import CalibrationStatus
from people.models import Calibration, QualityPlan, Team

_TONES = {
    CalibrationStatus.RATING: "blue",
    CalibrationStatus.REVEALED: "yellow",
    CalibrationStatus.CLOSED: "green",
}


def status_badge(row: Calibration) -> Any:
    if row.status == CalibrationStatus.RATING and row.due_on < timezone.localdate():
        return badge(_("Overdue"), "red")
    return badge(row.get_status_display(), _TONES.get(CalibrationStatus(row.status), ""))


class CalibrationFilters(FilterSet):
    status = OneOf("status", CalibrationStatus)
    plan = ByRecord("plan", QualityPlan, label=_("quality plan"))
    team = ByRecord("plan__team", Team, "slug", label=_("team"))


class CalibrationList(RecordList):
    filterset = CalibrationFilters
    main_filters = ("status", "team")
    orderings = {"reference": ("pk",), "due_on": ("due_on", "pk")}
    tabs = (
        Tab(
            "todo",
            _("To rate"),
            lambda rows, user: rows.filter(
                status=CalibrationStatus.RATING,
                raters__user=user.pk,
                raters__done_at__isnull=True,
                raters__left_out_at__isnull=True,
            ),
        ),
    )
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("plan", show=lambda row: row.plan.title, leads_to_record=True, phone="title"),
        Column("team", show=lambda row: row.plan.team.name, label=_("team")),
        Column("status", show=status_badge, phone="meta"),
        Column("due_on", ordering="due_on", phone="meta"),
        Column("closed_at", is_default=False),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("plan__team")
