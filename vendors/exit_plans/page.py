"""The tables on the page of an exit plan, and what the vendor's page tells of its plans."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext, pgettext_lazy

from core.admin import Button, Panel
from core.querysets import visible_rows
from core.showing import badge, link
from vendors.exit_plans.enums import ExerciseResult
from vendors.exit_plans.lists import (
    RESULT_TONES,
    days_cell,
    due_cell,
    exercised_cell,
    status_badge,
)
from vendors.models import ExitPlan, Vendor
from vendors.money import written

TABLE = "portal/table.html"


def steps_panel(record: ExitPlan, button: Any) -> Panel:
    """What is done in which order, and how many days have passed by then."""
    rows, passed = [], 0
    for step in record.steps.all():
        passed += step.days
        rows.append((step.position, step.text, step.days, passed))
    add = button("set_steps", _("Write the steps"))
    content: dict[str, Any] = {
        "columns": [_("position"), _("step"), _("days"), _("days passed")],
        "rows": rows,
        "buttons": [add] if add else [],
        "nothing": _("It has no steps yet."),
    }
    if rows:
        content["note"] = ngettext("%d day in all.", "%d days in all.", passed) % passed
    return Panel("steps", _("Steps"), TABLE, content, len(rows))


def exercises_panel(record: ExitPlan, button: Any) -> Panel:
    """When the plan was tried, this version and those before."""
    found = _of_all_versions(record)
    rows = [
        (
            one.exercised_on,
            one.get_kind_display(),
            badge(one.get_result_display(), RESULT_TONES[ExerciseResult(one.result)]),
            one.findings,
            one.recorded_by.get_full_name(),
            link(one.plan, f"{one.plan.reference} ({one.plan.number})"),
        )
        for one in found
    ]
    add = button("exercise", _("Record an exercise"))
    content = {
        "columns": [
            *(_("exercised on"), pgettext_lazy("exercise", "kind")),
            *(pgettext_lazy("exercise", "result"), _("findings"), _("exercised by")),
            _("exit plan"),
        ],
        "rows": rows,
        "buttons": [add] if add else [],
        "nothing": _("Nobody has tried it yet."),
    }
    return Panel("exercises", _("Exercises"), TABLE, content, len(rows))


def _of_all_versions(record: ExitPlan) -> list[Any]:
    model = record.exercises.model
    rows = model.objects.filter(plan__vendor=record.vendor_id, plan__contract=record.contract_id)
    return list(rows.select_related("plan", "recorded_by__person"))


def vendor_panel(vendor: Vendor, user: Any) -> Panel | None:
    """Every plan of a vendor, those in force first; nothing for who sees none."""
    if not user.has_perm("vendors.view_exitplan"):
        return None
    seen = visible_rows(ExitPlan, user).filter(vendor=vendor).with_days()  # type: ignore[attr-defined]  # -- of its queryset
    found = list(seen.select_related("vendor", "contract").order_by("status", "-pk")[:50])
    rows = [
        (
            link(one, one.reference),
            one.contract and link(one.contract, one.contract.reference),
            one.number,
            status_badge(one),
            days_cell(one),
            written(one.cost, one.currency),
            exercised_cell(one),
            due_cell(one),
        )
        for one in found
    ]
    buttons = []
    if user.has_perm("vendors.add_exitplan"):
        url = f"{reverse('admin:vendors_exitplan_add')}?vendor={vendor.pk}"
        buttons.append(Button("draft_exit_plan", _("Draft an exit plan"), url, is_dialog=False))
    content = {
        "columns": [
            *(_("exit plan"), _("contract"), _("number"), _("status"), _("days needed")),
            *(pgettext_lazy("exit plan", "cost"), _("exercised on"), _("exercise due on")),
        ],
        "rows": rows,
        "buttons": buttons,
        "nothing": _("How we would leave it is not planned."),
    }
    return Panel("exit-plans", _("Exit plans"), TABLE, content, len(rows))
