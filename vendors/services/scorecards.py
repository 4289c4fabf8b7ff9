"""Opens scorecards, measures vendors, takes marks and figures, and locks what was said."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Avg, Count
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, ValidationError
from core.writing import hold
from records.services import mask_fields
from vendors.models import Scorecard, ScoreKpi, ScoreLine, ScoreMark, ScoreModel, Vendor
from vendors.opex.permissions import reaches
from vendors.querysets import WATCHED
from vendors.scorecards.content import digest_of
from vendors.scorecards.enums import CardStatus, KpiSource, PeriodKind
from vendors.scorecards.periods import Period, period_of
from vendors.scorecards.scoring import Weighed, score_of
from vendors.scorecards.sources import Measure, kpi_of
from vendors.scorecards.workflow import SCORECARD_WORKFLOW

TABLE = "vendors_scorecard"
_EXACT = Decimal("0.0001")
type Measures = Mapping[str, Mapping[int, Measure]]  # by key and vendor


def keep_scorecards(at: datetime) -> int:
    """Measure the month and the quarter that run, and those before while they are open; returns how
    many scorecards were measured. Again on the same day it finds the same."""
    done = 0
    for kind in PeriodKind:
        running = period_of(timezone.localdate(at), kind)
        done += measure_period(running.previous, at) + measure_period(running, at)
    return done


def measure_period(period: Period, at: datetime) -> int:
    """Open the scorecards of a period that lack and measure those that are open. Each vendor by
    itself, so that one cannot hold up the others. Nothing without a model in force."""
    active = ScoreModel.objects.active().first()
    if active is None:
        return 0
    watched = Vendor.objects.filter(status__in=WATCHED).order_by("pk").values_list("pk", flat=True)
    there = dict(Scorecard.objects.of(period).values_list("vendor", "status"))
    ids = [pk for pk in watched if there.get(pk, CardStatus.OPEN) == CardStatus.OPEN]
    models = {active.pk, *Scorecard.objects.of(period).open().values_list("model", flat=True)}
    measures = _measured(_computed_keys(models), ids, period, at)
    for vendor_id in ids:
        with transaction.atomic(), acting(action="scorecard.measure"):
            card = _open_card(vendor_id, period, active, at)
            if card.status == CardStatus.OPEN:
                _write_measures(card, measures, at)
    return len(ids)


def measure_scorecard(card: Scorecard, *, actor: Any) -> Scorecard:
    """Work out the figures of one scorecard anew."""
    with _step(card, "measure", actor=actor) as row:
        at = told_moment()
        period = Period(row.period, row.starts_on)
        measures = _measured(_computed_keys([row.model_id]), [row.vendor_id], period, at)
        _write_measures(row, measures, at)
    return row


def give_mark(card: Scorecard, *, actor: Any, kpi: str, mark: int, comment: str = "") -> Scorecard:
    """What one person thinks, 1 to 5, for a figure that people are asked for; again it says it
    anew. The figure is the mean of all marks."""
    with _step(card, "mark", actor=actor, permission="mark_scorecard") as row:
        asked = _kpi(row, kpi, KpiSource.SURVEY)
        told = mask_fields(TABLE, {"comment": comment}, actor=actor, reference=row.reference)
        one = row.marks.filter(kpi=asked, given_by=actor).first() or ScoreMark(
            scorecard=row, kpi=asked, given_by=actor
        )
        one.mark, one.comment = mark, told["comment"].strip()
        one.full_clean(exclude=["scorecard", "kpi", "given_by"])
        one.save()
        all_marks = row.marks.filter(kpi=asked).aggregate(mean=Avg("mark"), n=Count("pk"))
        _write_line(row, asked, Measure(Decimal(all_marks["mean"]), all_marks["n"]))
        _score(row)
    return row


def give_figure(
    card: Scorecard, *, actor: Any, kpi: str, value: Decimal, evidence: str
) -> Scorecard:
    """Enter a figure that nothing here works out, with how it is known."""
    if not evidence.strip():
        raise ValidationError({"evidence": _("Say how you know.")})
    with _step(card, "figure", actor=actor) as row:
        asked = _kpi(row, kpi, KpiSource.MANUAL)
        told = mask_fields(TABLE, {"evidence": evidence}, actor=actor, reference=row.reference)
        _write_line(row, asked, Measure(value), told["evidence"].strip(), actor)
        _score(row)
    return row


def quote_vendor(card: Scorecard, *, actor: Any, comment: str) -> Scorecard:
    """Write down what the vendor says to its figures."""
    with _step(card, "quote", actor=actor) as row:
        told = mask_fields(TABLE, {"comment": comment}, actor=actor, reference=row.reference)
        row.comment = told["comment"].strip()
        row.full_clean(exclude=["reference", "vendor", "model"])
        row.save()
    return row


def lock_scorecard(card: Scorecard, *, actor: Any, note: str = "") -> Scorecard:
    """From now on it says the same; its digest shows whether it does. Refused before its period has
    ended and while nothing is known."""
    with _step(card, "lock", actor=actor, note=note) as row:
        row.digest = digest_of(row)
        row.status = CardStatus.LOCKED
        row.locked_by, row.locked_at = actor, told_moment()
        row.save()
    return row


def _open_card(vendor_id: int, period: Period, active: ScoreModel, at: datetime) -> Scorecard:
    facts = {"vendor_id": vendor_id, "period": period.kind, "starts_on": period.first}
    Scorecard.objects.bulk_create(
        [Scorecard(model=active, measured_at=at, **facts)], ignore_conflicts=True
    )
    return Scorecard.objects.select_for_update(of=("self",), no_key=True).get(**facts)


def _computed_keys(models: Collection[int]) -> list[str]:
    kpis = ScoreKpi.objects.filter(model__in=models, source=KpiSource.COMPUTED)
    return sorted(set(kpis.values_list("key", flat=True)))


def _measured(keys: Iterable[str], ids: list[int], period: Period, at: datetime) -> Measures:
    found: Measures = {}
    if ids and period.begins_at < at:
        sources = ((key, kpi_of(key)) for key in keys)
        found = {key: one.measure(ids, period, at) for key, one in sources if one is not None}
    return defaultdict(dict, found)


def _write_measures(card: Scorecard, measures: Measures, at: datetime) -> None:
    """The figures that are worked out; those of people only get their place."""
    there = {line.kpi_id: line for line in card.lines.all()}
    new = []
    for kpi in card.model.kpis.order_by("pk"):
        line = there.get(kpi.pk) or ScoreLine(scorecard=card, kpi=kpi)
        before = _said(line)
        if kpi.source == KpiSource.COMPUTED:
            _tell(line, kpi, measures[kpi.key].get(card.vendor_id))
        if line.pk is None:
            new.append(line)
        elif _said(line) != before:
            line.save()
    ScoreLine.objects.bulk_create(new)
    card.measured_at = at
    _score(card)


def _write_line(
    card: Scorecard, kpi: ScoreKpi, measure: Measure, evidence: str = "", actor: Any = None
) -> None:
    """A figure that a person told."""
    line = card.lines.filter(kpi=kpi).first() or ScoreLine(scorecard=card, kpi=kpi)
    _tell(line, kpi, measure)
    line.evidence, line.entered_by = evidence, actor
    line.full_clean(exclude=["scorecard", "kpi", "n", "rows", "entered_by"])
    line.save()


def _tell(line: ScoreLine, kpi: ScoreKpi, measure: Measure | None) -> None:
    line.value = None if measure is None else measure.value.quantize(_EXACT)
    line.n = None if measure is None else measure.n
    line.rows = list(measure.rows) if measure else []
    line.worth = _weighed(kpi, line).normalised


def _said(line: ScoreLine) -> tuple[Any, ...]:
    return (line.value, line.n, line.worth, line.rows)


def _score(card: Scorecard) -> None:
    lines = card.lines.select_related("kpi").order_by("kpi")
    found = score_of(_weighed(line.kpi, line) for line in lines)
    card.score, card.confidence = found.value, found.confidence
    card.save()


def _weighed(kpi: ScoreKpi, line: ScoreLine) -> Weighed:
    return Weighed(kpi.weight, kpi.floor, kpi.target, line.value, line.n)


def _kpi(card: Scorecard, key: str, source: str) -> ScoreKpi:
    found = card.model.kpis.filter(key=key, source=source).first()
    if found is None:
        raise ValidationError({"kpi": _("It has no such figure.")})
    return found


@contextmanager
def _step(
    card: Scorecard,
    action: str,
    *,
    actor: Any,
    note: str = "",
    permission: str = "change_scorecard",
) -> Iterator[Scorecard]:
    told = mask_fields(TABLE, {"note": note}, actor=actor, reference=card.reference)
    name = f"scorecard.{action}"
    with transaction.atomic(), acting(actor=actor, action=name, reason=told["note"][:500]):
        row = hold(card, actor=actor)
        SCORECARD_WORKFLOW.check(row, action, actor)
        if not reaches(actor, permission, row.vendor.country):
            raise NotAllowed(_("your role does not reach this vendor's country"))
        yield row
        row.refresh_from_db()
