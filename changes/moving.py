"""What a new window would mean for a change: asked before anybody decides, and again by the
service that moves it. Read only.
"""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from audit.context import told_moment
from changes.enums import IN_PREPARATION, FreezeMode, Status, TaskStatus
from changes.models import Change, FreezeWindow
from changes.permissions import may_implement_changes
from changes.rules import is_in_hand
from changes.workflow import CHANGE_WORKFLOW
from core.errors import NotAllowed, Reason, Refused

ASKED = (Status.AWAITING_APPROVAL, Status.APPROVED, Status.SCHEDULED)
"""People were asked about the window: to move it is to ask them again."""
GIVEN_BACK = (Status.REJECTED, Status.EXPIRED)
"""What was decided against, or was too late, goes back to be assessed."""
MOVABLE = (*IN_PREPARATION, *ASKED, *GIVEN_BACK)


def check_moving(change: Change, actor: Any) -> None:
    """Refuses those who do not move this change, wherever to, and what is no longer moved."""
    if change.status not in MOVABLE:
        raise Refused(_("what has begun or is over is no longer moved"))
    if change.status not in IN_PREPARATION:
        CHANGE_WORKFLOW.check(change, "amend", actor)
    elif not may_implement_changes(actor):
        raise NotAllowed(_("your role does not include this action"))
    elif reason := is_in_hand(change, actor):
        raise NotAllowed(reason)


def reasons_against_window(change: Change, start: datetime, end: datetime) -> list[Reason]:
    """Why the change may not be moved there: the one place that is asked about a new window."""
    reasons: list[Reason] = []
    if end <= told_moment():
        reasons.append(_("its planned window is over"))
    blocking = FreezeWindow.objects.keeping_out(change, start, end).filter(mode=FreezeMode.BLOCK)
    names = [freeze.name for freeze in blocking.order_by("name")]
    if names:
        reasons.append(_("a freeze keeps it out: %(names)s") % {"names": _quoted(names)})
    return reasons


def notes_on_moving(change: Change) -> list[str]:
    """What happens with it, wherever it is moved to."""
    notes = []
    if change.status in ASKED:
        notes.append(
            _(
                "This becomes a new version. The votes on the one before are void, those who cast "
                "them are told what differs, and approval begins anew."
            )
        )
    elif change.status in GIVEN_BACK:
        notes.append(_("It goes back to be assessed."))
    else:
        notes.append(_("Nobody was asked to approve it yet, so no vote is lost."))
    tasks = change.tasks.filter(status=TaskStatus.PLANNED).count()
    if tasks:
        said = ngettext(
            "%(n)d task that has not begun moves with it.",
            "%(n)d tasks that have not begun move with it.",
            tasks,
        )
        notes.append(said % {"n": tasks})
    return notes


def notes_on_window(change: Change, start: datetime, end: datetime) -> list[str]:
    """What does not keep it out of there, but whoever moves it should know."""
    notes = []
    freezes = _freezes(change, start, end).exclude(mode=FreezeMode.BLOCK).order_by("name")
    for freeze in freezes:
        told = {"name": freeze.name}
        if freeze.mode == FreezeMode.WARN:
            notes.append(_("A freeze warns: “%(name)s”.") % told)
        else:
            notes.append(_("A freeze asks for the senior final approval: “%(name)s”.") % told)
    return notes


def _freezes(change: Change, start: datetime, end: datetime) -> Any:
    return FreezeWindow.objects.hitting(change, start, end)


def _quoted(names: list[str]) -> str:
    return ", ".join(f"“{name}”" for name in names)
