"""Everything that may be done with a change; a file per question."""

from changes.services.accepting import accept_conflict
from changes.services.amending import amend_change
from changes.services.approval import request_approval
from changes.services.conflicts import check_conflicts, refresh_conflicts, sweep_conflicts
from changes.services.conversation import (
    attach_to_change,
    comment_on_change,
    unwatch_change,
    watch_change,
)
from changes.services.exceptions import (
    approve_exception,
    ask_for_exception,
    record_verbal_approval,
)
from changes.services.freeze_exceptions import (
    approve_freeze_exception,
    ask_for_freeze_exception,
    review_freeze_exception,
)
from changes.services.maintenance import declare_maintenance, edit_maintenance, end_maintenance
from changes.services.progress import (
    assess_change,
    back_out_change,
    cancel_change,
    close_change,
    complete_change,
    expire_change,
    expire_changes,
    hold_change,
    resume_change,
    schedule_change,
    start_change,
    submit_change,
    verify_change,
)
from changes.services.raising import clone_change, edit_change, raise_change
from changes.services.reminding import remind_electors
from changes.services.risk import assess_risk
from changes.services.tasks import finish_task, plan_task, skip_task, start_task
from changes.services.voting import cast_vote, tally_of
from changes.services.windows import (
    declare_freeze,
    edit_freeze,
    end_freeze,
    preview,
    refresh_freezes,
)

__all__ = [
    "accept_conflict",
    "amend_change",
    "approve_exception",
    "approve_freeze_exception",
    "ask_for_exception",
    "ask_for_freeze_exception",
    "assess_change",
    "assess_risk",
    "attach_to_change",
    "back_out_change",
    "cancel_change",
    "cast_vote",
    "check_conflicts",
    "clone_change",
    "close_change",
    "comment_on_change",
    "complete_change",
    "declare_freeze",
    "declare_maintenance",
    "edit_change",
    "edit_freeze",
    "edit_maintenance",
    "end_freeze",
    "end_maintenance",
    "expire_change",
    "expire_changes",
    "finish_task",
    "hold_change",
    "plan_task",
    "preview",
    "raise_change",
    "record_verbal_approval",
    "refresh_conflicts",
    "refresh_freezes",
    "remind_electors",
    "request_approval",
    "resume_change",
    "review_freeze_exception",
    "schedule_change",
    "skip_task",
    "start_change",
    "start_task",
    "submit_change",
    "sweep_conflicts",
    "tally_of",
    "unwatch_change",
    "verify_change",
    "watch_change",
]
