"""What becomes of a decision about a renewal: the table of transitions, who, and its rules."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.transitions import Transition, Workflow
from vendors.contract_workflow import is_system, may_return
from vendors.permissions import may_approve_contracts, may_keep_contracts
from vendors.renewals.enums import RenewalStatus as S
from vendors.renewals.rules import (
    every_renewal_step_is_approved,
    facts_are_frozen,
    has_a_renewal_step_for,
    is_by_another,
    leaving_is_weighed,
    says_what_and_why,
    term_waits,
    unknowns_are_explained,
)

RENEWAL_WORKFLOW = Workflow(
    Transition(
        "submit",
        (S.DRAFT,),
        S.SUBMITTED,
        may_keep_contracts,
        _("Submit for approval"),
        (
            *(term_waits, says_what_and_why, facts_are_frozen),
            *(unknowns_are_explained, leaving_is_weighed),
        ),
    ),
    Transition(
        "approve",
        (S.SUBMITTED,),
        S.SUBMITTED,
        may_approve_contracts,
        pgettext_lazy("renewal", "Approve"),
        (term_waits, is_by_another, has_a_renewal_step_for),
    ),
    Transition(
        "conclude",
        (S.SUBMITTED,),
        S.APPROVED,
        is_system,
        _("Conclude"),
        (term_waits, every_renewal_step_is_approved),
    ),
    Transition("return", (S.SUBMITTED,), S.DRAFT, may_return, _("Return to be prepared")),
    Transition(
        "withdraw",
        (S.DRAFT, S.SUBMITTED),
        S.WITHDRAWN,
        may_keep_contracts,
        pgettext_lazy("renewal", "Withdraw"),
    ),
)
