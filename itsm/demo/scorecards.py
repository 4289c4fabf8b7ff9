"""Two years of scorecards: what is worked out comes from the records of the demo world, what people
say and vendors report is invented and drifts, each vendor in its own way."""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from django.utils import timezone

from audit.context import Channel, acting
from itsm.demo.founding import World
from itsm.demo.piece import in_one_piece
from vendors import services
from vendors.models import Scorecard, ScoreModel
from vendors.scorecards.enums import PeriodKind
from vendors.scorecards.periods import Period, period_of

_JUDGED = (
    *("Red Andamio", "Procesadora Mirador", "Altamira Centros de Datos", "Atalaya Riesgo"),
    *("Rostro Fiel", "Buró Lumbre", "Tiendas Jacaranda", "Tezontle Telecom", "Mensavía"),
    *("Plásticos Obsidiana", "Cajeros Ramal", "Voz Clara"),
)
_QUARTERS, _MONTHS = 8, 6
_MARKING = ("service_manager", "team_lead", "finance")
_SAID = "Acordamos un plan de mejora con fechas en la revisión anterior."


def tell_scorecards(world: World, seed: int, base: datetime) -> int:
    """A model, then quarter by quarter; returns how many scorecards there are."""
    manager, approver = world.users.get("vendor_manager"), world.users.get("service_manager")
    if manager is None or approver is None or ScoreModel.objects.exists():
        return 0
    periods = list(_periods(base))
    with in_one_piece():
        _model(manager, approver, periods[0].begins_at)
    luck = Random(f"{seed}:scorecards")  # noqa: S311 -- a repeatable world, no secret
    levels = {name: luck.uniform(45, 85) for name in _JUDGED}
    for period in periods:
        at = min(base, period.ends_at + timedelta(days=4, hours=10))
        with in_one_piece(), acting(channel=Channel.DEMO, at=at):
            services.measure_period(period, at)
            if period.kind == PeriodKind.QUARTER and period.ends_at < base:
                _tell_quarter(world, period, levels, luck, is_locked=period.after < at.date())
    return Scorecard.objects.count()


def _periods(base: datetime) -> Iterator[Period]:
    """From the oldest on, the running ones last."""
    found = []
    for kind, count in ((PeriodKind.QUARTER, _QUARTERS), (PeriodKind.MONTH, _MONTHS)):
        period = period_of(timezone.localdate(base), kind)
        for _number in range(count + 1):
            found.append(period)
            period = period.previous
    yield from sorted(found, key=lambda one: one.after)


def _model(manager: Any, approver: Any, at: datetime) -> None:
    with acting(channel=Channel.DEMO, at=at):
        model = services.draft_score_model(actor=manager, title="Proveedores de pagos")
        for key, title, source, unit, floor, target in (
            ("reported_uptime", "Disponibilidad que reporta", "manual", "percent", 98, 100),
            ("opinion", "Opinión de quienes trabajan con él", "survey", "mark", 1, 5),
        ):
            services.set_kpi(
                model, actor=manager, key=key, title=title, source=source, unit=unit,
                weight=Decimal(15), floor=Decimal(floor), target=Decimal(target),
            )  # fmt: skip
        services.activate_score_model(model, actor=approver, note="Acordado con finanzas")


def _tell_quarter(
    world: World, period: Period, levels: dict[str, float], luck: Random, *, is_locked: bool
) -> None:
    cards = {one.vendor.name: one for one in Scorecard.objects.of(period).select_related("vendor")}
    for name in _JUDGED:
        level = levels[name] = min(97, max(15, levels[name] + luck.gauss(0, 7)))
        card = cards[name]
        uptime = Decimal(str(round(98 + level / 50 + luck.gauss(0, 0.1), 3)))
        services.give_figure(
            card, actor=world.users["vendor_manager"], kpi="reported_uptime",
            value=min(uptime, Decimal(100)), evidence="Informe trimestral del proveedor",
        )  # fmt: skip
        for who in _MARKING:
            mark = min(5, max(1, round(1 + level / 25 + luck.gauss(0, 0.5))))
            services.give_mark(card, actor=world.users[who], kpi="opinion", mark=mark)
        if level < 40:
            services.quote_vendor(card, actor=world.users["vendor_manager"], comment=_SAID)
        if is_locked:
            services.lock_scorecard(card, actor=world.users["vendor_manager"])
