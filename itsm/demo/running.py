"""What runs right now: two incidents with live clocks, one within its time and one late, and an
alert that nobody has looked at yet. Their moments count from now, all others from the base."""

import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from audit.context import Channel, acting
from incidents import services
from incidents.enums import HelpUrgency, IncidentChannel
from incidents.models import Guide, Incident
from incidents.services import diagnosing, helping
from integrations.digest import digest_again
from integrations.models import Alert, AlertEvent, AlertSource
from itsm.demo.firing import Firing, payload_of
from itsm.demo.founding import SOURCE, World
from itsm.demo.guides import SLOW_ANSWERS, SLOW_SO_FAR, TERMINAL_ENQUIRY
from sla.enums import MarkKind, MarkSource

_LOCK = 7_311_001_499  # the advisory lock on this module's work
LATE_TITLE = "HSM latency 2,350 ms on hsm-qro-2, PIN verification slow"


@dataclass(frozen=True)
class Fired:
    """An alert that fired so long ago, and who has taken it up."""

    firing: Firing
    ago: timedelta
    worker: str = ""
    says: str = ""


FIRING = (
    Fired(
        Firing(
            name="BreBSlowAcknowledgements",
            service="bre-b-transfers",
            severity="warning",
            summary="Bre-B: acuses por encima de 20 segundos en 4% de las transferencias",
            description="El operador confirma tarde; ninguna transferencia rechazada por ahora.",
            labels={"cluster": "k8s-bog-1", "operator": "puente-andino"},
        ),
        ago=timedelta(seconds=95),
    ),
    Fired(
        Firing(
            name="SpeiOutboundErrors",
            service="spei-transfers",
            severity="critical",
            summary="SPEI salida: 12% de rechazos por tiempo de espera",
            description="Órdenes sin acuse de recibo desde Querétaro. No reenviar a mano.",
            labels={"cluster": "k8s-qro-1", "pod": "spei-gateway-7f9c"},
        ),
        ago=timedelta(seconds=41),
        worker="agent_l1",
        says="Revisando el enlace primario; el de respaldo está limpio.",
    ),
)


@transaction.atomic
def tell_running(world: World) -> int:
    """Open those that are not there yet; returns how many were not."""
    with acting(channel=Channel.DEMO):
        with connection.cursor() as cursor:  # the command and the job may both be at it
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
        now = timezone.now().replace(microsecond=0)
        source = AlertSource.objects.get(name=SOURCE)
        told = _tell_late(world, now)
        return told + sum(_fire(fired, source, world, now) for fired in FIRING)


def _fire(fired: Fired, source: AlertSource, world: World, now: datetime) -> bool:
    """Store the event as the hook would, and have it digested."""
    alerts = Alert.objects.filter(source=source, fingerprint=fired.firing.fingerprint())
    if alerts.exists():
        return False
    payload = payload_of(fired.firing, now - fired.ago)
    event = AlertEvent.objects.create(
        source=source,
        payload=payload,
        sha256=hashlib.sha256(json.dumps(payload).encode()).hexdigest(),
        received_at=now,
    )
    digest_again(event)
    if fired.worker:
        worker = world.users[fired.worker]
        incident = alerts.get().incident
        services.start_incident(incident, actor=worker)
        services.comment_on_incident(incident, actor=worker, text=fired.says)
    return True


def _tell_late(world: World, now: datetime) -> bool:
    """Detected and investigated in time, and still not mended."""
    if Incident.objects.filter(title=LATE_TITLE).exists():
        return False
    detected_at = now - timedelta(minutes=37, seconds=41)
    opened_at = detected_at + timedelta(seconds=6)
    with acting(at=opened_at):
        incident = services.open_incident(
            actor=None,
            title=LATE_TITLE,
            description=(
                "p95 of PIN verification is 2,350 ms (usually 12). All slow calls go to "
                "`hsm-qro-2`. Chip-and-PIN sales and withdrawals are affected."
            ),
            service=world.services["card-authorisation"],
            impact=2,
            urgency=1,
            channel=IncidentChannel.MONITORING,
            assets=[world.assets["hsm-qro-2"], world.assets["pin-service"]],
            started_at=detected_at - timedelta(seconds=39),
            detected_at=detected_at,
            source=MarkSource.MACHINE,
            evidence=f"{SOURCE} · HsmLatencyHigh",
            at=opened_at,
        )
    for seconds, verb, details in _LATE_STEPS:
        at = detected_at + timedelta(seconds=seconds)
        with acting(at=at):
            verb(incident, actor=world.users["agent_l2"], at=at, **details)
    _ask_and_promise(incident, world, now)
    return True


def _ask_and_promise(incident: Incident, world: World, now: datetime) -> None:
    """Another team is asked, and the client was promised a word."""
    actor = world.users["agent_l2"]
    with acting(at=now - timedelta(minutes=9)):
        services.consult_team(
            incident,
            actor=actor,
            team=world.teams["core-platform"],
            question="Does the key replication lag on your side too, or only towards Querétaro?",
        )
    services.promise_contact(
        incident,
        actor=actor,
        due_at=now + timedelta(minutes=20),
        note="A call to the acquirers with what we know",
    )
    with acting(at=now - timedelta(minutes=3)):
        helping.ask_for_help(
            incident,
            actor=actor,
            question="May I fail PIN verification over to Monterrey before Criptalia answers?",
            urgency=HelpUrgency.NOW,
        )
    _diagnose(incident, world, now)


def _diagnose(incident: Incident, world: World, now: datetime) -> None:
    """The checklist for slow answers, half done."""
    for facts in (TERMINAL_ENQUIRY, SLOW_ANSWERS):
        guide = Guide.objects.filter(key=facts["key"]).first() or diagnosing.add_guide(
            actor=world.users["team_lead"], **facts
        )
    actor = world.users["agent_l2"]
    with acting(at=now - timedelta(minutes=8)):
        diagnosing.begin_diagnosis(incident, actor=actor, checklist=guide)
        begun = incident.life.diagnoses.get().pk
        for step, (result, note) in enumerate(SLOW_SO_FAR, start=1):
            diagnosing.tick_step(
                incident, actor=actor, diagnosis=begun, step=step, result=result, note=note
            )


_LATE_STEPS: tuple[tuple[int, Callable[..., Any], dict[str, Any]], ...] = (
    (130, services.start_incident, {}),
    (251, services.mark_incident, {"kind": MarkKind.INVESTIGATED}),
    (
        540,
        services.comment_on_incident,
        {
            "text": "Took hsm-qro-2 out of the pool, its queue does not drain. "
            "Criptalia is on the call."
        },
    ),
)
