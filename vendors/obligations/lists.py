"""The list of obligations and the list of what is due of them."""

from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.lists import Column, RecordList, Tab
from core.showing import badge, shown
from vendors.models import Obligation, ObligationTask
from vendors.obligations.enums import TO_DO, UNSETTLED, ObligationStatus, TaskStatus
from vendors.obligations.filters import ObligationFilters, ObligationTaskFilters

SOON = timedelta(days=14)
TONES = {ObligationStatus.ACTIVE: "green", ObligationStatus.ENDED: ""}
TASK_TONES = {
    TaskStatus.OPEN: "blue",
    TaskStatus.SUBMITTED: "yellow",
    TaskStatus.RETURNED: "orange",
    TaskStatus.MISSED: "red",
    TaskStatus.ACCEPTED: "green",
    TaskStatus.WAIVED: "",
}


def status_badge(row: Obligation) -> Any:
    return badge(row.get_status_display(), TONES[ObligationStatus(row.status)])


def task_badge(row: ObligationTask) -> Any:
    """Its status; that it was missed stays said though it was done later."""
    told = badge(row.get_status_display(), TASK_TONES[TaskStatus(row.status)])
    if row.missed_at is not None and row.status != TaskStatus.MISSED:
        return format_html("{} {}", told, badge(_("Late"), "red"))
    return told


def due_cell(row: ObligationTask) -> Any:
    """The day; coloured where something is to be done and that is near or past."""
    today = timezone.localdate()
    if row.status not in TO_DO:
        return shown(row.due_on)
    if row.due_on < today:
        return badge(_("Overdue since %(day)s") % {"day": shown(row.due_on)}, "red")
    if row.due_on - today <= SOON:
        return badge(shown(row.due_on), "orange")
    return shown(row.due_on)


class ObligationList(RecordList):
    filterset = ObligationFilters
    main_filters = ("status", "direction", "category")
    orderings = {"reference": ("pk",)}
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("title", leads_to_record=True, phone="title"),
        Column("direction", phone="meta"),
        Column("category"),
        Column("contract", show=lambda row: row.contract.title, phone="meta"),
        Column("recurrence"),
        Column("owner", show=lambda row: row.owner.get_full_name()),
        Column("status", show=status_badge, phone="meta"),
        Column("approver", show=lambda row: row.approver.get_full_name(), is_default=False),
        Column("first_due_on", is_default=False),
        Column("until", is_default=False),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("contract", "owner__person", "approver__person")


def _unsettled(tasks: Any, user: Any) -> Any:
    return tasks.unsettled()


def _mine(tasks: Any, user: Any) -> Any:
    """What I submit or judge."""
    return tasks.unsettled().filter(Q(obligation__owner=user) | Q(obligation__approver=user))


def _settled(tasks: Any, user: Any) -> Any:
    return tasks.exclude(status__in=UNSETTLED)


class ObligationTaskList(RecordList):
    filterset = ObligationTaskFilters
    tabs = (
        Tab("unsettled", pgettext_lazy("obligation tasks", "To settle"), _unsettled),
        Tab("mine", pgettext_lazy("obligation tasks", "Mine"), _mine),
        Tab("settled", pgettext_lazy("obligation tasks", "Settled"), _settled, is_counted=False),
    )
    ordering = "due_on"
    main_filters = ("status", "due_soon", "direction", "category")
    orderings = {"reference": ("pk",), "due_on": ("due_on", "pk")}
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column(
            "obligation",
            show=lambda row: row.obligation.title,
            leads_to_record=True,
            phone="title",
        ),
        Column(
            "due_on",
            show=due_cell,
            export=lambda row: row.due_on,
            ordering="due_on",
            phone="meta",
        ),
        Column("status", show=task_badge, phone="meta"),
        Column(
            "direction",
            _("whose"),
            show=lambda row: row.obligation.get_direction_display(),
            phone="meta",
        ),
        Column(
            "category",
            pgettext_lazy("obligation", "category"),
            show=lambda row: row.obligation.get_category_display(),
        ),
        Column("contract", _("contract"), show=lambda row: row.obligation.contract.title),
        Column(
            "owner",
            pgettext_lazy("obligation", "owner"),
            show=lambda row: row.obligation.owner.get_full_name(),
        ),
    )

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("obligation__contract", "obligation__owner__person")
