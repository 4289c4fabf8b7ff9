"""The verbs about audits from outside; a file per question."""

from evidence.services.engagements import (
    add_auditor,
    begin_engagement,
    end_engagement,
    prolong_engagement,
    remove_auditor,
)
from evidence.services.requests import (
    accept_request,
    ask_for,
    attach_to_request,
    comment_on_request,
    hand_over_request,
    provide_request,
    return_request,
    start_request,
    withdraw_request,
)

__all__ = [
    "accept_request",
    "add_auditor",
    "ask_for",
    "attach_to_request",
    "begin_engagement",
    "comment_on_request",
    "end_engagement",
    "hand_over_request",
    "prolong_engagement",
    "provide_request",
    "remove_auditor",
    "return_request",
    "start_request",
    "withdraw_request",
]
