"""What the list and the page of control exceptions show: read only, no query a row."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import FilterSet

from changes.enums import ControlKind, StepStatus
from changes.models import ControlException
from core.api.filters import MomentBound, OneOf
from core.lists import Column, RecordList
from core.showing import badge, exact, link, shown

_ROUND = {
    StepStatus.APPROVED: (_("Approved afterwards"), "green"),
    StepStatus.REJECTED: (_("Refused"), "red"),
    StepStatus.VOID: (pgettext_lazy("approval", "Void"), ""),
}


def kind_badge(row: ControlException) -> Any:
    return badge(row.get_kind_display(), "orange")


def state_badge(row: ControlException) -> Any:
    return badge(*state_of(row))


def state_of(row: ControlException) -> tuple[Any, str]:
    """What became of it since it was recorded, with its tone."""
    if row.round is not None:
        return _ROUND.get(StepStatus(row.round.status), (_("Still not approved"), "red"))
    if row.segregation is not None:
        if row.segregation.expires_at > timezone.now():
            return pgettext_lazy("exception", "In force"), "yellow"
        return pgettext_lazy("exception", "Expired"), ""
    if row.freeze is not None:
        is_reviewed = row.freeze.reviewed_at is not None
        return (_("Reviewed"), "green") if is_reviewed else (_("Review overdue"), "red")
    if row.template is not None and row.template.is_suspended:
        return pgettext_lazy("standard change", "Suspended"), "red"
    return _("In force again"), "green"


def review_of(row: ControlException) -> str:
    """What somebody wrote about it afterwards; empty where nobody has."""
    return row.freeze.review_note if row.freeze is not None else row.change.review


def cause_of(row: ControlException) -> Any:
    """What was recorded as its cause, or what it is about."""
    if row.cause:
        return row.cause
    if row.round is not None and row.round.due_at is not None:
        return _("due by %(when)s") % {"when": exact(row.round.due_at)}
    if row.freeze is not None:
        return str(row.freeze.window)
    return str(row.template or "")


def record_of(row: ControlException) -> Any:
    return link(row.change, row.change.reference)


class ControlFilters(FilterSet):
    kind = OneOf("kind", ControlKind)
    recorded_at__gte = MomentBound("recorded_at", "gte")
    recorded_at__lt = MomentBound("recorded_at", "lt")


class ControlList(RecordList):
    filterset = ControlFilters
    main_filters = ("kind",)
    orderings = {"id": ("pk",)}
    ordering = "-id"
    columns = (
        Column("kind", show=kind_badge, leads_to_record=True, phone="title"),
        Column("change", show=record_of, export=lambda row: row.change.reference, phone="meta"),
        Column("recorded_at", ordering="id", phone="meta"),
        Column("by", show=lambda row: shown(row.by and row.by.get_full_name())),
        Column("state", _("state"), show=state_badge, phone="meta"),
        Column("review", _("review"), show=review_of),
        Column("cause", show=cause_of, is_default=False),
    )
    note = _("What went another way than the controls of change want. Nothing here is taken back.")

    def prepared(self, rows: Any) -> Any:
        return rows.select_related(*RELATED).defer("change__search")


RELATED = (
    *("change", "by__person", "round", "segregation", "template"),
    *("freeze__window", "freeze__reviewed_by__person"),
)
