"""What becomes of a claim: the table of transitions, who, and its rules."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.transitions import Transition, Workflow
from vendors.contract_workflow import is_system
from vendors.credits.enums import ClaimStatus as S
from vendors.credits.permissions import may_keep_claims, may_settle_claims
from vendors.credits.rules import is_by_another, is_made_up

CLAIM_WORKFLOW = Workflow(
    Transition("measure", (S.DRAFTED,), S.DRAFTED, may_keep_claims, _("Read the breaches anew")),
    Transition("send", (S.DRAFTED,), S.SENT, may_keep_claims, _("Send to the vendor")),
    Transition(
        "accept",
        (S.SENT, S.DISPUTED),
        S.ACCEPTED,
        may_keep_claims,
        pgettext_lazy("credit claim", "Record acceptance"),
    ),
    Transition(
        "dispute",
        (S.SENT,),
        S.DISPUTED,
        may_keep_claims,
        pgettext_lazy("credit claim", "Record a dispute"),
    ),
    Transition(
        "settle",
        (S.ACCEPTED,),
        S.ACCEPTED,
        may_settle_claims,
        _("Settle with a credit note"),
        (is_by_another,),
    ),
    Transition(
        "credit",
        (S.ACCEPTED,),
        S.CREDITED,
        is_system,
        pgettext_lazy("credit claim", "Credit"),
        (is_made_up,),
    ),
    Transition(
        "write_off",
        (S.DISPUTED,),
        S.WRITTEN_OFF,
        may_settle_claims,
        pgettext_lazy("credit claim", "Write off"),
        (is_by_another,),
    ),
    Transition(
        "withdraw",
        (S.DRAFTED,),
        S.WITHDRAWN,
        may_keep_claims,
        pgettext_lazy("credit claim", "Withdraw"),
    ),
)
