"""Everything that may be done with a change; a file per question."""

from changes.services.accepting import accept_conflict
from changes.services.agenda import (
    box_item,
    end_item,
    move_item,
    note_item,
    refresh_agenda,
    start_item,
)
from changes.services.amending import Amendment, amend_change, foretell_amendment
from changes.services.approval import request_approval
from changes.services.attending import record_dissent, sign_in, sign_out
from changes.services.checklist import confirm_requirements
from changes.services.conditions import clear_condition, may_set_condition, set_condition
from changes.services.conflicts import check_conflicts, refresh_conflicts, sweep_conflicts
from changes.services.control import record_what_is_late
from changes.services.conversation import (
    attach_to_change,
    comment_on_change,
    end_share,
    share_change,
    unwatch_change,
    watch_change,
)
from changes.services.deployments import (
    edit_repository,
    map_repository,
    report_deployment,
    review_deployments,
)
from changes.services.exceptions import (
    approve_exception,
    ask_for_exception,
    record_verbal_approval,
)
from changes.services.findings import authorise_finding, revert_finding
from changes.services.freeze_exceptions import (
    approve_freeze_exception,
    ask_for_freeze_exception,
    budget_of,
    edit_budget,
    hits_of,
    review_freeze_exception,
    set_budget,
)
from changes.services.maintenance import declare_maintenance, edit_maintenance, end_maintenance
from changes.services.meetings import (
    call_meeting,
    cancel_meeting,
    close_meeting,
    open_meeting,
    plan_meetings,
    set_rhythm,
    sign_minutes,
)
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
from changes.services.rescheduling import reschedule_change
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
    "Amendment",
    "accept_conflict",
    "amend_change",
    "approve_exception",
    "approve_freeze_exception",
    "ask_for_exception",
    "ask_for_freeze_exception",
    "assess_change",
    "assess_risk",
    "attach_to_change",
    "authorise_finding",
    "back_out_change",
    "box_item",
    "budget_of",
    "call_meeting",
    "cancel_change",
    "cancel_meeting",
    "cast_vote",
    "check_conflicts",
    "clear_condition",
    "clone_change",
    "close_change",
    "close_meeting",
    "comment_on_change",
    "complete_change",
    "confirm_requirements",
    "declare_freeze",
    "declare_maintenance",
    "edit_budget",
    "edit_change",
    "edit_freeze",
    "edit_maintenance",
    "edit_repository",
    "end_freeze",
    "end_item",
    "end_maintenance",
    "end_share",
    "expire_change",
    "expire_changes",
    "finish_task",
    "foretell_amendment",
    "hits_of",
    "hold_change",
    "map_repository",
    "may_set_condition",
    "move_item",
    "note_item",
    "open_meeting",
    "plan_meetings",
    "plan_task",
    "preview",
    "raise_change",
    "record_dissent",
    "record_verbal_approval",
    "record_what_is_late",
    "refresh_agenda",
    "refresh_conflicts",
    "refresh_freezes",
    "remind_electors",
    "report_deployment",
    "request_approval",
    "reschedule_change",
    "resume_change",
    "revert_finding",
    "review_deployments",
    "review_freeze_exception",
    "schedule_change",
    "set_budget",
    "set_condition",
    "set_rhythm",
    "share_change",
    "sign_in",
    "sign_minutes",
    "sign_out",
    "skip_task",
    "start_change",
    "start_item",
    "start_task",
    "submit_change",
    "sweep_conflicts",
    "tally_of",
    "unwatch_change",
    "verify_change",
    "watch_change",
]
