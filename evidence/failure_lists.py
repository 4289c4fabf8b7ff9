"""The list of control failures, and how one is shown."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import FilterSet

from core.api.filters import MomentBound, OneOf
from core.lists import Column, RecordList, Tab
from core.showing import badge, exact, shown
from evidence.enums import FailureKind, FailureStatus
from evidence.models import ControlFailure

_TONES = {FailureStatus.OPEN: "red", FailureStatus.ENDED: "orange", FailureStatus.SETTLED: "green"}
FAILURE_ORDERINGS = {"reference": ("pk",), "started_at": ("started_at", "pk")}


def status_badge(failure: ControlFailure) -> Any:
    tone = _TONES[FailureStatus(failure.status)]
    return badge(failure.get_status_display(), tone)


class FailureFilters(FilterSet):
    status = OneOf("status", FailureStatus)
    kind = OneOf("kind", FailureKind)
    started_at__gte = MomentBound("started_at", "gte")
    started_at__lt = MomentBound("started_at", "lt")


class FailureList(RecordList):
    filterset = FailureFilters
    main_filters = ("status", "kind")
    orderings = FAILURE_ORDERINGS
    ordering = "-reference"
    tabs = (
        Tab(
            "unsettled",
            pgettext_lazy("control failures", "To settle"),
            lambda rows, user: rows.unsettled(),
        ),
        Tab(
            "all",
            pgettext_lazy("control failures", "All"),
            lambda rows, user: rows,
            is_counted=False,
        ),
    )
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("kind", leads_to_record=True, phone="title"),
        Column("status", show=status_badge, phone="meta"),
        Column("started_at", show=lambda row: exact(row.started_at), ordering="started_at"),
        Column("ended_at", phone="meta"),
        Column(
            "settled_by",
            show=lambda row: shown(row.settled_by and row.settled_by.get_full_name()),
            export=lambda row: row.settled_by and row.settled_by.get_username(),
        ),
        Column("cause", is_default=False),
        Column("missed", is_default=False),
        Column("risk_decision", is_default=False),
        Column("fix", is_default=False),
    )
    note = _("When a control of the audit trail did not hold. Opened by the portal itself.")

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("settled_by__person")
