"""1:1s in the demo world: the lead of the payments desk with two agents, the manager with the lead.
Nobody but the pairs reads them: sign in as one of the two."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.context import Channel, acting
from itsm.demo.founding import World
from people.models import OneOnOneSeries, User
from people.services import one_on_one_entries as entries
from people.services import one_on_ones

_DAY = timedelta(days=1)


def tell_one_on_ones(world: World, base: datetime) -> int:
    """Three pairs; returns how many were new."""
    if OneOnOneSeries.objects.exists():
        return 0
    lead, agent = world.users["team_lead"], world.users["agent_l1"]
    with transaction.atomic():
        series = _begun(base - 42 * _DAY, lead, agent, 14)
        _tell_past(series, base, lead, agent)
        _tell_agenda(series, base, lead, agent)
        other = _begun(base - 30 * _DAY, lead, world.users["agent_l2"], 28)
        with _told(base - 6 * _DAY, lead):
            entries.add_topic(other, actor=lead, text="Conciliación de tarjetas: quién la toma.")
        manager = world.users["service_manager"]
        above = _begun(base - 20 * _DAY, manager, lead, 28)
        with _told(base - 2 * _DAY, lead):
            entries.add_topic(above, actor=lead, text="Una vacante más para el turno de noche.")
    return 3


def _tell_past(series: OneOnOneSeries, base: datetime, lead: User, agent: User) -> None:
    """Two conversations that were held, with what carried over."""
    with _told(base - 30 * _DAY, agent):
        entries.add_topic(series, actor=agent, text="Turnos de noche: tres semanas seguidas.")
        done = entries.add_topic(series, actor=agent, text="Vacaciones de diciembre.")
        entries.tell_mood(series, actor=agent, mood=3)
    _held(series, base - 28 * _DAY, lead)
    with _told(base - 27 * _DAY, lead):
        entries.tick_entry(done, actor=lead)
        entries.agree_on_action(
            series, actor=lead, text="Pedir a operaciones que roten la noche.", owner=lead,
            due_on=(base + 3 * _DAY).date(),
        )  # fmt: skip
    _held(series, base - 14 * _DAY, lead)


def _tell_agenda(series: OneOnOneSeries, base: datetime, lead: User, agent: User) -> None:
    with _told(base - 3 * _DAY, agent):
        entries.add_topic(series, actor=agent, text="Quiero aprender a llevar incidentes mayores.")
        entries.write_note(
            series, actor=agent, is_private=True, text="Preguntar por el plan de carrera."
        )
        entries.agree_on_action(
            series, actor=agent, text="Leer el procedimiento de incidentes mayores.", owner=agent,
            due_on=(base + 10 * _DAY).date(),
        )  # fmt: skip
    with _told(base - 1 * _DAY, lead):
        entries.add_topic(series, actor=lead, text="El incidente de SPEI del martes: salió bien.")
    with _told(base, lead):
        tomorrow = timezone.localdate(base) + _DAY
        one_on_ones.plan_series(series, actor=lead, every_days=14, next_on=tomorrow)


def _begun(at: datetime, lead: User, employee: User, every_days: int) -> OneOnOneSeries:
    with _told(at, lead):
        return one_on_ones.start_series(
            actor=lead, employee=employee, every_days=every_days,
            first_on=timezone.localdate(at) + timedelta(days=every_days),
        )  # fmt: skip


def _held(series: OneOnOneSeries, at: datetime, lead: User) -> None:
    with _told(at, lead):
        meeting = one_on_ones.begin_meeting(series.meetings.ahead().get(), actor=lead)
    with _told(at + timedelta(minutes=40), lead):
        one_on_ones.close_meeting(meeting, actor=lead)


def _told(at: datetime, actor: Any) -> Any:
    return acting(channel=Channel.DEMO, at=at, actor=actor)
