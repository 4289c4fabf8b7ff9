"""Drafts models of scorecards, sets their figures, puts them in force."""

from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Max
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold, store
from records.services import mask_fields
from vendors.models import ScoreKpi, ScoreModel
from vendors.opex.permissions import may
from vendors.scorecards.enums import KpiSource, ModelStatus, Unit
from vendors.scorecards.sources import KPIS, kpi_of
from vendors.scorecards.workflow import SCORE_MODEL_WORKFLOW

TABLE = "vendors_scoremodel"
MOST_KPIS = 30
_COPIED = ("key", "title", "source", "unit", "weight", "floor", "target")


def draft_score_model(*, actor: Any, title: str) -> ScoreModel:
    """Draft the next version, with the figures of the one in force; the first has every figure that
    can be worked out, all of one weight. Refused while another one is being drafted."""
    if not may(actor, "add_scoremodel"):
        raise NotAllowed(_("your role does not include this action"))
    with transaction.atomic(), acting(actor=actor, action="score_model.draft"):
        number = (ScoreModel.objects.aggregate(most=Max("number"))["most"] or 0) + 1
        model = ScoreModel(number=number, drafted_by=actor)
        told = mask_fields(TABLE, {"title": title.strip()}, actor=actor)
        store(model, told, actor=actor, editable=frozenset(["title"]))
        active = ScoreModel.objects.active().first()
        for facts in active.kpis.values(*_COPIED) if active else _every_kpi():
            ScoreKpi.objects.create(model=model, **facts)
    return model


def edit_score_model(
    model: ScoreModel, *, actor: Any, version: int | None = None, **changes: Any
) -> ScoreModel:
    """Correct the title of a draft."""
    with transaction.atomic(), acting(actor=actor, action="score_model.edit"):
        row = hold(model, actor=actor, version=version)
        if not may(actor, "change_scoremodel"):
            raise NotAllowed(_("your role does not include this action"))
        if row.status != ModelStatus.DRAFT:
            raise Refused(_("a model in force stays as it is"))
        if "title" in changes:
            told = {"title": changes["title"].strip()}
            changes |= mask_fields(TABLE, told, actor=actor, reference=row.reference)
        store(row, changes, actor=actor, editable=frozenset(["title"]))
    return row


def set_kpi(
    model: ScoreModel,
    *,
    actor: Any,
    weight: Decimal,
    floor: Decimal,
    target: Decimal,
    key: str = "",
    source: str = KpiSource.COMPUTED,
    title: str = "",
    unit: str = "",
) -> ScoreModel:
    """Add a figure to a draft, or say anew how it counts. What is worked out is named by its key;
    what people mark or enter by its title. ValidationError by field."""
    with _step(model, "set_kpi", actor=actor) as row:
        facts = _named(key, source, title, unit, actor)
        kpi = row.kpis.filter(key=facts["key"]).first() or ScoreKpi(model=row)
        for name, value in {**facts, "weight": weight, "floor": floor, "target": target}.items():
            setattr(kpi, name, value)
        if kpi.pk is None and row.kpis.count() >= MOST_KPIS:
            raise Refused(_("these are too many figures"))
        kpi.full_clean(exclude=["model"])
        kpi.save()
    return row


def remove_kpi(model: ScoreModel, *, actor: Any, key: str) -> ScoreModel:
    """Take a figure out of a draft."""
    with _step(model, "remove_kpi", actor=actor) as row:
        kpi = row.kpis.filter(key=key).first()
        if kpi is None:
            raise ValidationError({"key": _("It has no such figure.")})
        kpi.delete()
    return row


def activate_score_model(model: ScoreModel, *, actor: Any, note: str = "") -> ScoreModel:
    """Put a draft in force; the version before is retired. Not by who drafted it. Scorecards that
    are there keep the model that they were opened with."""
    with _step(model, "activate", actor=actor, note=note) as row:
        for before in ScoreModel.objects.active().select_for_update(no_key=True):
            before.status = ModelStatus.RETIRED
            before.save()
        row.status = ModelStatus.ACTIVE
        row.approved_by, row.approved_at = actor, told_moment()
        row.save()
    return row


def _named(key: str, source: str, title: str, unit: str, actor: Any) -> dict[str, Any]:
    if source == KpiSource.COMPUTED:
        known = kpi_of(key)
        if known is None:
            raise ValidationError({"key": _("Choose a figure that can be worked out.")})
        name, counted = title.strip() or str(known.title), known.unit
    elif not title.strip():
        raise ValidationError({"title": _("Say what is entered.")})
    else:
        name, counted = title.strip(), Unit.MARK if source == KpiSource.SURVEY else Unit(unit)
        key = key or slugify(name)[:40] or "figure"
        if kpi_of(key) is not None:
            raise ValidationError({"title": _("A figure that is worked out has this name.")})
    told = mask_fields(TABLE, {"title": name}, actor=actor)
    return {"key": key, "source": KpiSource(source), "unit": counted, **told}


def _every_kpi() -> Iterator[dict[str, Any]]:
    for key, one in KPIS:
        yield {
            "key": key,
            "title": str(one.title)[:120],
            "source": KpiSource.COMPUTED,
            "unit": one.unit,
            "weight": Decimal(10),
            "floor": one.floor,
            "target": one.target,
        }


@contextmanager
def _step(model: ScoreModel, action: str, *, actor: Any, note: str = "") -> Iterator[ScoreModel]:
    told = mask_fields(TABLE, {"note": note}, actor=actor, reference=model.reference)
    name = f"score_model.{action}"
    with transaction.atomic(), acting(actor=actor, action=name, reason=told["note"][:500]):
        row = hold(model, actor=actor)
        SCORE_MODEL_WORKFLOW.check(row, action, actor)
        yield row
        row.refresh_from_db()
