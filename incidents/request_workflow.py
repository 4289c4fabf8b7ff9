"""The lives of a request and of an account adjustment: tables of transitions, nothing else."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import Reason
from core.transitions import Rule, Transition, Workflow
from incidents.permissions import may_check_adjustments, may_make_adjustments, may_work_on_requests
from incidents.request_enums import (
    ADJUSTMENT_OPEN,
    REQUEST_IN_HAND,
    REQUEST_OPEN,
    REQUEST_PENDING,
    AdjustmentStatus,
    RequestStatus,
)
from incidents.request_rules import (
    has_no_open_adjustment,
    is_adjustment_within_reach,
    is_another_person,
    is_request_within_reach,
    is_within_limit,
    was_settled_lately,
)

_WAITABLE = REQUEST_IN_HAND


def _move(
    action: str,
    label: Reason,
    sources: tuple[RequestStatus, ...],
    target: RequestStatus,
    *rules: Rule,
) -> Transition:
    rules = (is_request_within_reach, *rules)
    return Transition(action, sources, target, may_work_on_requests, label, rules)


def _but(status: RequestStatus) -> tuple[RequestStatus, ...]:
    return tuple(s for s in _WAITABLE if s != status)


REQUEST_WORKFLOW = Workflow(
    _move(
        "assign",
        _("Assign"),
        (RequestStatus.NEW, RequestStatus.ASSIGNED),
        RequestStatus.ASSIGNED,
    ),
    _move(
        "start",
        _("Start work"),
        (RequestStatus.NEW, RequestStatus.ASSIGNED),
        RequestStatus.IN_PROGRESS,
    ),
    _move(
        "wait_for_customer",
        _("Wait for the customer"),
        _but(RequestStatus.PENDING_CUSTOMER),
        RequestStatus.PENDING_CUSTOMER,
    ),
    _move(
        "wait_for_vendor",
        _("Wait for the vendor"),
        _but(RequestStatus.PENDING_VENDOR),
        RequestStatus.PENDING_VENDOR,
    ),
    _move(
        "wait_for_approval",
        _("Wait for an approval"),
        _but(RequestStatus.PENDING_APPROVAL),
        RequestStatus.PENDING_APPROVAL,
    ),
    _move("resume", _("Resume work"), REQUEST_PENDING, RequestStatus.IN_PROGRESS),
    _move("hand_over", _("Hand over"), REQUEST_IN_HAND, RequestStatus.ASSIGNED),
    _move(
        "resolve",
        _("Resolve"),
        REQUEST_IN_HAND,
        RequestStatus.RESOLVED,
        has_no_open_adjustment,
    ),
    _move(
        "reopen",
        _("Reopen"),
        (RequestStatus.RESOLVED, RequestStatus.CLOSED),
        RequestStatus.IN_PROGRESS,
        was_settled_lately,
    ),
    _move("close", _("Close"), (RequestStatus.RESOLVED,), RequestStatus.CLOSED),
    _move("cancel", _("Cancel"), REQUEST_OPEN, RequestStatus.CANCELLED, has_no_open_adjustment),
    _move(
        "merge",
        _("Merge into another"),
        REQUEST_OPEN,
        RequestStatus.MERGED,
        has_no_open_adjustment,
    ),
)

ADJUSTMENT_WORKFLOW = Workflow(
    Transition(
        "approve",
        (AdjustmentStatus.PROPOSED,),
        AdjustmentStatus.APPROVED,
        may_check_adjustments,
        _("Approve"),
        (is_adjustment_within_reach, is_another_person, is_within_limit),
    ),
    Transition(
        "reject",
        (AdjustmentStatus.PROPOSED,),
        AdjustmentStatus.REJECTED,
        may_check_adjustments,
        _("Reject"),
        (is_adjustment_within_reach, is_another_person),
    ),
    Transition(
        "apply",
        (AdjustmentStatus.APPROVED,),
        AdjustmentStatus.APPLIED,
        may_make_adjustments,
        pgettext_lazy("adjustment", "Apply"),
        (is_adjustment_within_reach,),
    ),
    Transition(
        "alter",
        ADJUSTMENT_OPEN,
        AdjustmentStatus.PROPOSED,
        may_make_adjustments,
        pgettext_lazy("adjustment", "Alter"),
        (is_adjustment_within_reach,),
    ),
    Transition(
        "withdraw",
        ADJUSTMENT_OPEN,
        AdjustmentStatus.WITHDRAWN,
        may_make_adjustments,
        pgettext_lazy("adjustment", "Withdraw"),
        (is_adjustment_within_reach,),
    ),
)
