"""What the ledger calls what happens to changes, boards and policies."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from changes.forms import ACTIONS
from core.errors import Reason

TITLES: dict[str, Reason] = {
    **{f"change.{name}": form.title for name, form in ACTIONS.items()},
    "change.raise": _("Change raised"),
    "change.edit": _("Change edited"),
    "change.vote": _("Vote cast"),
    "change.approve": _("Change approved"),
    "change.reject": _("Change rejected"),
    "change.expire": _("Change expired"),
    "change.remind": _("Reminder sent"),
    "changes.expire_changes": _("Changes expired"),
    "changes.refresh_freezes": _("Freezes expanded"),
    "changes.remind_approvers": _("Reminders sent"),
    "change.plan_task": _("Task planned"),
    "change.start_task": _("Task started"),
    "change.finish_task": _("Task finished"),
    "change.skip_task": _("Task skipped"),
    "change.ask_for_exception": _("Exception from segregation asked for"),
    "change.approve_exception": _("Exception from segregation approved"),
    "change.ask_for_freeze_exception": _("Exception from a freeze asked for"),
    "change.approve_freeze_exception": _("Exception from a freeze approved"),
    "change.review_freeze_exception": _("Exception from a freeze reviewed"),
    "change.record_verbal_approval": _("Verbal approval recorded"),
    "change.find_conflicts": _("Conflicts looked for"),
    "changes.check_conflicts": _("Conflicts looked for"),
    "changes.sweep_conflicts": _("All conflicts looked for"),
    "maintenance.declare": _("Maintenance window agreed"),
    "maintenance.edit": _("Maintenance window edited"),
    "maintenance.end": _("Maintenance window ended"),
    "freeze.declare": _("Freeze declared"),
    "freeze.edit": _("Freeze edited"),
    "freeze.end": _("Freeze ended"),
    "board.found": _("Board founded"),
    "board.seat": _("Seat given"),
    "board.end_seat": _("Seat ended"),
    "policy.set": _("Approval policy set"),
    "absence.name_substitute": _("Substitute named"),
    "absence.end": pgettext_lazy("absence", "Absence ended"),
    "template.describe": _("Standard change described"),
    "template.approve": _("Standard change approved"),
}
