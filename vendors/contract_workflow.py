"""What becomes of a contract: the table of transitions, who, and its rules."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.transitions import Transition, Workflow
from vendors.contract_rules import (
    can_renew,
    clauses_are_answered,
    every_step_is_approved,
    has_a_step_for,
    has_a_term_to_decide,
    has_begun,
    has_document,
    is_not_being_decided,
    is_not_own,
    is_notice_in_time,
    vendor_is_cleared,
)
from vendors.enums import ContractStatus as S
from vendors.permissions import may_approve_contracts, may_keep_contracts

DECIDABLE = (S.ACTIVE, S.IN_NOTICE_WINDOW, S.RENEGOTIATING)
IN_FORCE = (*DECIDABLE, S.RENEWING, S.TERMINATING)


def is_system(actor: Any) -> bool:
    """What time brings, nobody does."""
    return actor is None


def may_return(actor: Any) -> bool:
    return may_approve_contracts(actor) or may_keep_contracts(actor)


CONTRACT_WORKFLOW = Workflow(
    Transition(
        "submit",
        (S.DRAFT,),
        S.LEGAL_REVIEW,
        may_keep_contracts,
        _("Submit for legal review"),
        (has_document, clauses_are_answered),
    ),
    Transition(
        "pass_legal",
        (S.LEGAL_REVIEW,),
        S.APPROVAL,
        may_approve_contracts,
        _("Pass the legal review"),
        (is_not_own,),
    ),
    Transition(
        "approve",
        (S.APPROVAL,),
        S.APPROVAL,
        may_approve_contracts,
        pgettext_lazy("contract", "Approve"),
        (is_not_own, has_a_step_for),
    ),
    Transition(
        "return",
        (S.LEGAL_REVIEW, S.APPROVAL),
        S.DRAFT,
        may_return,
        _("Return to draft"),
    ),
    Transition(
        "sign",
        (S.APPROVAL,),
        S.SIGNED,
        may_keep_contracts,
        pgettext_lazy("contract", "Sign"),
        (vendor_is_cleared, every_step_is_approved),
    ),
    Transition(
        "activate",
        (S.SIGNED,),
        S.ACTIVE,
        may_keep_contracts,
        _("Put into force"),
        (has_begun,),
    ),
    Transition(
        "open_notice_window", (S.ACTIVE,), S.IN_NOTICE_WINDOW, is_system, _("Open the window")
    ),
    Transition(
        "renew",
        DECIDABLE,
        S.RENEWING,
        may_keep_contracts,
        _("Renew"),
        (can_renew, has_a_term_to_decide, is_not_being_decided),
    ),
    Transition(
        "renegotiate",
        (S.ACTIVE, S.IN_NOTICE_WINDOW),
        S.RENEGOTIATING,
        may_keep_contracts,
        _("Renegotiate"),
        (has_a_term_to_decide, is_not_being_decided),
    ),
    Transition(
        "terminate",
        DECIDABLE,
        S.TERMINATING,
        may_keep_contracts,
        _("Terminate"),
        (has_a_term_to_decide, is_notice_in_time, is_not_being_decided),
    ),
    Transition(
        "go_on",
        (S.RENEWING, S.IN_NOTICE_WINDOW, S.RENEGOTIATING),
        S.ACTIVE,
        is_system,
        _("Begin the next term"),
    ),
    Transition("end", IN_FORCE, S.ENDED, is_system, _("End")),
    Transition(
        "withdraw",
        (S.DRAFT, S.LEGAL_REVIEW, S.APPROVAL, S.SIGNED),
        S.ENDED,
        may_keep_contracts,
        _("Withdraw"),
    ),
)
