"""Answering a conflict: somebody takes it upon themselves, and says why."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from changes.enums import ENDED, ConflictStatus
from changes.models import Change, Conflict
from changes.permissions import may_accept_conflicts, may_approve_changes
from changes.rules import is_in_hand, is_theirs_to_accept
from changes.services.conflicts import lock_conflicts
from changes.services.locking import locked
from core.errors import NotAllowed, Reason, Refused, ValidationError
from records.services import mask_fields

TABLE = "changes_conflict"


def accept_conflict(change: Change, *, actor: Any, conflict: int, acceptance: str) -> Conflict:
    """A conflict of a change holds nobody up any more, by its id, and because of what.

    Refused: what is not open; that nothing is named, and freezes, from which there are exceptions.
    NotAllowed: a blocking one to whoever has a part in either change.
    """
    with locked(change, "accept_conflict", actor=actor, note=acceptance) as row:
        if not acceptance.strip():
            raise ValidationError({"acceptance": _("Say why.")})
        if row.status in ENDED:
            raise Refused(_("what is closed or cancelled is no longer edited"))
        lock_conflicts()
        held = (
            Conflict.objects.of(row).select_for_update(no_key=True, of=("self",)).get(pk=conflict)
        )
        if held.status != ConflictStatus.OPEN:
            raise Refused(_("this conflict is not open"))
        if reason := reason_against_accepting(held, row, actor):
            raise NotAllowed(reason)
        told = mask_fields(TABLE, {"acceptance": acceptance}, actor=actor, reference=row.reference)
        held.status = ConflictStatus.ACCEPTED
        held.accepted_at, held.accepted_by = told_moment(), actor
        held.acceptance = told["acceptance"]
        held.save()
    return held


def reason_against_accepting(one: Conflict, change: Change, actor: Any) -> Reason | None:
    """Why this person does not accept this conflict, from the side of this change."""
    if not may_accept_conflicts(actor):
        return _("your role does not include this action")
    if not may_approve_changes(actor) and (reason := is_in_hand(change, actor)):
        return reason
    return is_theirs_to_accept(one, actor)
