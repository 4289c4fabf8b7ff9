"""When something may be submitted for an obligation, accepted, returned or waived."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from core.errors import Reason
from vendors.obligations.enums import ObligationStatus
from vendors.obligations.permissions import may_write_obligation
from vendors.opex.rules import is_same


def is_the_owner_s(task: Any, actor: Any) -> Reason | None:
    """Whoever answers for it, and those who keep the vendor's obligations."""
    obligation = task.obligation
    if actor is None or is_same(obligation.owner, actor):
        return None
    if may_write_obligation(actor, "change", obligation.contract.vendor.country):
        return None
    return _("only its owner and who keeps obligations submit it")


def is_the_approver_s(task: Any, actor: Any) -> Reason | None:
    """Its approver alone decides."""
    if actor is not None and is_same(task.obligation.approver, actor):
        return None
    return _("only its approver decides about it")


def is_submitted_by_another(task: Any, actor: Any) -> Reason | None:
    """Whoever submitted it does not judge it, under any account."""
    by = task.submitted_by
    if actor is not None and by is not None and is_same(by, actor):
        return _("you do not judge what you submitted")
    return None


def is_owned_by_another(task: Any, actor: Any) -> Reason | None:
    if actor is not None and is_same(task.obligation.owner, actor):
        return _("you do not judge what you answer for")
    return None


def has_its_evidence(task: Any, actor: Any) -> Reason | None:
    if not task.obligation.needs_evidence or task.documents.exists():
        return None
    return _("its evidence is not attached")


def is_overdue(task: Any, actor: Any) -> Reason | None:
    today = timezone.localdate(told_moment())
    return None if task.due_on < today else _("it is not overdue")


def binds_still(task: Any, actor: Any) -> Reason | None:
    """What became due while an obligation bound is settled after its end, too."""
    obligation = task.obligation
    ended = obligation.status == ObligationStatus.ENDED
    if ended and task.due_on > timezone.localdate(obligation.ended_at):
        return _("the obligation has ended")
    return None


def obligation_is_kept_by(obligation: Any, actor: Any) -> Reason | None:
    if may_write_obligation(actor, "change", obligation.contract.vendor.country):
        return None
    return _("your role does not reach this vendor's country")
