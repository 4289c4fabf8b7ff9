"""Which dialogs beside the workflow's a change offers now, and where on its page they stand."""

from typing import Any

from changes.enums import AT_WORK, ENDED, IN_PREPARATION, ChangeType, Status
from changes.models import Change
from changes.moving import MOVABLE
from changes.parts import involved_people
from changes.permissions import may_accept_conflicts, may_approve_changes, may_implement_changes
from changes.rules import is_in_hand

ON_ROWS = frozenset(
    {
        *("start_task", "finish_task", "skip_task"),
        *("approve_exception", "clear_condition", "accept_conflict"),
    }
)
"""They are about one row of a tab and stand beside it."""

_APPROVAL_AHEAD = (*IN_PREPARATION, Status.AWAITING_APPROVAL, Status.REJECTED, Status.EXPIRED)


def unfitting(change: Change) -> frozenset[str]:
    """The dialogs that make no sense for the change as it is."""
    fits = {
        "reschedule": change.status in MOVABLE and change.window is not None,
        "plan_task": change.status not in ENDED and change.window is not None,
        "ask_for_exception": change.type != ChangeType.STANDARD
        and change.status in _APPROVAL_AHEAD,
        "confirm_requirements": change.is_significant,
        "record_verbal_approval": change.type == ChangeType.EMERGENCY
        and change.status not in ENDED
        and change.actual_start_at is None,
    }
    return frozenset(name for name, does in fits.items() if not does)


def offered_on_rows(change: Change, user: Any) -> frozenset[str]:
    """The dialogs about one row of a tab, and planning, that this person is offered."""
    found: set[str] = set()
    if (
        change.status not in ENDED
        and may_implement_changes(user)
        and is_in_hand(change, user) is None
    ):
        found |= {"start_task", "finish_task", "skip_task", "plan_task"} - unfitting(change)
        if change.status in AT_WORK:
            found |= {"confirm_requirements"} - unfitting(change)
    if (
        "ask_for_exception" not in unfitting(change)
        and may_approve_changes(user)
        and not involved_people(change).filter(pk=user.person_id).exists()
    ):
        found.add("approve_exception")
    if may_accept_conflicts(user):
        found.add("accept_conflict")  # which of them, the tab asks one by one
    return frozenset(found)
