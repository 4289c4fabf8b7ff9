"""Checklists on the page of an incident or a request: what was done, what is left."""

from collections.abc import Iterator
from typing import Any

from django.utils.html import format_html
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from core.admin import Panel
from core.showing import badge, moment
from incidents.enums import StepResult
from incidents.models import Diagnosis, DiagnosisStep
from incidents.services.diagnosing import guides_for
from incidents.together import shown_in_row

TONES = {StepResult.GOOD: "green", StepResult.BAD: "red"}


def diagnosis_panel(record: Any, button: Any) -> Panel:
    """The tab: a table for each checklist that was begun, and those one may begin."""
    begun = list(
        Diagnosis.objects.filter(life=record.life_id)
        .select_related("guide_version__guide", "begun_by")
        .prefetch_related("done__done_by")
    )
    sections = [_section(row, button) for row in begun]
    here = {row.guide_version.guide_id for row in begun}
    left = [guide for guide in guides_for(record).order_by("key") if guide.pk not in here]
    offered = [
        button("begin_diagnosis", str(guide), f"{_('Begin')}: {guide}", checklist=guide.key)
        for guide in left
        if record.is_open
    ]
    if left or not begun:
        sections.append(
            {
                "title": _("Checklists one may begin"),
                "columns": [],
                "rows": [],
                "nothing": _("None of these was begun here.")
                if left
                else _("There is none for this kind of record and service."),
                "buttons": [one for one in offered if one is not None],
            }
        )
    content = {"sections": sections}
    return Panel("diagnosis", _("Diagnosis"), "incidents/together.html", content, len(begun))


def _section(diagnosis: Diagnosis, button: Any) -> dict[str, Any]:
    version = diagnosis.guide_version
    done = {row.step: row for row in diagnosis.done.all()}
    told = {"done": len(done), "all": len(version.steps_en), "version": version.number}
    told |= {"who": diagnosis.begun_by}
    note = _("%(done)s of %(all)s steps done. Version %(version)s, begun by %(who)s.") % told
    return {
        "title": str(version.guide),
        "note": note,
        "columns": [_("Step"), _("What to do"), _("Result"), _("Note"), _("Done"), _("Action")],
        "rows": list(_rows(diagnosis, done, button)),
        "nothing": "",
        "buttons": [],
    }


def _rows(
    diagnosis: Diagnosis, done: dict[int, DiagnosisStep], button: Any
) -> Iterator[tuple[Any, ...]]:
    for number, text in enumerate(diagnosis.guide_version.steps, start=1):
        row = done.get(number)
        label = pgettext("step", "Correct") if row else _("Note the result")
        spoken = f"{label}: {number}. {text}"
        tick = button("tick_step", label, spoken, diagnosis=diagnosis.pk, step=number)
        yield (
            number,
            text,
            row and badge(row.get_result_display(), TONES.get(StepResult(row.result), "")),
            row and row.note,
            row and format_html("{} {}", row.done_by, moment(row.done_at)),
            shown_in_row(tick),
        )
