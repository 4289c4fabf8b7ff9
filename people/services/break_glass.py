"""Break-glass: asked for with a reason, opened by two others for a day, told to who takes part."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from audit.services import record_event
from core.errors import NotAllowed, Refused
from core.writing import hold
from notifications.enums import MessageKind
from notifications.services import notify
from people.confidential.enums import GlassStatus
from people.confidential.vault import Opened
from people.confidential.workflow import GLASS_WORKFLOW, may_ask_for_glass
from people.models import GlassAccess, GlassApproval, OneOnOneSeries, Participant, User
from people.models.confidential import OPEN_FOR
from people.roles import ROLES, Role
from people.services.review_messages import holders
from people.services.reviews import refusals_of_the_database
from records.services import mask_fields

LONGEST_REASON = 2_000
_APPROVING = [role for role in Role if "people.approve_glassaccess" in ROLES[role].permissions]


def ask_to_open(*, actor: Any, lead: User, employee: User, reason: str) -> GlassAccess:
    """Ask to read the newest 1:1s of two people. Refused where there are none, where the actor
    takes part, and while an access to the same record is asked for or open."""
    if not may_ask_for_glass(actor):
        raise NotAllowed(_("your role does not include this action"))
    reason = reason.strip()
    if not reason:
        raise ValidationError({"reason": _("Give a reason.")})
    if len(reason) > LONGEST_REASON:
        raise ValidationError({"reason": _("This is longer than %d characters.") % LONGEST_REASON})
    with refusals_of_the_database(), acting(actor=actor, action="glass_access.ask"):
        series = OneOnOneSeries.objects.filter(lead=lead, employee=employee).last()
        if series is None:
            raise Refused(_("these two have no 1:1s here"))
        parts = Participant.objects.filter(record=series.record_id)
        if parts.filter(user__person=actor.person_id).exists():
            raise Refused(_("you take part yourself"))
        undecided = GlassAccess.objects.filter(record=series.record_id, asked_by=actor)
        if undecided.filter(status__in=[GlassStatus.ASKED, GlassStatus.OPEN]).exists():
            raise Refused(_("you have asked for it already"))
        told = mask_fields("people_glassaccess", {"reason": reason}, actor=actor)
        access = GlassAccess(record=series.record, asked_by=actor, asked_at=told_moment())
        access.sealed_reason = Opened(series.record).seal_at(told["reason"], access.place())
        access.save()
        access.refresh_from_db(fields=["reference", "version"])
        others = [one for one in holders(*_APPROVING) if one.pk != actor.pk]
        _tell(others, access, MessageKind.GLASS_ASKED)
    return access


def approve_opening(access: GlassAccess, *, actor: Any) -> GlassAccess:
    """One of two approvals; the second one opens it, for a day, and whoever takes part is told.
    Refused for whoever asked, for participants, and twice for one person."""
    with _deciding(access, "approve", actor) as row:
        at = told_moment()
        GlassApproval.objects.create(access=row, approved_by=actor, approved_at=at)
        if row.approvals.count() == 2:
            row.status = GLASS_WORKFLOW.check(row, "open", None).target
            row.opened_at, row.closes_at = at, at + OPEN_FOR
            row.save()
            _tell(_participants(row), row, MessageKind.GLASS_OPENED)
            _tell([row.asked_by], row, MessageKind.GLASS_OPENED)
    return _fresh(access)


def refuse_opening(access: GlassAccess, *, actor: Any) -> GlassAccess:
    """One refusal is enough."""
    with _deciding(access, "refuse", actor):
        pass
    return _fresh(access)


def withdraw_asking(access: GlassAccess, *, actor: Any) -> GlassAccess:
    """Whoever asked does not need it any more."""
    with _deciding(access, "withdraw", actor):
        pass
    return _fresh(access)


def end_access(access: GlassAccess, *, actor: Any) -> GlassAccess:
    """Whoever asked has seen enough, before the day is over."""
    with _deciding(access, "end", actor):
        pass
    return _fresh(access)


def run_out_accesses(at: datetime) -> int:
    """Mark as ended what is past its day; by then nothing is read by it. Returns how many."""
    done = 0
    for access in GlassAccess.objects.filter(status=GlassStatus.OPEN, closes_at__lte=at):
        with _deciding(access, "run_out", None):
            pass
        done += 1
    return done


def read_reason(access: GlassAccess, *, actor: Any) -> str:
    """Why somebody asked, for those who see the access; an event, as every reading."""
    with transaction.atomic():
        row = GlassAccess.objects.visible_to(actor).select_related("record").get(pk=access.pk)
        record_event("confidential.read_reason", actor=actor, key=str(row.reference))
        return Opened(row.record).read_at(bytes(row.sealed_reason), row.place())


def may_see_glass(user: Any, reference: str) -> bool:
    """Whether a person may see the access that a message is about; asked just before sending."""
    return GlassAccess.objects.visible_to(user).filter(reference=reference).exists()


@contextmanager
def _deciding(access: GlassAccess, action: str, actor: Any) -> Iterator[Any]:
    with refusals_of_the_database(), acting(actor=actor, action=f"glass_access.{action}"):
        row = hold(access, actor=actor)
        target = GLASS_WORKFLOW.check(row, action, actor).target
        if row.status != target:
            row.status = target
            row.save()
        yield row


def _fresh(access: GlassAccess) -> GlassAccess:
    access.refresh_from_db()
    return access


def _participants(access: GlassAccess) -> list[User]:
    parts = Participant.objects.filter(record=access.record_id)
    return list(User.objects.filter(pk__in=parts.values("user"), is_active=True))


def _tell(people: Any, access: GlassAccess, kind: MessageKind) -> None:
    """No word of whom or why: the page says it to those who may read it."""
    context = {"reference": access.reference, "path": f"/break-glass/{access.pk}/"}
    if access.closes_at is not None:
        context["until_at"] = access.closes_at.isoformat()
    notify(
        people,
        kind,
        reference=access.reference,
        context=context,
        key=f"{access.reference}:{kind}",
        is_urgent=kind == MessageKind.GLASS_OPENED,
    )
