"""Exceptions that two people answer for, and words given by telephone."""

from datetime import datetime, timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from changes.enums import ENDED, ChangeType, ControlKind
from changes.models import BoardSeat, Change, SegregationException, VerbalApproval
from changes.parts import involved_people
from changes.permissions import may_approve_changes
from changes.services.control import record_exception
from changes.services.locking import TABLE, locked, work
from core.errors import NotAllowed, Refused, ValidationError
from people.models import Person
from records.services import mask_fields
from sla.services import check_moment

LONGEST_EXCEPTION = timedelta(days=30)


def ask_for_exception(
    change: Change, *, actor: Any, person: Person, reason: str, expires_at: datetime
) -> SegregationException:
    """Ask that somebody may approve what they have a part in, because there is nobody else.

    Refused: without a reason, without an end within thirty days, for who has no part in it.
    """
    with work(change, "ask_for_exception", actor=actor) as row:
        if not reason.strip():
            raise ValidationError({"reason": _("Say why.")})
        if not told_moment() < expires_at <= told_moment() + LONGEST_EXCEPTION:
            raise ValidationError({"expires_at": _("It must end within thirty days.")})
        if not involved_people(row).filter(pk=person.pk).exists():
            raise ValidationError({"person": _("This person has no part in the change.")})
        if row.segregation_exceptions.filter(person=person).exists():
            raise Refused(_("this was asked for already"))
        texts = mask_fields(TABLE, {"reason": reason}, actor=actor, reference=row.reference)
        return SegregationException.objects.create(
            change=row,
            person=person,
            reason=texts["reason"],
            asked_at=told_moment(),
            asked_by=actor,
            expires_at=expires_at,
        )


def approve_exception(exception: SegregationException, *, actor: Any) -> SegregationException:
    """A second person agrees: not who asked, not who profits, nobody with a part in the change."""
    with locked(exception.change, "approve_exception", actor=actor) as row:
        if not may_approve_changes(actor):
            raise NotAllowed(_("your role does not include this action"))
        held = row.segregation_exceptions.get(pk=exception.pk)
        if held.approved_at is not None:
            raise Refused(_("it was approved already"))
        if actor.person_id == held.person_id or actor.person_id == held.asked_by.person_id:
            raise Refused(_("a second person must agree"))
        if involved_people(row).filter(pk=actor.person_id).exists():
            raise Refused(_("nobody approves what they have a part in; recuse yourself"))
        held.approved_at, held.approved_by = told_moment(), actor
        held.save()
        record_exception(
            ControlKind.SEGREGATION, row, by=held.asked_by, cause=held.reason, segregation=held
        )
    return held


def record_verbal_approval(
    change: Change, *, actor: Any, person: Person, given_at: datetime, how: str
) -> VerbalApproval:
    """A member of the ECAB said by word of mouth that an emergency may start.

    Refused: for other changes, for who sits on no board for emergencies, for who has a part in it,
    twice for the same person, moments in the future.
    """
    check_moment(given_at)
    with work(change, "record_verbal_approval", actor=actor) as row:
        if row.type != ChangeType.EMERGENCY:
            raise Refused(_("only an emergency starts before it is approved"))
        if row.status in ENDED or row.actual_start_at is not None:
            raise Refused(_("it has started already"))
        if not how.strip():
            raise ValidationError({"how": _("Say how.")})
        seats = BoardSeat.objects.filter(board__is_emergency=True, user__person=person)
        if not seats.filter(ends_on__isnull=True).exists():
            raise ValidationError({"person": _("This person sits on no board for emergencies.")})
        if involved_people(row).filter(pk=person.pk).exists():
            raise ValidationError({"person": _("This person has a part in the change.")})
        if row.verbal_approvals.filter(person=person).exists():
            raise Refused(_("this person's word is recorded already"))
        texts = mask_fields(TABLE, {"how": how}, actor=actor, reference=row.reference)
        return VerbalApproval.objects.create(
            change=row, person=person, given_at=given_at, how=texts["how"], recorded_by=actor
        )
