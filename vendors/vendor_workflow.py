"""What becomes of a vendor: the table of transitions, who, and its rules."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.transitions import Transition, Workflow
from vendors.enums import VendorStatus as S
from vendors.permissions import may_approve_vendors, may_keep_vendors
from vendors.vendor_rules import (
    approval_holds,
    has_evidence,
    has_no_running_contract,
    is_assessed_by_another,
    is_within_reach,
    questions_are_answered,
    says_what_it_does,
)


def may_return(actor: Any) -> bool:
    return may_approve_vendors(actor) or may_keep_vendors(actor)


VENDOR_WORKFLOW = Workflow(
    Transition(
        "begin_diligence",
        (S.PROSPECT, S.REFUSED, S.APPROVED),
        S.DUE_DILIGENCE,
        may_keep_vendors,
        _("Begin due diligence"),
        (says_what_it_does,),
    ),
    Transition(
        "submit",
        (S.DUE_DILIGENCE,),
        S.ASSESSED,
        may_keep_vendors,
        pgettext_lazy("vendor", "Submit for approval"),
        (questions_are_answered, has_evidence),
    ),
    Transition(
        "approve",
        (S.ASSESSED,),
        S.APPROVED,
        may_approve_vendors,
        pgettext_lazy("vendor", "Approve"),
        (is_assessed_by_another, is_within_reach),
    ),
    Transition(
        "refuse",
        (S.ASSESSED,),
        S.REFUSED,
        may_approve_vendors,
        pgettext_lazy("vendor", "Refuse"),
        (is_assessed_by_another, is_within_reach),
    ),
    Transition(
        "return",
        (S.ASSESSED,),
        S.DUE_DILIGENCE,
        may_return,
        pgettext_lazy("vendor", "Return to the assessor"),
    ),
    Transition(
        "engage",
        (S.APPROVED,),
        S.ENGAGED,
        may_keep_vendors,
        pgettext_lazy("vendor", "Engage"),
        (approval_holds,),
    ),
    Transition("begin_exit", (S.ENGAGED,), S.EXITING, may_keep_vendors, _("Begin the exit")),
    Transition("stay", (S.EXITING,), S.ENGAGED, may_keep_vendors, _("Stay after all")),
    Transition(
        "exit",
        (S.EXITING,),
        S.EXITED,
        may_keep_vendors,
        _("Complete the exit"),
        (has_no_running_contract,),
    ),
    Transition(
        "drop",
        (S.PROSPECT, S.DUE_DILIGENCE, S.APPROVED, S.REFUSED),
        S.EXITED,
        may_keep_vendors,
        _("Give it up"),
        (has_no_running_contract,),
    ),
    Transition("reconsider", (S.EXITED,), S.PROSPECT, may_keep_vendors, _("Consider it again")),
)
