"""The freezes of the demo world, declared over its changes once they are told, and the exceptions
by which some of them were let in.

They come last: a trigger keeps changes from starting inside a freeze by the real clock, which the
past of the demo world knows nothing of.
"""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction

from audit.context import Channel, acting
from changes import services
from changes.enums import BEFORE_WORK, FreezeMode, FreezeSource, Status
from changes.models import (
    Change,
    FreezeException,
    FreezeOccurrence,
    FreezeWindow,
    SegregationException,
)
from itsm.demo.calendar import ZONES, buen_fin
from itsm.demo.founding import BEGINNING, World
from people.calendars import Roll

_DAY = timedelta(days=1)
_ASKED = (  # for what is to come, and for what was
    (
        "Sin la corrección se repiten los rechazos de nómina; moverla un día no sirve de nada.",
        "Dos personas de guardia, respaldo verificado una hora antes y reversa ensayada.",
    ),
    (
        "El carrier retira su equipo ese día y no ofrece otra fecha.",
        "Enlace nuevo vigilado desde la víspera; regreso en cinco minutos.",
    ),
)
_FOUND = "No se usó: el carrier aplazó la visita y la ventana venció. Nada se tocó en la quincena."


@transaction.atomic
def declare_freezes(world: World, base: datetime) -> int:
    """Payday, Buen Fin and the month-end close; returns how many were new."""
    if FreezeWindow.objects.filter(name__startswith="Buen Fin").exists():
        return 0
    actor = world.users["service_manager"]
    year = base.astimezone(ZONES["MX"]).year
    facts: list[dict[str, Any]] = [_buen_fin(year - 1), _buen_fin(year), _buen_fin(year + 1)]
    facts += [_PAYDAY, _MONTH_END]
    with acting(channel=Channel.DEMO, at=BEGINNING):
        for told in facts:
            services.declare_freeze(actor=actor, countries=["MX"], **told)
    at = BEGINNING
    while (at := min(at + 365 * _DAY, base)) < base:  # a rule is expanded a year and a half ahead
        _refresh(at)
    _refresh(base)
    return len(facts)


def _refresh(at: datetime) -> None:
    with acting(channel=Channel.DEMO, at=at):
        services.refresh_freezes(at)


def _buen_fin(year: int) -> dict[str, Any]:
    days = sorted(buen_fin(year))
    return {
        "name": f"Buen Fin {year}",
        "mode": FreezeMode.BLOCK,
        "source": FreezeSource.BUEN_FIN,
        "reason": "Los cuatro días de mayor venta del año: nada se mueve en pagos ni en tarjetas.",
        "tiers": ["tier_1"],
        "starts_at": datetime.combine(days[0], time(0), ZONES["MX"]),
        "ends_at": datetime.combine(days[-1] + _DAY, time(0), ZONES["MX"]),
    }


_PAYDAY: dict[str, Any] = {
    "name": "Quincena",
    "mode": FreezeMode.EXTRA_APPROVAL,
    "source": FreezeSource.PAYROLL,
    "reason": "Nómina de los clientes: el día 15 y el último de cada mes, o el hábil anterior.",
    "rule": "FREQ=MONTHLY;BYMONTHDAY=15,-1",
    "begins_on": date(2024, 1, 1),
    "begins_clock": time(6),
    "lasts": timedelta(hours=17, minutes=59),
    "roll": Roll.PREVIOUS,
    "calendar": "MX",
}
_MONTH_END: dict[str, Any] = {
    "name": "Cierre de mes",
    "mode": FreezeMode.WARN,
    "source": FreezeSource.MONTH_END,
    "reason": "Conciliación y reportes regulatorios: avise a finanzas antes de tocar el libro.",
    "rule": "FREQ=MONTHLY;BYMONTHDAY=-1",
    "begins_on": date(2024, 1, 1),
    "begins_clock": time(18),
    "lasts": timedelta(days=2),
    "roll": Roll.NONE,
}


def tell_exceptions(world: World, base: datetime) -> int:
    """What was planned inside a payday: the past one was let in and reviewed, that to come was let
    in; returns how many were told."""
    told = 0
    for change in Change.objects.filter(status__in=BEFORE_WORK).order_by("pk"):
        if change.planned_end_at is None or change.freeze_exceptions.exists():
            continue
        is_past = change.planned_end_at < base
        at = change.planned_start_at - 3 * _DAY if is_past else base - timedelta(hours=2)
        with transaction.atomic(), acting(channel=Channel.DEMO, at=at):
            if not services.hits_of(change).exists():
                continue
            held = _let_in(world, change, is_past)
        if is_past:
            with transaction.atomic(), acting(channel=Channel.DEMO, at=base - timedelta(hours=3)):
                reviewer = world.users["service_manager"]
                services.review_freeze_exception(held, actor=reviewer, note=_FOUND)
        told += 1
    return told


def _let_in(world: World, change: Change, is_past: bool) -> FreezeException:
    occurrence: FreezeOccurrence = services.hits_of(change).first()
    justification, controls = _ASKED[is_past]
    held = services.ask_for_freeze_exception(
        change,
        actor=change.requester,
        window=occurrence.window,
        occurs_at=occurrence.starts_at,
        justification=justification,
        compensating_controls=controls,
    )
    for name in ("cab_chair", "approver"):
        held = services.approve_freeze_exception(held, actor=world.users[name])
    return held


@transaction.atomic
def tell_lifted_segregation(world: World, base: datetime) -> bool:
    """One change whose builder may vote on it, because nobody else knows what it is about."""
    chair = world.users["cab_chair"]
    asked = Change.objects.visible_to(chair).filter(status=Status.AWAITING_APPROVAL)
    change = asked.exclude(builder=None).exclude(builder__person=chair.person_id).first()
    if change is None or SegregationException.objects.exists():
        return False
    with acting(channel=Channel.DEMO, at=base - timedelta(hours=5)):
        lifted = services.ask_for_exception(
            change,
            actor=change.requester,
            person=change.builder.person,
            reason="Nadie más conoce el equipo; cada paso lo revisa una segunda persona.",
            expires_at=base + 3 * _DAY,
        )
        services.approve_exception(lifted, actor=chair)
    return True
