"""The tables on the page of a data subject's request, and its list."""

from typing import Any

from django.utils import timezone
from django.utils.text import Truncator, capfirst
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django_filters import FilterSet

from audit.models import ErasureWarrant
from core.admin import Panel
from core.api.filters import Flag, OneOf
from core.lists import Column, RecordList, Tab
from core.showing import badge
from people.enums import PrivacyKind, PrivacyStatus
from people.models import PrivacyRequest
from records.personal_data import Hit, read_code

TONES = {
    PrivacyStatus.RECEIVED: "blue",
    PrivacyStatus.ACCEPTED: "yellow",
    PrivacyStatus.BLOCKED: "orange",
    PrivacyStatus.SUPPRESSED: "green",
    PrivacyStatus.CARRIED_OUT: "green",
}
ORDERINGS = {"reference": ("pk",), "answer_due_on": ("answer_due_on", "pk")}


def status_badge(request: PrivacyRequest) -> Any:
    if is_late(request):
        return badge(_("Overdue"), "red")
    return badge(request.get_status_display(), TONES.get(PrivacyStatus(request.status), ""))


def is_late(request: PrivacyRequest) -> bool:
    today = timezone.localdate()
    if request.status == PrivacyStatus.RECEIVED:
        return request.answer_due_on < today
    due_on = request.execute_due_on
    return request.status == PrivacyStatus.ACCEPTED and due_on is not None and due_on < today


def hit_name(hit: Hit) -> str:
    """What a row is, where the name stands, and its beginning."""
    meta = hit.data.model_class._meta
    fields = ", ".join(str(meta.get_field(name).verbose_name) for name in hit.columns)
    text = Truncator(str(hit.record)).chars(60)
    return f"{capfirst(meta.verbose_name)} {hit.record.pk} · {fields}: {text}"


def records_panel(request: PrivacyRequest) -> Panel:
    """The chosen records with the columns that go."""
    rows = []
    for code in request.targets:
        try:
            data, row = read_code(code)
        except ValueError:
            rows.append((code, "", _("It is gone.")))
            continue
        meta = data.model_class._meta
        columns = ", ".join(str(meta.get_field(name).verbose_name) for name in data.columns)
        shown = Truncator(str(row)).chars(60)
        rows.append((f"{capfirst(meta.verbose_name)} {row.pk}", columns, shown))
    content = {
        "columns": [_("record"), _("columns"), pgettext_lazy("privacy request", "now")],
        "rows": rows,
        "nothing": _("No record is chosen yet."),
    }
    return Panel("records", _("Records"), "portal/table.html", content, len(rows) or None)


def approvals_panel(request: PrivacyRequest) -> Panel:
    """Who approved which step, and when the eraser carried it out."""
    found = list(request.approvals.select_related("approved_by__person").order_by("pk"))
    codes = [each.warrant for each in found if each.warrant]
    used = dict(ErasureWarrant.objects.filter(code__in=codes).values_list("code", "used_at"))
    rows = [
        (
            each.get_step_display(),
            each.approved_by.get_full_name(),
            each.approved_at,
            (used.get(each.warrant) or badge(_("Waits for the eraser"), "blue"))
            if each.warrant
            else "",
        )
        for each in found
    ]
    content = {
        "columns": [_("step"), _("approved by"), _("approved at"), _("carried out at")],
        "rows": rows,
        "nothing": _("Nobody has approved anything yet."),
    }
    return Panel("approvals", _("Approvals"), "portal/table.html", content, len(rows) or None)


def _being_late(rows: Any, wanted: bool) -> Any:
    late = rows.late(timezone.localdate())
    return late if wanted else rows.exclude(pk__in=late.values("pk"))


class PrivacyFilters(FilterSet):
    status = OneOf("status", PrivacyStatus)
    kind = OneOf("kind", PrivacyKind)
    is_late = Flag(_being_late, pgettext_lazy("privacy request", "overdue"))


class PrivacyList(RecordList):
    filterset = PrivacyFilters
    orderings = ORDERINGS
    ordering = "-reference"
    tabs = (
        Tab("open", pgettext_lazy("privacy requests", "Open"), lambda rows, user: rows.open()),
        Tab(
            "suppress",
            _("To be suppressed"),
            lambda rows, user: rows.to_suppress(timezone.localdate()),
        ),
        Tab("all", pgettext_lazy("privacy requests", "All"), lambda rows, user: rows, False),
    )
    columns = (
        Column("reference", ordering="reference", leads_to_record=True, phone="meta"),
        Column("subject", leads_to_record=True, phone="title"),
        Column("kind", phone="meta"),
        Column("status", show=status_badge, phone="meta"),
        Column("received_on"),
        Column("answer_due_on", ordering="answer_due_on", phone="meta"),
        Column("execute_due_on"),
        Column("blocked_until"),
    )
