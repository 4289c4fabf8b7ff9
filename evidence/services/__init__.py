"""What people do about evidence; a file per question."""

from evidence.services.engagements import (
    add_auditor,
    begin_engagement,
    end_engagement,
    prolong_engagement,
    remove_auditor,
)
from evidence.services.packs import (
    build_pack,
    freeze_pack,
    hand_out_pack,
    request_pack,
    retry_pack,
    work_on_pack,
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
from evidence.services.sampling import choose_item, draw_sample, replace_item

__all__ = [
    "accept_request",
    "add_auditor",
    "ask_for",
    "attach_to_request",
    "begin_engagement",
    "build_pack",
    "choose_item",
    "comment_on_request",
    "draw_sample",
    "end_engagement",
    "freeze_pack",
    "hand_out_pack",
    "hand_over_request",
    "prolong_engagement",
    "provide_request",
    "remove_auditor",
    "replace_item",
    "request_pack",
    "retry_pack",
    "return_request",
    "start_request",
    "withdraw_request",
    "work_on_pack",
]
