"""What becomes of an exit plan: the table of transitions, who, and its rules."""

from django.utils.translation import pgettext_lazy

from core.transitions import Transition, Workflow
from vendors.contract_workflow import is_system
from vendors.exit_plans.enums import ExitPlanStatus as S
from vendors.exit_plans.permissions import may_approve_exit_plans
from vendors.exit_plans.rules import (
    has_steps,
    plan_is_drafted_by_another,
    says_all,
    vendor_is_within_reach,
)

EXIT_PLAN_WORKFLOW = Workflow(
    Transition(
        "approve",
        (S.DRAFT,),
        S.APPROVED,
        may_approve_exit_plans,
        pgettext_lazy("exit plan", "Approve"),
        (has_steps, says_all, plan_is_drafted_by_another, vendor_is_within_reach),
    ),
    Transition(
        "replace", (S.APPROVED,), S.REPLACED, is_system, pgettext_lazy("exit plan", "Replace")
    ),
)
