"""Letting one change into one freeze: asked for, agreed to by two people, reviewed afterwards."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from changes.enums import AT_WORK, ENDED, FreezeMode
from changes.models import Change, FreezeException, FreezeWindow
from changes.parts import involved_people
from changes.permissions import may_approve_changes
from changes.services.conflicts import refresh_conflicts
from changes.services.locking import locked, work
from core.errors import NotAllowed, Refused, ValidationError
from records.services import mask_fields

TABLE = "changes_freezeexception"


def ask_for_freeze_exception(
    change: Change,
    *,
    actor: Any,
    window: FreezeWindow,
    justification: str,
    compensating_controls: str,
) -> FreezeException:
    """Ask that a change may enter a freeze. Refused: without saying why and guarded by what, for
    freezes that only warn, what has begun, and twice."""
    with work(change, "ask_for_freeze_exception", actor=actor) as row:
        texts = {"justification": justification, "compensating_controls": compensating_controls}
        if missing := [name for name, text in texts.items() if not text.strip()]:
            raise ValidationError({name: _("Say why and how it is guarded.") for name in missing})
        if window.mode == FreezeMode.WARN:
            raise ValidationError({"window": _("This freeze only warns.")})
        if row.status in (*AT_WORK, *ENDED):
            raise Refused(_("it has started already"))
        if row.freeze_exceptions.filter(window=window).exists():
            raise Refused(_("this was asked for already"))
        told = mask_fields(TABLE, texts, actor=actor, reference=row.reference)
        return FreezeException.objects.create(
            change=row, window=window, asked_at=told_moment(), asked_by=actor, **told
        )


def approve_freeze_exception(exception: FreezeException, *, actor: Any) -> FreezeException:
    """The first or the second of two people agrees: different ones, neither of them whoever asked,
    nobody with a part in the change. By person, so that a second account is nobody else."""
    with locked(exception.change, "approve_freeze_exception", actor=actor) as row:
        if not may_approve_changes(actor):
            raise NotAllowed(_("your role does not include this action"))
        held = row.freeze_exceptions.select_related("asked_by", "approved_by").get(pk=exception.pk)
        if held.second_approved_at is not None:
            raise Refused(_("it was approved already"))
        first = held.approved_by and held.approved_by.person_id
        if actor.person_id in (held.asked_by.person_id, first):
            raise Refused(_("another person must agree"))
        if involved_people(row).filter(pk=actor.person_id).exists():
            raise Refused(_("nobody approves what they have a part in; recuse yourself"))
        if held.approved_at is None:
            held.approved_at, held.approved_by = told_moment(), actor
        else:
            held.second_approved_at, held.second_approved_by = told_moment(), actor
        held.save()
        if held.second_approved_at is not None:
            refresh_conflicts(row)
    return held


def review_freeze_exception(
    exception: FreezeException, *, actor: Any, note: str
) -> FreezeException:
    """What became of it, told once the change has been worked."""
    with work(exception.change, "review_freeze_exception", actor=actor) as row:
        if row.status not in (*AT_WORK, *ENDED):
            raise Refused(_("it has not started yet"))
        if not note.strip():
            raise ValidationError({"note": _("Say what the review found.")})
        held = row.freeze_exceptions.get(pk=exception.pk)
        told = mask_fields(TABLE, {"review_note": note}, actor=actor, reference=row.reference)
        held.review_note = told["review_note"]
        held.save()
    return held
