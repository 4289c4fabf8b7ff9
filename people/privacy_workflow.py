"""What becomes of a request of a data subject: the table of transitions, who, and its rules."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.erasing import is_held
from audit.models import ErasureKind
from core.errors import Reason
from core.transitions import Transition, Workflow
from people.enums import PrivacyKind, PrivacyStatus
from people.models import User
from people.privacy_targets import targets_of
from people.scope import scope_of


def may_keep_requests(actor: Any) -> bool:
    return actor is None or "people.change_privacyrequest" in scope_of(actor).permissions


def may_approve_erasures(actor: Any) -> bool:
    return actor is not None and "people.approve_privacyrequest" in scope_of(actor).permissions


def is_the_system(actor: Any) -> bool:
    return actor is None


def asks_for_erasure(request: Any, actor: Any) -> Reason | None:
    if request.kind != PrivacyKind.CANCELLATION:
        return _("only a cancellation blocks and suppresses data")
    return None


def asks_for_something_else(request: Any, actor: Any) -> Reason | None:
    if request.kind == PrivacyKind.CANCELLATION:
        return _("data are blocked and suppressed by two approvals each")
    return None


def names_records(request: Any, actor: Any) -> Reason | None:
    return None if request.targets else _("no record is chosen yet")


def is_not_held(request: Any, actor: Any) -> Reason | None:
    if request.targets and is_held(targets_of(request, "")):
        return _("a record is under legal hold")
    return None


def has_been_blocked_long_enough(request: Any, actor: Any) -> Reason | None:
    until = request.blocked_until
    if until is not None and until > timezone.localdate():
        return _("the data are blocked until %(day)s") % {"day": until.isoformat()}
    return None


def is_approved_by_another(request: Any, actor: Any) -> Reason | None:
    """Neither who recorded it, nor whom it is about, under whichever account."""
    if actor is None:
        return None
    raised = User.objects.filter(pk=request.raised_by_id).values_list("person", flat=True).first()
    if actor.pk == request.raised_by_id or (actor.person_id and actor.person_id == raised):
        return _("whoever recorded the request does not approve it")
    if actor.person_id is None or actor.person_id == request.person_id:
        return _("somebody else has to approve this")
    return None


def has_not_approved(request: Any, actor: Any) -> Reason | None:
    step = _step_of(request)
    given = request.approvals.filter(step=step, warrant__isnull=True)
    if request.approvals.filter(step=step, warrant__isnull=False).exists():
        return _("two persons have approved it; it is being carried out")
    if actor is not None and given.filter(approved_by__person=actor.person_id).exists():
        return _("you have approved it already")
    return None


def _step_of(request: Any) -> ErasureKind:
    is_blocked = request.status == PrivacyStatus.BLOCKED
    return ErasureKind.SUPPRESS if is_blocked else ErasureKind.BLOCK


_APPROVING = (asks_for_erasure, names_records, is_not_held)

PRIVACY_WORKFLOW = Workflow(
    Transition(
        "accept", (PrivacyStatus.RECEIVED,), PrivacyStatus.ACCEPTED, may_keep_requests, _("Accept")
    ),
    Transition(
        "refuse", (PrivacyStatus.RECEIVED,), PrivacyStatus.REFUSED, may_keep_requests, _("Refuse")
    ),
    Transition(
        "carry_out",
        (PrivacyStatus.ACCEPTED,),
        PrivacyStatus.CARRIED_OUT,
        may_keep_requests,
        _("Carried out"),
        (asks_for_something_else,),
    ),
    Transition(
        "approve_block",
        (PrivacyStatus.ACCEPTED,),
        PrivacyStatus.ACCEPTED,
        may_approve_erasures,
        _("Approve blocking"),
        (*_APPROVING, is_approved_by_another, has_not_approved),
    ),
    Transition(
        "block", (PrivacyStatus.ACCEPTED,), PrivacyStatus.BLOCKED, is_the_system, _("Block")
    ),
    Transition(
        "approve_suppression",
        (PrivacyStatus.BLOCKED,),
        PrivacyStatus.BLOCKED,
        may_approve_erasures,
        _("Approve suppression"),
        (
            *_APPROVING,
            has_been_blocked_long_enough,
            is_approved_by_another,
            has_not_approved,
        ),
    ),
    Transition(
        "suppress",
        (PrivacyStatus.BLOCKED,),
        PrivacyStatus.SUPPRESSED,
        is_the_system,
        _("Suppress"),
    ),
)
