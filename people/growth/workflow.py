"""What becomes of a certification: the table of transitions, who, and its rules."""

from django.utils.translation import pgettext_lazy

from core.transitions import Transition, Workflow
from people.growth.enums import CertificationStatus as S
from people.growth.rules import (
    has_its_document,
    is_held_by_another,
    is_led_by_actor,
    may_verify,
)

_BY_THE_LEAD = (is_held_by_another, is_led_by_actor)

CERTIFICATION_WORKFLOW = Workflow(
    Transition(
        "verify",
        (S.CLAIMED,),
        S.VERIFIED,
        may_verify,
        pgettext_lazy("certification", "Verify"),
        (*_BY_THE_LEAD, has_its_document),
    ),
    Transition(
        "reject",
        (S.CLAIMED,),
        S.REJECTED,
        may_verify,
        pgettext_lazy("certification", "Reject"),
        _BY_THE_LEAD,
    ),
)
