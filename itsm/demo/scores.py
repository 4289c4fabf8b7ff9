"""The path of targets towards the fourth quarter, months that are frozen, and a late correction."""

from datetime import date, datetime, timedelta

from audit.context import Channel, acting
from incidents.measuring import missed_clocks
from incidents.models import Incident, TargetStep
from incidents.scoring import month_of, months_until
from incidents.services import add_target_step, freeze_score, mark_incident
from sla.enums import MandateMetric, MarkKind
from sla.freezing import month_before

_PATH = ((-6, 55), (-3, 65), (0, 75), (3, 90))  # months from the quarter of the base, share
_FROZEN = 3
_CORRECTED = 3


def tell_scores(base: datetime) -> None:
    """Last of all: what was told before is frozen as it is."""
    if TargetStep.objects.exists():
        return
    quarter = date(base.year, base.month - (base.month - 1) % 3, 1)
    with acting(channel=Channel.DEMO):
        for months, share in _PATH:
            for metric in MandateMetric:
                month = _months_from(quarter, months)
                add_target_step(actor=None, metric=metric, month=month, share=share)
    last = month_before(base.date())
    for first in months_until(last, _FROZEN):
        closed = month_of(first).ends_at + timedelta(days=1, hours=9)
        if closed <= base:
            with acting(channel=Channel.DEMO, at=closed):
                freeze_score(first, actor=None, now=closed)
    _correct(last, base)


def _correct(first: date, base: datetime) -> None:
    """An older alert was found for some: they were detected in time after all."""
    month = month_of(first)
    found = Incident.objects.counted().select_related("team", "life").order_by("pk")
    corrected = 0
    for incident in found.filter(opened_at__gte=month.starts_at, opened_at__lt=month.ends_at):
        missed = next((c for c in missed_clocks(incident) if c.metric == "detect"), None)
        if missed is None or missed.started_at is None or missed.target.stops != MarkKind.DETECTED:
            continue
        with acting(channel=Channel.DEMO, at=base - timedelta(hours=3)):
            mark_incident(
                incident,
                actor=None,
                kind=MarkKind.DETECTED,
                at=missed.started_at + timedelta(seconds=40),
                evidence="Grafana: alerta anterior del mismo tablero",
            )
        corrected += 1
        if corrected == _CORRECTED:
            break
    if corrected and base > month.ends_at + timedelta(days=2):
        with acting(channel=Channel.DEMO, at=base):
            freeze_score(first, actor=None, now=base)


def _months_from(first: date, months: int) -> date:
    total = first.year * 12 + first.month - 1 + months
    return date(total // 12, total % 12 + 1, 1)
