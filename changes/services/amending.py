"""Amending what people were asked to approve: a new version, and every vote on the old one void."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from changes.audience import tell_voters_of_amendment
from changes.content import MATERIAL, differences
from changes.enums import Status
from changes.models import Change
from changes.services.approval import open_round, settle_standard, void_round
from changes.services.content import write
from changes.services.locking import save, step
from changes.services.raising import EDITABLE, check_window
from core.errors import Stale, ValidationError


def amend_change(
    change: Change, *, actor: Any, note: str, version: int | None = None, **given: Any
) -> Change:
    """Alter material fields of a frozen change, saying why.

    The votes on the version before are void, who cast them is told what differs, and what was
    awaiting approval, approved or scheduled asks again from the first step. What was rejected or
    has expired goes back to be assessed. Refused: whoever was asked to approve it, an amendment
    that changes nothing.
    """
    if unknown := sorted(set(given) - (EDITABLE & MATERIAL)):
        raise ValidationError({name: _("This cannot be edited.") for name in unknown})
    if not note.strip():
        raise ValidationError({"note": _("Say why.")})
    with step(change, "amend", actor=actor, note=note) as row:
        if version is not None and row.version != version:
            raise Stale(_("somebody else changed this change meanwhile"))
        before = void_round(row)
        row.version_hash = ""
        save(row, actor)
        write(row, given, actor=actor)
        check_window(row)
        row.full_clean(exclude=["life", "reference", "search"])
        if row.status == Status.AWAITING_APPROVAL:
            asked = open_round(row, actor=actor)
            if before is not None:
                altered = differences(before.content, asked.content.content)
                if not altered:
                    raise ValidationError({"note": _("Nothing was altered.")})
                tell_voters_of_amendment(row, before, fields=sorted(altered))
    return settle_standard(row)
