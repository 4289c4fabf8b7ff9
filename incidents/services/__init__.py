"""The only writers of incidents; a file per question."""

from incidents.services.assignment import assign_incident, hand_over_incident, override_priority
from incidents.services.breaches import (
    add_breach_reason,
    change_breach_reason,
    explain_misses,
)
from incidents.services.consulting import (
    answer_consultation,
    consult_team,
    withdraw_consultation,
)
from incidents.services.conversation import (
    attach_to_incident,
    comment_on_incident,
    unwatch_incident,
    watch_incident,
)
from incidents.services.escalations import escalate_again, note_vendor_reply
from incidents.services.families import set_cascade, set_following
from incidents.services.judging import set_drill
from incidents.services.marking import mark_incident
from incidents.services.merging import merge, unmerge
from incidents.services.opening import edit_incident, open_incident
from incidents.services.progress import (
    cancel_incident,
    close_incident,
    close_incidents_resolved_before,
    reopen_incident,
    resolve_incident,
    resume_incident,
    start_incident,
    triage_incident,
    wait_for_change,
    wait_for_customer,
    wait_for_vendor,
)
from incidents.services.promises import promise_contact, remind_of_promises
from incidents.services.relations import (
    end_share,
    link_records,
    link_request_to_incident,
    share_incident,
    unlink_records,
    unlink_request_from_incident,
)
from incidents.services.scores import (
    add_target_step,
    change_target_step,
    freeze_last_scores,
    freeze_score,
)
from incidents.services.splitting import split

__all__ = [
    "add_breach_reason",
    "add_target_step",
    "answer_consultation",
    "assign_incident",
    "attach_to_incident",
    "cancel_incident",
    "change_breach_reason",
    "change_target_step",
    "close_incident",
    "close_incidents_resolved_before",
    "comment_on_incident",
    "consult_team",
    "edit_incident",
    "end_share",
    "escalate_again",
    "explain_misses",
    "freeze_last_scores",
    "freeze_score",
    "hand_over_incident",
    "link_records",
    "link_request_to_incident",
    "mark_incident",
    "merge",
    "note_vendor_reply",
    "open_incident",
    "override_priority",
    "promise_contact",
    "remind_of_promises",
    "reopen_incident",
    "resolve_incident",
    "resume_incident",
    "set_cascade",
    "set_drill",
    "set_following",
    "share_incident",
    "split",
    "start_incident",
    "triage_incident",
    "unlink_records",
    "unlink_request_from_incident",
    "unmerge",
    "unwatch_incident",
    "wait_for_change",
    "wait_for_customer",
    "wait_for_vendor",
    "watch_incident",
    "withdraw_consultation",
]
