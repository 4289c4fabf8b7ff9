"""What becomes of an attestation: the table of transitions, who, and its rules."""

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from core.transitions import Transition, Workflow
from vendors.attestations.enums import AttestationStatus as S
from vendors.attestations.permissions import may_review_attestations
from vendors.attestations.rules import (
    exceptions_are_assessed,
    has_its_document,
    has_not_expired,
    is_received_by_another,
    opinion_is_clean,
    vendor_is_within_reach,
)

_BY_ANOTHER = (is_received_by_another, vendor_is_within_reach)
_RELIABLE = (*_BY_ANOTHER, has_its_document, has_not_expired, exceptions_are_assessed)

ATTESTATION_WORKFLOW = Workflow(
    Transition(
        "accept",
        (S.RECEIVED,),
        S.ACCEPTED,
        may_review_attestations,
        pgettext_lazy("attestation", "Accept"),
        (*_RELIABLE, opinion_is_clean),
    ),
    Transition(
        "accept_with_gaps",
        (S.RECEIVED,),
        S.WITH_GAPS,
        may_review_attestations,
        _("Accept with gaps"),
        _RELIABLE,
    ),
    Transition(
        "reject",
        (S.RECEIVED,),
        S.REJECTED,
        may_review_attestations,
        pgettext_lazy("attestation", "Reject"),
        _BY_ANOTHER,
    ),
)
