"""The tab with the checklist of a significant change, and what its timeline tells of it."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from changes.checklist import POINTS, unsettled
from changes.enums import Confirmation
from changes.models import Change, ChecklistAnswer
from changes.task_page import ButtonFor
from core.admin import Panel
from core.errors import Reason
from core.record.entries import Window
from core.record.words import Told
from core.showing import badge, exact

_TONES = {Confirmation.YES: "green", Confirmation.NO: "red"}
_QUESTIONS = {point.code: point.question for point in POINTS}


def checklist_panels(change: Change, button: ButtonFor) -> list[Panel]:
    """Every point with its answer, who gave it and when; no tab where the change is none such."""
    if not change.is_significant:
        return []
    answers = {
        said.point: said for said in change.checklist.select_related("answered_by__person").all()
    }
    open_ = unsettled((said.point, said.answer) for said in answers.values())
    told = {"done": len(POINTS) - len(open_), "all": len(POINTS)}
    confirm = button("confirm_requirements", _("Confirm requirements"))
    content = {
        "columns": ["PCI DSS", _("Question"), _("Answer"), _("Note"), _("Answered by"), _("When")],
        "rows": [
            (point.requirement, point.question, *_said(answers.get(point.code))) for point in POINTS
        ],
        "note": _("%(done)s of %(all)s points are settled.") % told,
        "buttons": [confirm] if confirm else [],
    }
    return [
        Panel("checklist", _("PCI DSS 6.5.2"), "portal/table.html", content, len(open_) or None)
    ]


def _said(said: ChecklistAnswer | None) -> tuple[Any, ...]:
    if said is None:
        return (None,) * 4
    tone = _TONES.get(Confirmation(said.answer), "")
    by = said.answered_by and said.answered_by.get_full_name()
    return badge(said.get_answer_display(), tone), said.note, by, exact(said.answered_at)


def checklist_rows(window: Window) -> Any:
    """What was answered, and answered otherwise."""
    return ChecklistAnswer.history.filter(change_id=window.record.pk)


def tell_answer(row: Any) -> tuple[Reason, Told]:
    question = _QUESTIONS.get(row.point, row.point)
    answer = row.get_answer_display()
    said = f"{answer} ({row.note})" if row.note else answer
    return _("Requirement confirmed"), Told("checklist", _("%(field)s %(new)s"), question, new=said)
