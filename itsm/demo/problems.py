"""The problems of the demo world: a known error, a fix in a change, one investigated, one over."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from audit.context import Channel, acting
from changes.models import Change
from incidents.models import Incident, Problem
from incidents.services import problem_links as links
from incidents.services import problems as services
from itsm.demo.founding import World
from itsm.demo.piece import in_one_piece

_LINKED = 6  # incidents of each, at most


@dataclass(frozen=True)
class _Story:
    service: str
    title: str
    symptom: str
    owner: str
    days: int  # ago
    priority: int
    moves: tuple[str, ...]
    words: tuple[str, ...]  # of the titles of its incidents; none means any of the service
    workaround: str = ""
    cause: str = ""


_STORIES = (
    _Story(
        "spei-transfers",
        "La cola de SPEI se atora cuando el enlace primario cambia de nodo",
        "Las órdenes quedan en **enviado** sin acuse por más de dos minutos y la cola crece.",
        "agent_l2",
        41,
        2,
        ("accept", "investigate", "declare_known_error"),
        ("spei", "cola", "queue", "transfer"),
        "1. Confirme en el tablero que el enlace primario cambió de nodo.\n"
        "2. Reinicie el conector `spei-out` en el nodo anterior.\n"
        "3. Espere cinco minutos: la cola se vacía sola, no reenvíe órdenes a mano.",
        "El conector guarda la sesión del nodo anterior y no la renueva hasta que vence.",
    ),
    _Story(
        "card-authorisation",
        "Card authorisations time out while the fraud score is refreshed",
        "Timeouts of the issuer between 00:10 and 00:25, always on the first day of the month.",
        "agent_l2",
        33,
        2,
        ("accept", "investigate", "link_change", "fix_in_change"),
        ("card", "tarjeta", "autoriz", "timeout"),
        "Set the scoring to *cached* for half an hour: `scorectl mode cached --for 30m`.",
        "The monthly refresh takes a table lock that the scoring waits for.",
    ),
    _Story(
        "wallet",
        "Saldo del monedero desfasado después de una reversa",
        "El saldo mostrado no coincide con los movimientos hasta la siguiente conciliación.",
        "team_lead",
        12,
        3,
        ("accept", "investigate"),
        ("monedero", "saldo", "wallet", "balance"),
    ),
    _Story(
        "bill-payment",
        "Recibos duplicados de un emisor de servicios",
        "El mismo recibo aparece dos veces cuando el emisor responde después de 30 segundos.",
        "agent_l1",
        5,
        3,
        (),
        ("recib", "servicio", "pago", "bill"),
    ),
)


def tell_problems(world: World, base: datetime) -> int:
    """Each with incidents of its service that resemble it; returns how many were new."""
    told = 0
    for story in _STORIES:
        service = world.services.get(story.service)
        if service is None or Problem.objects.filter(title=story.title).exists():
            continue
        with in_one_piece():
            _tell(story, service, world, base)
        told += 1
    return told


def _tell(story: _Story, service: Any, world: World, base: datetime) -> None:
    at = base - timedelta(days=story.days)
    actor = world.users[story.owner]
    with acting(channel=Channel.DEMO, at=at):
        problem = _raise(story, service, actor, at)
    for number, action in enumerate(story.moves, 1):
        with acting(channel=Channel.DEMO, at=at + timedelta(days=number)):
            if not _move(problem, action, service, actor, at + timedelta(days=number)):
                return


def _raise(story: _Story, service: Any, actor: Any, at: datetime) -> Problem:
    problem = services.raise_problem(
        actor=actor,
        title=story.title,
        symptom=story.symptom,
        service=service,
        priority=story.priority,
        workaround=story.workaround,
        root_cause=story.cause,
        at=at,
    )
    for incident in _incidents(story, service):
        links.link_incident(problem, incident, actor=None)
    return problem


def _move(problem: Problem, action: str, service: Any, actor: Any, at: datetime) -> bool:
    """Whether it could be: a small world has no change of the service to link."""
    if action != "link_change":
        services.move_problem(problem, action, actor=actor, at=at)
        return True
    change = Change.objects.filter(services=service).order_by("-pk").first()
    if change is not None:
        links.link_change(problem, change, actor=None)
    return change is not None


def _incidents(story: _Story, service: Any) -> list[Incident]:
    found = Incident.objects.filter(service=service).order_by("-pk")[:200]
    fitting = [row for row in found if any(word in row.title.lower() for word in story.words)]
    return (fitting or list(found))[:_LINKED]
