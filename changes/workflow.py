"""The life of a change: the table of transitions, nothing else."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from changes.enums import AT_WORK, BEFORE_WORK, Status
from changes.permissions import (
    is_the_system,
    may_implement_changes,
    may_prepare_changes,
    may_raise_changes,
)
from changes.rules import (
    has_a_future_window,
    has_a_policy,
    has_an_implementer,
    has_its_facts,
    has_no_open_condition,
    has_risk,
    has_test_result,
    has_verbal_approval,
    is_confirmed,
    is_free_of_conflicts,
    is_held,
    is_in_hand,
    is_in_its_window,
    is_not_held,
    is_not_their_decision,
    is_outside_freezes,
    is_planned_outside_freezes,
    is_significant,
    names_something,
)
from core.errors import Reason
from core.transitions import Rule, Transition, Who, Workflow


def _move(
    action: str,
    label: Reason,
    sources: tuple[Status, ...],
    target: Status,
    *rules: Rule,
    who: Who = may_prepare_changes,
) -> Transition:
    return Transition(action, sources, target, who, label, (is_in_hand, *rules))


def _stays(
    action: str, label: Reason, sources: tuple[Status, ...], *rules: Rule, who: Who
) -> tuple[Transition, ...]:
    """An action that leaves the status as it is."""
    return tuple(Transition(action, (s,), s, who, label, rules) for s in sources)


def _decided(action: str, label: Reason, sources: tuple[Status, ...], target: Status) -> Transition:
    return Transition(action, sources, target, is_the_system, label)


CHANGE_WORKFLOW = Workflow(
    _move("submit", _("Submit"), (Status.DRAFT,), Status.SUBMITTED, has_its_facts),
    _move("assess", _("Assess"), (Status.SUBMITTED,), Status.ASSESSING),
    *_stays(
        "assess_risk",
        _("Assess the risk"),
        (Status.SUBMITTED, Status.ASSESSING),
        is_in_hand,
        who=may_prepare_changes,
    ),
    _move(
        "request_approval",
        _("Request approval"),
        (Status.ASSESSING,),
        Status.AWAITING_APPROVAL,
        is_not_held,
        has_its_facts,
        has_test_result,
        names_something,
        has_a_future_window,
        has_an_implementer,
        has_risk,
        has_a_policy,
    ),
    _decided("approve", _("Approve"), (Status.AWAITING_APPROVAL,), Status.APPROVED),
    _decided("reject", _("Reject"), (Status.AWAITING_APPROVAL,), Status.REJECTED),
    _decided(
        "expire",
        _("Expire"),
        (Status.AWAITING_APPROVAL, Status.APPROVED, Status.SCHEDULED),
        Status.EXPIRED,
    ),
    _move(
        "schedule",
        pgettext_lazy("change", "Schedule"),
        (Status.APPROVED,),
        Status.SCHEDULED,
        is_not_held,
        names_something,
        has_a_future_window,
        is_planned_outside_freezes,
        is_free_of_conflicts,
    ),
    _move(
        "start",
        pgettext_lazy("change", "Start"),
        (Status.SCHEDULED,),
        Status.IMPLEMENTING,
        is_not_held,
        names_something,
        is_in_its_window,
        is_outside_freezes,
        has_no_open_condition,
        is_free_of_conflicts,
        who=may_implement_changes,
    ),
    _move(
        "start",
        pgettext_lazy("change", "Start"),
        (Status.SUBMITTED, Status.ASSESSING, Status.AWAITING_APPROVAL),
        Status.IMPLEMENTING,
        has_verbal_approval,
        is_not_held,
        has_its_facts,
        names_something,
        has_an_implementer,
        is_outside_freezes,
        has_no_open_condition,
        is_free_of_conflicts,
        who=may_implement_changes,
    ),
    _move(
        "complete",
        pgettext_lazy("change", "Complete"),
        (Status.IMPLEMENTING,),
        Status.VERIFYING,
        is_not_held,
        who=may_implement_changes,
    ),
    _move(
        "back_out",
        _("Back out"),
        (Status.IMPLEMENTING, Status.VERIFYING),
        Status.REVIEWING,
        who=may_implement_changes,
    ),
    _move(
        "verify",
        pgettext_lazy("change", "Verify"),
        (Status.VERIFYING,),
        Status.REVIEWING,
        who=may_implement_changes,
    ),
    *_stays(
        "confirm_requirements",
        _("Confirm requirements"),
        AT_WORK,
        is_in_hand,
        is_significant,
        who=may_implement_changes,
    ),
    _move("close", _("Close"), (Status.REVIEWING,), Status.CLOSED, is_confirmed),
    *_stays(
        "hold",
        _("Put on hold"),
        (*BEFORE_WORK, *AT_WORK),
        is_in_hand,
        is_not_held,
        who=may_implement_changes,
    ),
    *_stays(
        "resume",
        pgettext_lazy("change", "Resume"),
        (*BEFORE_WORK, *AT_WORK),
        is_in_hand,
        is_held,
        who=may_implement_changes,
    ),
    _move(
        "amend",
        pgettext_lazy("change", "Amend"),
        (Status.AWAITING_APPROVAL, Status.APPROVED, Status.SCHEDULED),
        Status.AWAITING_APPROVAL,
        is_not_their_decision,
    ),
    _move(
        "amend",
        pgettext_lazy("change", "Amend"),
        (Status.REJECTED, Status.EXPIRED),
        Status.ASSESSING,
        is_not_their_decision,
    ),
    _move("cancel", _("Cancel"), BEFORE_WORK, Status.CANCELLED),
    *_stays("clone", _("Clone"), tuple(Status), who=may_raise_changes),
)
