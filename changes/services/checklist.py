"""Confirming after a significant change that what PCI DSS requires is in place (6.5.2)."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from changes.checklist import CODES
from changes.enums import Confirmation
from changes.models import Change, ChecklistAnswer
from changes.services.locking import step
from core.errors import ValidationError
from records.services import mask_fields

TABLE = "changes_checklistanswer"


def confirm_requirements(
    change: Change, *, actor: Any, answers: Mapping[str, tuple[str, str]]
) -> Change:
    """Answer points of the checklist, each with answer and note; the others stay as they are.

    Refused: before the change is at work, where it is not significant. ValidationError for points
    and answers that do not exist, and for “no” and “not applicable” that say no reason.
    """
    with step(change, "confirm_requirements", actor=actor) as row:
        if unknown := sorted(set(answers) - set(CODES)):
            raise ValidationError({name: _("There is no such point.") for name in unknown})
        given = {row.point: row for row in row.checklist.all()}
        for code, (answer, note) in answers.items():
            if answer not in Confirmation.values:
                raise ValidationError({f"answer_{code}": _("There is no such answer.")})
            if answer != Confirmation.YES and not note.strip():
                raise ValidationError({f"note_{code}": _("Say why.")})
            before = given.get(code)
            if before and (before.answer, before.note) == (answer, note.strip()):
                continue
            told = mask_fields(TABLE, {"note": note.strip()}, actor=actor, reference=row.reference)
            held = before or ChecklistAnswer(change=row, point=code)
            held.answer, held.note = Confirmation(answer), told["note"]
            held.answered_at, held.answered_by = told_moment(), actor
            held.save()
    return row
