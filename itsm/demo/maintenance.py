"""When the services of the demo world are maintained, and who answered for a conflict."""

from datetime import datetime, time, timedelta

from audit.context import Channel, acting
from changes.enums import ConflictKind, ConflictStatus
from changes.models import Conflict, MaintenanceWindow
from changes.services import accept_conflict, declare_maintenance
from itsm.demo.calendar import ZONES
from itsm.demo.founding import World

_WINDOWS = (
    (
        "Pagos: madrugada del domingo",
        "Menos del dos por ciento de las transferencias de la semana ocurren a esa hora.",
        "FREQ=WEEKLY;BYDAY=SU",
        time(0, 30),
        timedelta(hours=5, minutes=30),
        ("spei-transfers", "payment-platform", "pse-payments", "card-authorisation"),
    ),
    (
        "Plataforma de pagos: noche del martes",
        "Turno doble de operación; los bancos no concilian esa noche.",
        "FREQ=WEEKLY;BYDAY=TU",
        time(22),
        timedelta(hours=6),
        ("payment-platform", "card-authorisation", "credit"),
    ),
    (
        "Adquirencia: primer domingo del mes",
        "Acordado con los comercios grandes en su contrato.",
        "FREQ=MONTHLY;BYDAY=1SU",
        time(2),
        timedelta(hours=3),
        ("merchant-acquiring",),
    ),
)
_ANSWERED = "Renovar el certificado mTLS de PSE"
_ANSWER = (
    "Redes confirmó que la VPN se reinicia a las 03:30 y el certificado se cambia antes de las "
    "02:30; las dos personas están en el mismo puente."
)


def tell_maintenance(world: World, base: datetime) -> None:
    """The windows, agreed a moment ago: what is long past was planned without them."""
    if MaintenanceWindow.objects.exists():
        return
    day = base.astimezone(ZONES["MX"]).date()
    with acting(channel=Channel.DEMO, at=base - timedelta(days=6)):
        for name, reason, rule, clock, lasts, labels in _WINDOWS:
            declare_maintenance(
                actor=None,
                name=name,
                reason=reason,
                rule=rule,
                begins_on=day,
                begins_clock=clock,
                lasts=lasts,
                services=[world.services[label] for label in labels],
            )


def answer_conflicts(world: World, base: datetime) -> None:
    """Somebody without a part in it took one conflict upon themselves; the others are open."""
    if Conflict.objects.filter(status=ConflictStatus.ACCEPTED).exists():
        return
    actor = world.users["service_manager"]
    waiting = Conflict.objects.open().filter(kind=ConflictKind.SAME_SERVICE)
    one = waiting.filter(other__title=_ANSWERED).select_related("other").order_by("pk").first()
    if one is None or one.other is None:
        return
    with acting(channel=Channel.DEMO, at=base - timedelta(minutes=6), actor=actor):
        accept_conflict(one.other, actor=actor, conflict=one.pk, acceptance=_ANSWER)
