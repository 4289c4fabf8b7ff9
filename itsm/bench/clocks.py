"""What the sweep over clocks costs: as many open clocks as wanted, a thousand of them due."""

import time
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.utils import timezone

from audit.context import Channel, acting
from incidents.models import Incident
from itsm.bench.report import LedgerFigure
from sla.enums import AgreementKind, ClockState, Metric
from sla.models import Agreement, AgreementVersion, FiredThreshold, Life, LifeClock
from sla.replay import THRESHOLDS
from sla.thresholds import fire_thresholds

OPEN, DUE = 100_000, 1_000
_BATCH = 5_000
_TARGET = timedelta(hours=40)


def measure_sweep(*, is_quick: bool = False) -> Iterator[LedgerFigure]:
    """Opens clocks, lets a thousand fall due within a minute, and sweeps: with messages to those
    who own the incidents behind them, and once more with nothing due."""
    many = OPEN // 10 if is_quick else OPEN
    with acting(channel=Channel.IMPORT, action="bench.load"):
        _load(many)
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE sla_lifeclock")
    before = FiredThreshold.objects.count()
    took = _sweep()
    fired = FiredThreshold.objects.count() - before
    idle = _sweep()
    told = f"{fired:,} fired in {took:.2f} s; with nothing due {idle * 1000:.1f} ms"
    yield LedgerFigure(f"Sweep of {many:,} open clocks, {DUE:,} due", told, "5 s")


def _sweep() -> float:
    began = time.perf_counter()
    with acting(channel=Channel.TASK, action="sla.fire_thresholds"):
        fire_thresholds()
    return time.perf_counter() - began


def _load(many: int) -> None:
    agreement = Agreement.objects.create(slug="bench", name="Bench", kind=AgreementKind.SLA)
    version = AgreementVersion.objects.create(agreement=agreement, number=1)
    now = timezone.now()
    owned = Incident.objects.filter(owner__isnull=False).order_by("-pk")
    lives = list(owned.values_list("life", flat=True)[:many])
    if missing := many - len(lives):
        lives += [life.pk for life in Life.objects.bulk_create([Life() for _ in range(missing)])]
    for start in range(0, many, _BATCH):
        numbers = range(start, min(start + _BATCH, many))
        with transaction.atomic():
            LifeClock.objects.bulk_create(
                [_clock(agreement, version, lives[n], _due(n, now)) for n in numbers]
            )


def _due(n: int, now: datetime) -> datetime:
    """The first thousand within the last minute, the others some time ahead."""
    if n < DUE:
        return now - timedelta(seconds=60 * n / DUE)
    return now + timedelta(hours=1, seconds=n)


def _clock(agreement: Agreement, version: AgreementVersion, life: int, due: datetime) -> LifeClock:
    begun = due - _TARGET / 2
    return LifeClock(
        life_id=life,
        agreement=agreement,
        agreement_version=version,
        metric=Metric.RESOLVE,
        priority=3,
        target=_TARGET,
        state=ClockState.RUNNING,
        started_at=begun,
        runs_from=begun,
        elapsed_before=timedelta(),
        due_at=begun + _TARGET,
        reached_at=[begun + _TARGET * percent // 100 for percent in THRESHOLDS],
        next_percent=THRESHOLDS[0],
        next_due_at=due,
    )
