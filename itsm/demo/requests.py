"""Requests, account adjustments and telephone calls of the demo world, in every state."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from audit.context import Channel, acting
from incidents.models import PhoneCall, Request
from incidents.services.requests import adjusting, calls, conversation, opening, progress
from itsm.demo.founding import World
from itsm.demo.together import tell_twins
from people.models import User
from sla.entitlement_services import add_to_portfolio, entitle

_HOUR = timedelta(hours=1)
_SAID = "Le confirmamos que ya lo estamos revisando; le escribimos hoy mismo."
# Kind, title, what was said, client, service, channel, hours ago, priority, how far it came.
_ASKED = (
    (
        "request", "Dos terminales más para la sucursal Juriquilla",
        "Abren el día 15. Piden dos terminales inalámbricas con chip de datos.",
        "abarrotes-la-purisima", "merchant-acquiring", "phone", 2, 4, "new",
    ),
    (
        "enquiry", "¿A qué hora liquida el corte del sábado?",
        "Quieren saber si el puente recorre la liquidación al martes.",
        "autobuses-huasteca", "merchant-acquiring", "email", 4, 5, "assigned",
    ),
    (
        "request", "Alta de un usuario en el portal de comercios",
        "Nueva contadora: solo consulta, sin devoluciones.",
        "farmacias-tlaloc", "merchant-acquiring", "email", 9, 4, "in_progress",
    ),
    (
        "concern", "La mesa tardó tres días en contestar",
        "El cliente pide una explicación por escrito y con quién tratarlo la próxima vez.",
        "banco-sierra-alta", "spei-transfers", "phone", 20, 3, "pending_approval",
    ),
    (
        "request", "Reporte de transferencias rechazadas de octubre",
        "Formato de siempre, por cuenta concentradora.",
        "nominas-tlacuilo", "spei-transfers", "portal", 28, 4, "pending_customer",
    ),
    (
        "enhancement", "Aviso por correo cuando una dispersión queda en firma",
        "Hoy se enteran al día siguiente. Lo piden también otros dos agregadores.",
        "agregadora-cempasuchil", "spei-transfers", "chat", 70, 5, "assigned",
    ),
    (
        "enquiry", "What does response code 62 mean?",
        "They see it since Monday on two cards of the same bank.",
        "boletera-andanza", "card-authorisation", "email", 50, 4, "resolved",
    ),
    (
        "request", "Cambio de cuenta de depósito",
        "Acta y carátula del estado de cuenta adjuntas en su portal.",
        "mueblerias-oyamel", "merchant-acquiring", "portal", 190, 3, "closed",
    ),
    (
        "request", "Terminal de demostración para una feria",
        "La feria se canceló.", "hoteles-punta-nopal", "merchant-acquiring", "phone", 120, 5,
        "cancelled",
    ),
)  # fmt: skip
# Title, client, service, effect, amount, currency, account, reason, hours ago, how far it came.
_MONEY = (
    (
        "Comisión cobrada dos veces en mayo", "farmacias-tlaloc", "merchant-acquiring", "credit",
        "1842.60", "Comercio 00418-2", "La comisión de mayo se cobró el 3 y el 5.", 6, "proposed",
    ),
    (
        "Contracargo ganado sin abonar", "clinicas-san-arnulfo", "merchant-acquiring", "credit",
        "86400.00", "Comercio 00731-9", "Resolución del emisor del 12; falta el abono.", 11,
        "proposed",
    ),
    (
        "Abono duplicado de liquidación", "super-la-querendona", "merchant-acquiring", "debit",
        "12350.00", "Comercio 00220-5", "La liquidación del viernes se abonó dos veces.", 30,
        "approved",
    ),
    (
        "Transferencia devuelta que no regresó a la cuenta", "caja-tezontle", "spei-transfers",
        "credit", "4999.99", "Cuenta 7741-0092", "Devuelta por el receptor; quedó en puente.", 52,
        "applied",
    ),
    (
        "Bonificación por la caída del día 2", "papelerias-el-quetzal", "merchant-acquiring",
        "credit", "25000.00", "Comercio 00615-0", "Pide bonificación sin sustento en su contrato.",
        75, "rejected",
    ),
)  # fmt: skip
# Caller, client, minutes ago, seconds until answered (none: rang off), minutes it lasted, outcome.
_RANG = (
    ("Rogelio Cárdenas", "abarrotes-la-purisima", 121, 11, 6, "recorded"),
    ("+52 55 5555 0119", "farmacias-tlaloc", 95, 34, 3, "answered"),
    ("Mesa de SPEI", "banco-sierra-alta", 1210, 8, 12, "recorded"),
    ("+52 442 555 0190", None, 44, None, 1, "abandoned"),
    ("Operación de nómina", "nominas-tlacuilo", 26, 17, 4, "call_back"),
    ("Taquilla central", "autobuses-huasteca", 5, 9, None, ""),
    ("+52 33 5555 0150", None, 1, None, None, ""),
)
_LIMITS = (
    ("team_lead", "MXN", 25_000),
    ("service_manager", "MXN", 500_000),
    ("team_lead", "COP", 5_000_000),
    ("service_manager", "COP", 100_000_000),
    ("service_manager", "USD", 25_000),
)


def tell_requests(world: World, base: datetime) -> int:
    """Those of the last days; returns how many were new."""
    if Request.objects.exists() or PhoneCall.objects.exists():
        return 0
    with transaction.atomic():
        with acting(channel=Channel.DEMO, at=base - 300 * _HOUR):
            for role, currency, amount in _LIMITS:
                limit = Decimal(amount)
                adjusting.set_limit(actor=None, role=role, currency=currency, amount=limit)
            _entitle(world, base)
        for asked in _ASKED:
            _tell(world, base, *asked)
        for sum_ in _MONEY:
            _adjust(world, base, *sum_)
        for rang in _RANG:
            _ring(world, base, *rang)
        tell_twins(world, base)
    return len(_ASKED) + len(_MONEY)


def _entitle(world: World, base: datetime) -> None:
    since = (base - timedelta(days=200)).date()
    for slug, label in {(asked[3], asked[4]) for asked in _ASKED}:
        client, service = world.clients[slug], world.services[label]
        add_to_portfolio(client, actor=None, service=service, starts_on=since)
    entitle(
        world.clients["abarrotes-la-purisima"],
        actor=None,
        kinds=["request", "enquiry", "account_adjustment"],
        channels=["email", "portal"],
        starts_on=since,
    )
    entitle(
        world.clients["banco-sierra-alta"],
        actor=None,
        kinds=["request", "enquiry", "concern", "enhancement", "account_adjustment"],
        channels=["email", "chat", "phone", "portal", "api"],
        starts_on=since,
    )


def _tell(
    world: World, base: datetime, kind: str, title: str, told: str, slug: str, label: str,
    channel: str, hours: int, priority: int, until: str,
) -> Request:  # fmt: skip
    opened = base - hours * _HOUR
    agent = world.users["agent_l1"]
    service, client = world.services[label], world.clients[slug]
    with _by(opened, agent):
        request = opening.open_request(
            actor=agent, kind=kind, title=title, description=told, service=service,
            client=client, contact=client.contacts.order_by("pk").first(), channel=channel,
            priority=priority, team=world.teams["payments-l1"], at=opened,
        )  # fmt: skip
    at = opened + min(_HOUR, timedelta(minutes=12 * hours))
    with _by(at, agent):
        if until == "cancelled":
            return progress.cancel_request(request, actor=agent, note=told, at=at)
        if until == "new":
            return request
        request = progress.assign_request(request, actor=agent, owner=agent, at=at)
        if until == "assigned":
            return request
        request = progress.start_request(request, actor=agent, at=at)
        conversation.comment_on_request(request, actor=agent, text=_SAID, is_internal=False, at=at)
    return _go_on(request, agent, until, at + timedelta(minutes=30))


def _go_on(request: Request, agent: User, until: str, at: datetime) -> Request:
    with _by(at, agent):
        if until == "pending_customer":
            note = "Falta que nos digan de qué cuentas."
            return progress.wait_for_customer(request, actor=agent, note=note, at=at)
        if until == "pending_approval":
            note = "La respuesta por escrito la autoriza la gerencia."
            return progress.wait_for_approval(request, actor=agent, note=note, at=at)
        if until in ("resolved", "closed"):
            request = progress.resolve_request(
                request, actor=agent, outcome="answered" if until == "resolved" else "fulfilled",
                resolution="Se respondió al cliente con el detalle y quedó conforme.", at=at,
            )  # fmt: skip
    if until == "closed":
        later = at + 24 * _HOUR
        with _by(later, agent):
            request = progress.close_request(request, actor=agent, at=later)
    return request


def _adjust(
    world: World, base: datetime, title: str, slug: str, label: str, effect: str, amount: str,
    account: str, reason: str, hours: int, until: str,
) -> None:  # fmt: skip
    agent, lead = world.users["agent_l1"], world.users["team_lead"]
    facts = ("account_adjustment", title, reason, slug, label, "email", hours, 3, "in_progress")
    request = _tell(world, base, *facts)
    at = base - (hours - 2) * _HOUR
    with _by(at, agent):
        row = adjusting.propose_adjustment(
            request, actor=agent, effect=effect, amount=Decimal(amount), currency="MXN",
            account=account, reason=reason, at=at,
        )  # fmt: skip
    at += _HOUR
    with _by(at, lead):
        if until == "rejected":
            note = "El contrato no prevé bonificación; se responde al cliente."
            adjusting.reject_adjustment(row, actor=lead, note=note, at=at)
        elif until in ("approved", "applied"):
            row = adjusting.approve_adjustment(row, actor=lead, note="Cotejado.", at=at)
    if until == "applied":
        at += _HOUR
        with _by(at, agent):
            entry = f"POL-{row.pk:05}"
            adjusting.apply_adjustment(row, actor=agent, ledger_reference=entry, at=at)
            progress.resolve_request(
                request, actor=agent, outcome="fulfilled", at=at,
                resolution=f"Se abonó con la póliza {entry}.",
            )  # fmt: skip


def _ring(
    world: World, base: datetime, caller: str, slug: str | None, minutes: int,
    answered: int | None, lasted: int | None, outcome: str,
) -> None:  # fmt: skip
    agent = world.users["agent_l1"]
    came = base - timedelta(minutes=minutes)
    facts: dict[str, Any] = {"client": world.clients[slug] if slug else None, "came_in_at": came}
    if answered is not None:
        facts["answered_at"] = came + timedelta(seconds=answered)
    if lasted is not None:
        facts |= {"ended_at": came + timedelta(minutes=lasted), "outcome": outcome}
    with _by(base, agent):
        call = calls.record_call(
            actor=agent, caller=caller, team=world.teams["payments-l1"], **facts
        )
        about = Request.objects.filter(client=call.client, channel="phone").first()
        if outcome == "recorded" and about is not None:
            calls.link_call(call, actor=agent, request=about)


@contextmanager
def _by(at: datetime, actor: User) -> Iterator[None]:
    with acting(channel=Channel.DEMO, at=at, actor=actor):
        yield
