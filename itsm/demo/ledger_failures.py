"""When the controls of the demo world's audit trail did not hold, and what was made of it."""

from datetime import datetime, timedelta

from audit.context import Channel, acting
from evidence.enums import FailureKind
from evidence.models import ControlFailure
from evidence.services.failures import report_failure, report_recovery, settle_failure
from itsm.demo.founding import World

_SETTLED = {
    "cause": (
        "La laptop de auditoría interna, que atestigua los puntos de control, estuvo apagada el "
        "fin de semana largo y no había segundo testigo."
    ),
    "missed": (
        "Ninguna entrada: todo se selló y se firmó. Durante 31 horas nadie fuera del portal tuvo "
        "un punto de control nuevo; el primero que se recibió después continúa al anterior."
    ),
    "risk_decision": (
        "Riesgo aceptado para ese periodo por la dirección de seguridad; la prueba de consistencia "
        "cubre las 31 horas."
    ),
    "fix": "El auditor externo corre ahora un segundo testigo en su propio servidor.",
}


def tell_failures(world: World, base: datetime) -> None:
    """One that was settled two months ago, and one of last night that waits for its explanation."""
    if ControlFailure.objects.exists():
        return
    _lasted(
        FailureKind.UNWITNESSED,
        f"the last receipt is of {(base - timedelta(days=64)).isoformat(timespec='seconds')}",
        base - timedelta(days=63),
        timedelta(hours=7),
    )
    with acting(channel=Channel.DEMO, at=base - timedelta(days=61)):
        settle_failure(
            ControlFailure.objects.get(), actor=world.users["security_admin"], **_SETTLED
        )
    _lasted(
        FailureKind.SIGNER_LATE,
        "the oldest entry without a checkpoint was sealed at "
        f"{(base - timedelta(hours=9, minutes=6)).isoformat(timespec='seconds')}",
        base - timedelta(hours=9),
        timedelta(minutes=22),
    )


def _lasted(kind: FailureKind, found: str, at: datetime, duration: timedelta) -> None:
    with acting(channel=Channel.DEMO, at=at):
        report_failure(kind, found)
    with acting(channel=Channel.DEMO, at=at + duration):
        report_recovery(kind)
