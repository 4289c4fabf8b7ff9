"""Checklists for diagnosis: their keeping, and their steps as they are done on a record."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from assets.models import Service
from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold, store
from incidents.enums import GuideFor, StepResult
from incidents.models import Diagnosis, DiagnosisStep, Guide, GuideVersion, Request
from incidents.services.whichever import work_on
from people.scope import scope_of
from records.services import mask_fields

EDITABLE = frozenset(["key", "title_en", "title_es", "for_kind", "service", "is_offered"])
MOST_STEPS = 40


@transaction.atomic
def add_guide(
    *,
    actor: Any,
    key: str,
    title_en: str,
    title_es: str,
    for_kind: str,
    steps_en: Sequence[str],
    steps_es: Sequence[str],
    service: Service | None = None,
    is_offered: bool = True,
) -> Guide:
    """A checklist with its first version. Refused: steps that are not in both languages."""
    with acting(actor=actor, action="guide.add"):
        _check_right(actor, "incidents.add_guide")
        guide = Guide()
        facts: dict[str, Any] = {
            "key": key,
            "title_en": title_en,
            "title_es": title_es,
            "for_kind": for_kind,
        }
        facts |= {"service": service, "is_offered": is_offered}
        store(guide, facts, actor=actor, editable=EDITABLE)
        _new_version(guide, steps_en, steps_es, 1, actor)
    return guide


@transaction.atomic
def edit_guide(guide: Guide, *, actor: Any, version: int | None = None, **changes: Any) -> Guide:
    """Correct a checklist. Other steps are a new version: what was begun keeps the one it has."""
    with acting(actor=actor, action="guide.edit"):
        _check_right(actor, "incidents.change_guide")
        row = hold(guide, actor=actor, version=version)
        steps = {name: changes.pop(name) for name in ("steps_en", "steps_es") if name in changes}
        newest = newest_version(row)
        english = list(steps.get("steps_en", newest.steps_en))
        spanish = list(steps.get("steps_es", newest.steps_es))
        if (english, spanish) != (newest.steps_en, newest.steps_es):
            _new_version(row, english, spanish, newest.number + 1, actor)
            row.version += 1  # the steps hang on this row: whoever edits them must know
        store(row, changes, actor=actor, editable=EDITABLE)
    return row


def begin_diagnosis(record: Any, *, actor: Any, checklist: Guide) -> Any:
    """Begin a checklist on an open record, in the version that holds now.

    Refused: checklists for other records, and what was begun here already.
    """
    with work_on(record, "begin_diagnosis", actor=actor) as row:
        if not row.is_open:
            raise Refused(_("what is over is no longer diagnosed"))
        if not guides_for(row).filter(pk=checklist.pk).exists():
            raise ValidationError({"checklist": _("This checklist is not for this record.")})
        begun = Diagnosis.objects.filter(life=row.life_id, guide_version__guide=checklist)
        if begun.exists():
            raise Refused(_("this checklist was begun already"))
        Diagnosis.objects.create(
            life_id=row.life_id,
            guide_version=newest_version(checklist),
            begun_at=told_moment(),
            begun_by=actor,
        )
    return row


def tick_step(
    record: Any, *, actor: Any, diagnosis: int, step: int, result: str, note: str = ""
) -> Any:
    """Say what came out of a step; saying it again corrects it, and the history keeps both.

    Refused: steps that the version does not have, and findings without a word on what was found.
    """
    with work_on(record, "tick_step", actor=actor) as row:
        found = Diagnosis.objects.filter(life=row.life_id, pk=diagnosis)
        begun = found.select_related("guide_version").first()
        if begun is None:
            raise ValidationError({"diagnosis": _("This checklist was not begun here.")})
        if not 1 <= step <= len(begun.guide_version.steps_en):
            raise ValidationError({"step": _("The checklist has no such step.")})
        if result not in StepResult.values:
            raise ValidationError({"result": _("Choose what came out of it.")})
        if result == StepResult.BAD and not note.strip():
            raise ValidationError({"note": _("Say what you found.")})
        table = "incidents_diagnosisstep"
        masked = mask_fields(table, {"note": note}, actor=actor, reference=row.reference)
        DiagnosisStep.objects.update_or_create(
            diagnosis=begun,
            step=step,
            defaults={
                "result": result,
                "note": masked["note"],
                "done_at": told_moment(),
                "done_by": actor,
            },
        )
    return row


def guides_for(record: Any) -> Any:
    """The checklists that can be begun on a record, by its kind and service."""
    kind = record.kind if isinstance(record, Request) else GuideFor.INCIDENT
    return Guide.objects.offered_for(kind, record.service_id)


def newest_version(guide: Guide) -> GuideVersion:
    return guide.versions.latest("number")


def _new_version(
    guide: Guide, english: Sequence[str], spanish: Sequence[str], number: int, actor: Any
) -> None:
    steps = {"steps_en": list(english), "steps_es": list(spanish)}
    for name, said in steps.items():
        if not said or not all(step.strip() for step in said):
            raise ValidationError({name: _("Write one step in each line.")})
        if len(said) > MOST_STEPS or max(map(len, said)) > 300:
            raise ValidationError({name: _("At most 40 steps of 300 characters.")})
    if len(english) != len(spanish):
        raise ValidationError({"steps_es": _("Write as many steps as in English.")})
    GuideVersion.objects.create(
        guide=guide, number=number, made_at=told_moment(), made_by=actor, **steps
    )


def _check_right(actor: Any, permission: str) -> None:
    if permission not in scope_of(actor).permissions:
        raise NotAllowed(_("your role does not include this action"))
