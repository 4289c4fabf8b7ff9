"""The life of a problem: the table of transitions, nothing else."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.errors import Reason
from core.transitions import Rule, Transition, Workflow
from incidents.problem_enums import ProblemStatus as Status
from incidents.problem_permissions import may_work_on_problems
from incidents.problem_rules import (
    has_investigator,
    has_linked_change,
    has_workaround,
    is_within_reach_of_problem,
)


def _move(
    action: str, label: Reason, sources: tuple[Status, ...], target: Status, *rules: Rule
) -> Transition:
    return Transition(
        action, sources, target, may_work_on_problems, label, (is_within_reach_of_problem, *rules)
    )


PROBLEM_WORKFLOW = Workflow(
    _move("accept", pgettext_lazy("problem", "Accept"), (Status.CANDIDATE,), Status.ACCEPTED),
    _move(
        "investigate", _("Investigate"), (Status.ACCEPTED,), Status.INVESTIGATING, has_investigator
    ),
    _move(
        "declare_known_error",
        _("Declare a known error"),
        (Status.INVESTIGATING,),
        Status.KNOWN_ERROR,
        has_workaround,
    ),
    _move(
        "fix_in_change",
        _("Fix in a change"),
        (Status.INVESTIGATING, Status.KNOWN_ERROR),
        Status.FIX_IN_CHANGE,
        has_linked_change,
    ),
    _move("monitor", _("Observe"), (Status.KNOWN_ERROR, Status.FIX_IN_CHANGE), Status.MONITORING),
    _move(
        "close",
        pgettext_lazy("problem", "Close"),
        (Status.INVESTIGATING, Status.KNOWN_ERROR, Status.MONITORING),
        Status.CLOSED,
    ),
    _move(
        "investigate_again",
        _("Investigate again"),
        (Status.KNOWN_ERROR, Status.FIX_IN_CHANGE, Status.MONITORING),
        Status.INVESTIGATING,
        has_investigator,
    ),
    _move(
        "reopen",
        pgettext_lazy("problem", "Reopen"),
        (Status.CLOSED,),
        Status.INVESTIGATING,
        has_investigator,
    ),
    _move(
        "reject",
        pgettext_lazy("problem", "Reject"),
        (Status.CANDIDATE, Status.ACCEPTED),
        Status.REJECTED,
    ),
    _move("reconsider", _("Consider again"), (Status.REJECTED,), Status.CANDIDATE),
)
