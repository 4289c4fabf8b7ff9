"""Drafts rubrics, sets their criteria, puts them in force."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold, store
from people.models import Criterion, Rubric
from people.quality.enums import RubricStatus, Scale
from people.quality.rubric_workflow import RUBRIC_WORKFLOW, may_write_rubrics
from people.scope import scope_of
from records.services import mask_fields

TABLE = "people_rubric"
MOST_CRITERIA = 20
TEXTS = frozenset(["title_en", "title_es", "good_en", "good_es"])
_COPIED = (
    *("key", "title_en", "title_es", "scale", "anchors_en", "anchors_es"),
    *("weight", "is_critical", "applies_en", "applies_es"),
)


def draft_rubric(*, actor: Any, key: str, **texts: str) -> Rubric:
    """Draft the next version of a rubric, with the criteria of the one in force; the first begins
    without. Refused while another one of the key is being drafted."""
    if "people.add_rubric" not in scope_of(actor).permissions:
        raise NotAllowed(_("your role does not include this action"))
    with transaction.atomic(), acting(actor=actor, action="rubric.draft"):
        newest = Rubric.objects.filter(key=key).aggregate(most=Max("number"))["most"] or 0
        row = Rubric(key=key, number=newest + 1, drafted_by=actor)
        store(row, _masked(texts, actor), actor=actor, editable=TEXTS)
        before = Rubric.objects.active().filter(key=key).first()
        for facts in before.criteria.order_by("pk").values(*_COPIED) if before else ():
            Criterion.objects.create(rubric=row, **facts)
    return row


def edit_rubric(
    rubric: Rubric, *, actor: Any, version: int | None = None, **changes: Any
) -> Rubric:
    """Correct the texts of a draft."""
    with transaction.atomic(), acting(actor=actor, action="rubric.edit"):
        row = hold(rubric, actor=actor, version=version)
        if not may_write_rubrics(actor):
            raise NotAllowed(_("your role does not include this action"))
        if row.status != RubricStatus.DRAFT:
            raise Refused(_("a rubric in force stays as it is"))
        if changes.get("key") == row.key:  # said again, not changed
            del changes["key"]
        store(row, changes | _masked(changes, actor), actor=actor, editable=TEXTS)
    return row


def set_criterion(
    rubric: Rubric,
    *,
    actor: Any,
    title_en: str,
    title_es: str,
    scale: int,
    anchors_en: list[str],
    anchors_es: list[str],
    weight: int = 1,
    is_critical: bool = False,
    applies_en: str = "",
    applies_es: str = "",
    key: str = "",
) -> Rubric:
    """Add a criterion to a draft, or with the key of one that is there say it anew. `anchors_*`
    say what each rating of the scale means, the lowest first. ValidationError by field."""
    with _step(rubric, "set_criterion", actor=actor) as row:
        texts = {"title_en": title_en, "title_es": title_es}
        texts |= {"applies_en": applies_en, "applies_es": applies_es}
        facts: dict[str, Any] = _masked(texts, actor)
        facts["key"] = key or slugify(title_en)[:40]
        facts |= {"scale": scale, "weight": weight, "is_critical": is_critical}
        facts |= {"anchors_en": _lines(anchors_en, actor), "anchors_es": _lines(anchors_es, actor)}
        _check_anchors(facts)
        found = row.criteria.filter(key=facts["key"]).first()
        if found is not None and not key:
            raise ValidationError({"title_en": _("Another criterion has this title.")})
        if found is None and row.criteria.count() >= MOST_CRITERIA:
            raise Refused(_("these are too many criteria"))
        criterion = found or Criterion(rubric=row)
        for name, value in facts.items():
            setattr(criterion, name, value)
        criterion.full_clean(exclude=["rubric"])
        criterion.save()
    return row


def remove_criterion(rubric: Rubric, *, actor: Any, key: str) -> Rubric:
    """Take a criterion out of a draft."""
    with _step(rubric, "remove_criterion", actor=actor) as row:
        criterion = row.criteria.filter(key=key).first()
        if criterion is None:
            raise ValidationError({"key": _("It has no such criterion.")})
        criterion.delete()
    return row


def activate_rubric(rubric: Rubric, *, actor: Any, note: str = "") -> Rubric:
    """Put a draft in force; the version before is retired. Not by who drafted it. What was drawn
    before goes on by the version it was drawn with."""
    with _step(rubric, "activate", actor=actor, note=note) as row:
        same = Rubric.objects.active().filter(key=row.key)
        for before in same.select_for_update(no_key=True):
            before.status = RubricStatus.RETIRED
            before.save()
        row.status = RubricStatus.ACTIVE
        row.approved_by, row.approved_at = actor, told_moment()
        row.save()
    return row


def _check_anchors(facts: dict[str, Any]) -> None:
    if facts["scale"] not in Scale.values:
        raise ValidationError({"scale": _("Choose one of the scales.")})
    wanted = len(Scale(facts["scale"]).ratings)
    for name in ("anchors_en", "anchors_es"):
        if len(facts[name]) != wanted:
            told = _("This scale has %(wanted)d ratings: give one line for each.")
            raise ValidationError({name: told % {"wanted": wanted}})


def _lines(lines: list[str], actor: Any) -> list[str]:
    kept = [line.strip() for line in lines if line.strip()]
    told = mask_fields(TABLE, {str(n): line for n, line in enumerate(kept)}, actor=actor)
    return [told[str(n)] for n in range(len(kept))]


def _masked(texts: dict[str, Any], actor: Any) -> dict[str, str]:
    told = {name: text.strip() for name, text in texts.items() if isinstance(text, str)}
    return mask_fields(TABLE, told, actor=actor)


@contextmanager
def _step(rubric: Rubric, action: str, *, actor: Any, note: str = "") -> Iterator[Rubric]:
    told = mask_fields(TABLE, {"note": note}, actor=actor, reference=rubric.reference)
    name = f"rubric.{action}"
    with transaction.atomic(), acting(actor=actor, action=name, reason=told["note"][:500]):
        row = hold(rubric, actor=actor)
        RUBRIC_WORKFLOW.check(row, action, actor)
        yield row
        row.refresh_from_db()
