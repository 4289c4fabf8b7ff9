"""What the lists of engagements and requests show: columns, filters, tabs; no query a row."""

from typing import Any

from django.db.models import Count, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import FilterSet

from core.api.filters import ByPerson, ByRecord, OneOf
from core.lists import Column, RecordList, Tab
from core.showing import badge, exact, shown
from evidence.enums import TO_BE_ANSWERED, EngagementState, Framework, RequestStatus
from evidence.models import AuditRequest, Engagement

_TONES = {
    RequestStatus.OPEN: "yellow",
    RequestStatus.IN_PREPARATION: "blue",
    RequestStatus.PROVIDED: "violet",
    RequestStatus.ACCEPTED: "green",
    RequestStatus.RETURNED: "orange",
}


def request_badge(row: AuditRequest) -> Any:
    return badge(row.get_status_display(), _TONES.get(RequestStatus(row.status), ""))


def due_cell(row: AuditRequest) -> Any:
    return badge(shown(row.due_on), "red") if row.is_overdue else shown(row.due_on)


def state_badge(row: Engagement) -> Any:
    state = row.state_at(timezone.now())
    return badge(state.label, "green" if state == EngagementState.RUNNING else "")


def frameworks_of(row: Engagement) -> str:
    return ", ".join(str(Framework(code).label) for code in row.frameworks)


def period_of(row: Engagement) -> str:
    return f"{shown(row.period_starts_on)} – {shown(row.period_ends_on)}"


class RequestFilters(FilterSet):
    status = OneOf("status", RequestStatus)
    owner = ByPerson("owner")
    engagement = ByRecord("engagement", Engagement)


REQUEST_ORDERINGS = {"reference": ("pk",), "due_on": ("due_on", "pk")}


class RequestList(RecordList):
    filterset = RequestFilters
    main_filters = ("status", "owner")
    orderings = REQUEST_ORDERINGS
    ordering = "due_on"
    tabs = (
        Tab(
            "open",
            pgettext_lazy("audit requests", "To be answered"),
            lambda rows, user: rows.awaiting_answer(),
        ),
        Tab(
            "mine",
            pgettext_lazy("audit requests", "Mine"),
            lambda rows, user: rows.unsettled().filter(Q(owner=user.pk) | Q(asked_by=user.pk)),
        ),
        Tab(
            "provided",
            pgettext_lazy("audit requests", "Provided"),
            lambda rows, user: rows.filter(status=RequestStatus.PROVIDED),
        ),
        Tab("all", pgettext_lazy("audit requests", "All"), lambda rows, _u: rows, is_counted=False),
    )
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("title", leads_to_record=True, phone="title"),
        Column("control"),
        Column("status", show=request_badge, phone="meta"),
        Column("owner", show=lambda row: row.owner.get_full_name(), phone="meta"),
        Column("due_on", show=due_cell, export=lambda row: row.due_on, ordering="due_on",
               phone="meta"),
        Column("asked_by", show=lambda row: row.asked_by.get_full_name()),
        Column("engagement", show=lambda row: row.engagement.firm, is_default=False),
        Column("pack_reference", is_default=False),
        Column("provided_at", is_default=False),
    )  # fmt: skip

    def prepared(self, rows: Any) -> Any:
        return rows.select_related("engagement", "owner__person", "asked_by__person")


class EngagementList(RecordList):
    orderings = {"reference": ("pk",)}
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("firm", leads_to_record=True, phone="title"),
        Column("frameworks", show=frameworks_of, phone="meta"),
        Column("period", _("period"), show=period_of),
        Column("state", _("state"), show=state_badge, phone="meta"),
        Column("expires_at", show=lambda row: exact(row.expires_at), phone="meta"),
        Column("owner", show=lambda row: row.owner.get_full_name()),
        Column("open", _("to be answered"), show=lambda row: row.awaiting),
    )

    def prepared(self, rows: Any) -> Any:
        asked = Count("requests", Q(requests__status__in=TO_BE_ANSWERED))
        return rows.select_related("owner__person").annotate(awaiting=asked)
