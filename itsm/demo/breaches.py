"""Reasons for missed targets in the demo world, and what leads said of the latest misses."""

from datetime import timedelta
from random import Random
from typing import Any

from audit.context import Channel, acting
from incidents.enums import Status
from incidents.measuring import missed_clocks
from incidents.models import BreachReason, Incident
from incidents.permissions import may_judge_incidents
from incidents.rules import is_led
from incidents.services import add_breach_reason, explain_misses, set_drill
from itsm.demo.founding import World

REASONS = {
    "alert-late": ("The alert came late", "La alerta llegó tarde"),
    "no-monitoring": ("Nothing watched it", "Nada lo monitoreaba"),
    "wrong-team": ("It went to the wrong team first", "Llegó primero al equipo equivocado"),
    "nobody-free": ("Nobody was free", "No había nadie disponible"),
    "vendor-slow": ("Waiting for the vendor", "En espera del proveedor"),
    "no-runbook": ("There was no runbook", "No había guía de operación"),
    "no-access": ("Access was missing", "Faltaban accesos"),
    "hard-to-find": ("The cause was hard to find", "La causa fue difícil de encontrar"),
}
_FITTING = {
    "detect": ("alert-late", "no-monitoring"),
    "investigate": ("wrong-team", "nobody-free", "no-access"),
    "remediate": ("vendor-slow", "no-runbook", "hard-to-find"),
}
_DRILLS = 2
_TOLD = 120  # of the latest that are over


def tell_misses(world: World, seed: int) -> None:
    """Last, so that what was closed before was closed without."""
    if BreachReason.objects.exists():
        return
    rng = Random(f"{seed}:misses")  # noqa: S311 -- a repeatable world, no secret
    with acting(channel=Channel.DEMO):
        for code, (name_en, name_es) in REASONS.items():
            add_breach_reason(actor=None, code=code, name_en=name_en, name_es=name_es)
    _tell_drills(world)
    reasons = {row.code: row for row in BreachReason.objects.all()}
    over = Incident.objects.filter(status__in=(Status.RESOLVED, Status.CLOSED))
    found = over.counted().select_related("team", "life")
    for incident in found.order_by("-resolved_at", "-pk")[:_TOLD]:
        lead = _lead_of(world, incident)
        if lead is None or rng.random() < 0.15:  # some wait for a word
            continue
        at = incident.resolved_at + timedelta(hours=1)
        for clock in missed_clocks(incident):
            code = rng.choice(_FITTING[clock.metric])
            with acting(channel=Channel.DEMO, at=at):
                explain_misses(incident, actor=lead, metrics=[clock.metric], reason=reasons[code])


def _tell_drills(world: World) -> None:
    """A few of those that are resolved were exercises."""
    resolved = Incident.objects.filter(status=Status.RESOLVED).select_related("team")
    for incident in resolved.order_by("-resolved_at", "-pk")[:_DRILLS]:
        lead = _lead_of(world, incident)
        if lead is None or incident.resolved_at is None:
            continue
        with acting(channel=Channel.DEMO, at=incident.resolved_at):
            note = "Simulacro trimestral del centro de operaciones."
            set_drill(incident, actor=lead, is_drill=True, note=note)


def _lead_of(world: World, incident: Incident) -> Any:
    """Somebody who leads its team; the same one every time."""
    for _name, user in sorted(world.users.items()):
        if may_judge_incidents(user) and is_led(incident, user) is None:
            return user
    return None
