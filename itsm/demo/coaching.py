"""Coaching in the demo world: one session that was followed up, one that waits to be acknowledged,
one ahead. Nobody but the two reads them: sign in as one of them."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.context import Channel, acting
from itsm.demo.founding import World
from people.models import CoachingSession, User
from people.services import coaching
from people.services import one_on_one_entries as entries

_DAY = timedelta(days=1)


def tell_coaching(world: World, base: datetime) -> int:
    """Three sessions; returns how many were new."""
    if CoachingSession.objects.exists():
        return 0
    lead = world.users["team_lead"]
    first, second = world.users["agent_l1"], world.users["agent_l2"]
    with transaction.atomic():
        over = _planned(base - 40 * _DAY, lead, first, "Decir en la primera respuesta qué se sabe.")
        _held(over, base - 40 * _DAY, "Leímos tres respuestas; la del martes ya lo hace bien.")
        with _told(base - 39 * _DAY, first):
            coaching.acknowledge_coaching(over, actor=first)
        with _told(base - 26 * _DAY, lead):
            coaching.close_coaching(over, actor=lead)
        waits = _planned(base - 2 * _DAY, lead, first, "Escalar cuando un banco no contesta.")
        _held(waits, base - 2 * _DAY, "Revisamos el incidente: faltó avisar a los diez minutos.")
        _planned(base, lead, second, "Llevar la bitácora de un incidente mayor.")
    return 3


def _planned(at: datetime, lead: User, employee: User, goal: str) -> CoachingSession:
    today = timezone.localdate(at)
    with _told(at, lead):
        return coaching.plan_coaching(
            actor=lead, employee=employee, goal=goal, planned_on=today,
            follow_up_on=today + 14 * _DAY,
        )  # fmt: skip


def _held(session: CoachingSession, at: datetime, note: str) -> None:
    lead, employee = session.lead, session.employee
    with _told(at, lead):
        entries.write_note(session, actor=lead, text=note)
        entries.agree_on_action(
            session, actor=lead, text="Leer la guía y contarla al equipo.", owner=employee,
            due_on=(at + 10 * _DAY).date(),
        )  # fmt: skip
        coaching.hold_coaching(session, actor=lead)


def _told(at: datetime, actor: Any) -> Any:
    return acting(channel=Channel.DEMO, at=at, actor=actor)
