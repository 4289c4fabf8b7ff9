"""What becomes of a budget and of a saving: the tables of transitions."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.transitions import Transition, Workflow
from vendors.opex.enums import BudgetStatus as B
from vendors.opex.enums import SavingStatus as S
from vendors.opex.permissions import (
    may_approve_budgets,
    may_keep_budgets,
    may_keep_savings,
    may_return_budgets,
    may_verify_savings,
)
from vendors.opex.rules import (
    has_a_plan,
    is_drafted_by_another,
    is_saved_by_another,
    variances_are_explained,
)

BUDGET_WORKFLOW = Workflow(
    Transition(
        "submit",
        (B.DRAFT,),
        B.SUBMITTED,
        may_keep_budgets,
        pgettext_lazy("budget", "Submit"),
        (has_a_plan,),
    ),
    Transition(
        "approve",
        (B.SUBMITTED,),
        B.APPROVED,
        may_approve_budgets,
        pgettext_lazy("budget", "Approve"),
        (is_drafted_by_another,),
    ),
    Transition("return", (B.SUBMITTED,), B.DRAFT, may_return_budgets, _("Return to draft")),
    Transition(
        "lock",
        (B.APPROVED,),
        B.LOCKED,
        may_approve_budgets,
        pgettext_lazy("budget", "Lock"),
        (variances_are_explained,),
    ),
)

SAVING_WORKFLOW = Workflow(
    Transition(
        "start", (S.HYPOTHESIS,), S.IN_PROGRESS, may_keep_savings, pgettext_lazy("saving", "Start")
    ),
    Transition(
        "verify",
        (S.IN_PROGRESS,),
        S.VERIFIED,
        may_verify_savings,
        pgettext_lazy("saving", "Verify"),
        (is_saved_by_another,),
    ),
    Transition(
        "reject",
        (S.HYPOTHESIS, S.IN_PROGRESS),
        S.REJECTED,
        may_verify_savings,
        _("Say it was not achieved"),
        (is_saved_by_another,),
    ),
)
