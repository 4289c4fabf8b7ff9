"""Conditions: what a member of a board wants done before an approved change starts."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from changes.enums import MeetingStatus, Status
from changes.meeting_querysets import seats_of
from changes.models import Absence, ApprovalStep, Change, Condition, Meeting
from changes.permissions import may_approve_changes
from changes.services.locking import TABLE, locked
from core.errors import NotAllowed, Refused, ValidationError
from records.services import mask_fields

BEFORE_START = (Status.AWAITING_APPROVAL, Status.APPROVED, Status.SCHEDULED)


def may_set_condition(change: Change, user: Any) -> bool:
    """Whoever is asked to approve the version that is current, by their own seat or for somebody
    who is away, and members of a board that is."""
    if not change.version_hash or not may_approve_changes(user):
        return False
    at = told_moment()
    away = Absence.objects.in_force(at).filter(substitute=user.pk).values("user")
    asked = ApprovalStep.objects.filter(round__content__sha256=change.version_hash)
    seat = Q(electors__person=user.person_id) | Q(electors__user__in=away)
    return bool(asked.filter(seat | Q(board__in=seats_of(user, at).values("board"))).exists())


def set_condition(change: Change, *, actor: Any, text: str, owner: Any) -> Condition:
    """The change does not start before its owner says that this is done. A condition that is set
    while a meeting talks about the change is the meeting's.

    Refused: to whoever is not asked to approve it, once it has started, and where its owner could
    not see the change.
    """
    with locked(change, "set_condition", actor=actor) as row:
        if not may_set_condition(row, actor):
            raise NotAllowed(_("only those who are asked to approve it set conditions"))
        if row.status not in BEFORE_START:
            raise Refused(_("it is not about to be started"))
        if not owner.is_active or not Change.objects.visible_to(owner).filter(pk=row.pk).exists():
            raise ValidationError({"owner": _("This person does not see the change.")})
        told = mask_fields(TABLE, {"text": text}, actor=actor, reference=row.reference)
        if not told["text"].strip():
            raise ValidationError({"text": _("Say what must be done.")})
        meeting = Meeting.objects.filter(status=MeetingStatus.IN_SESSION, items__change=row).first()
        return Condition.objects.create(
            change=row,
            meeting=meeting,
            text=told["text"].strip(),
            owner=owner,
            set_by=actor,
            set_at=told_moment(),
        )


def clear_condition(condition: Condition, *, actor: Any, note: str) -> Condition:
    """It is done, and how. Refused to everybody but the person who was named, and twice."""
    with locked(condition.change, "clear_condition", actor=actor):
        row = Condition.objects.select_for_update(of=("self",)).get(pk=condition.pk)
        if actor is None or row.owner_id != actor.pk:
            raise NotAllowed(_("only the person who was named clears it"))
        if row.cleared_at is not None:
            raise Refused(_("it is cleared already"))
        told = mask_fields(TABLE, {"note": note}, actor=actor, reference=row.change.reference)
        if not told["note"].strip():
            raise ValidationError({"note": _("Say how it was done.")})
        row.cleared_at, row.cleared_by = told_moment(), actor
        row.cleared_note = told["note"].strip()
        row.save()
    return row
