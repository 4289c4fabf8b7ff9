"""The tables of obligations: on their own page, on those of the contract and of the vendor."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.db.models import Min, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.admin import Button, Panel
from core.querysets import visible_rows
from core.showing import badge, link, not_shown, shown
from vendors.models import Contract, Obligation, ObligationTask, Vendor
from vendors.obligations.enums import TO_DO, UNSETTLED, TaskStatus
from vendors.obligations.lists import due_cell, status_badge, task_badge
from vendors.services.obligations import BINDING

TABLE = "portal/table.html"
MOST_TASKS, MOST_OBLIGATIONS = 60, 50


def tasks_panel(record: Obligation) -> Panel:
    """What was due and what comes within a year, the latest first of all."""
    horizon = timezone.localdate() + timedelta(days=366)
    found = record.tasks.select_related("submitted_by__person", "decided_by__person")
    near = list(found.filter(due_on__lte=horizon).order_by("-due_on", "-pk")[:MOST_TASKS])
    if not near:
        near = list(found.order_by("due_on", "pk")[:12])
    rows = [
        (
            link(one, one.reference),
            due_cell(one),
            task_badge(one),
            one.note,
            one.submitted_by and one.submitted_by.get_full_name(),
            one.decided_by and one.decided_by.get_full_name(),
            one.decision_note,
        )
        for one in near
    ]
    columns = [
        *(_("task"), _("due on"), _("status"), _("what was done"), _("submitted by")),
        *(_("decided by"), _("what the approver says")),
    ]
    total = record.tasks.count()
    content = {"columns": columns, "rows": rows, "note": not_shown(total - len(near))}
    return Panel("tasks", pgettext_lazy("obligation", "When it is due"), TABLE, content, total)


def documents_panel(
    record: ObligationTask, url_of_file: Callable[[Any], str], buttons: list[Button]
) -> Panel:
    rows = [
        (
            format_html('<a href="{}">{}</a>', url_of_file(one), one.title),
            one.name,
            format_html("<code>{}</code>", one.sha256[:16]),
            one.uploaded_by.get_full_name(),
            one.created_at,
        )
        for one in record.documents.select_related("uploaded_by__person")
    ]
    columns = [
        *(_("document"), _("file"), _("SHA-256 begins with"), _("added by")),
        _("added at"),
    ]
    content = {
        "columns": columns,
        "rows": rows,
        "buttons": buttons,
        "nothing": _("No evidence is attached yet."),
    }
    return Panel("documents", _("Evidence"), TABLE, content, len(rows))


def contract_obligations(contract: Contract, user: Any) -> Panel | None:
    """What a contract obliges to, for who reads it, and the way to write down more."""
    buttons = []
    if user.has_perm("vendors.add_obligation") and contract.status in BINDING:
        url = f"{reverse('admin:vendors_obligation_add')}?contract={contract.pk}"
        buttons = [Button("add", _("Add an obligation"), url, is_dialog=False)]
    found = visible_rows(Obligation, user).filter(contract=contract)
    if not user.has_perm("vendors.view_obligation"):
        return None
    return _panel(found, buttons)


def vendor_obligations(vendor: Vendor, user: Any) -> Panel | None:
    """What the contracts with a vendor oblige to."""
    if not user.has_perm("vendors.view_obligation"):
        return None
    return _panel(visible_rows(Obligation, user).filter(contract__vendor=vendor), [])


def _panel(found: Any, buttons: list[Button]) -> Panel:
    """Those in force first; beside each the next day, and whether something was missed."""
    next_day = Min("tasks__due_on", filter=Q(tasks__status__in=UNSETTLED))
    missed = Min("tasks__due_on", filter=Q(tasks__status=TaskStatus.MISSED))
    rows_of = found.select_related("contract", "owner__person").annotate(
        next_due_on=next_day, missed_on=missed
    )
    wanted = list(rows_of.order_by("status", "next_due_on", "pk")[:MOST_OBLIGATIONS])
    total = found.count()
    rows = [
        (
            link(one, one.reference),
            one.title,
            one.get_direction_display(),
            one.get_category_display(),
            link(one.contract, one.contract.reference),
            one.get_recurrence_display(),
            _next_cell(one),
            one.owner.get_full_name(),
            status_badge(one),
        )
        for one in wanted
    ]
    columns = [
        *(_("obligation"), _("title"), _("whose"), pgettext_lazy("obligation", "category")),
        *(_("contract"), _("how often"), _("next due on")),
        *(pgettext_lazy("obligation", "owner"), _("status")),
    ]
    content = {
        "columns": columns,
        "rows": rows,
        "buttons": buttons,
        "nothing": _("No obligation is written down."),
        "note": not_shown(total - len(rows)),
    }
    return Panel("obligations", _("Obligations"), TABLE, content, total)


def _next_cell(one: Any) -> Any:
    if one.missed_on is not None:
        return badge(_("Missed on %(day)s") % {"day": shown(one.missed_on)}, "red")
    return one.next_due_on


def is_to_do(task: ObligationTask) -> bool:
    return task.status in TO_DO
