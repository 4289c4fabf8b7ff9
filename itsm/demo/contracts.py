"""Thirty contracts of the demo world, in every state.

All are with Mexican vendors, whom the vendor manager of the cast reaches.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, NamedTuple

from django.utils import timezone

from audit.context import Channel, acting
from itsm.demo.founding import World
from itsm.demo.piece import in_one_piece
from people.models import Subsidiary
from vendors import services
from vendors.contract_rules import left_of
from vendors.enums import Clause, ContractKind, ContractStep, Renewal
from vendors.models import Contract

_DAY = timedelta(days=1)
_ANSWERED = dict.fromkeys(Clause, ("present", "Cláusula 9"))


class Told(NamedTuple):
    """A contract: how many days ago it began, its first term, notice, and how far it has come."""

    vendor: str
    title: str
    monthly: int  # pesos
    began: int  # days ago; negative: in so many
    term: str
    notice: str
    renewal: str = Renewal.AUTOMATIC
    status: str = "active"
    kind: str = ContractKind.SERVICE


_MASTER, _LICENCE, _SUPPORT = ContractKind.MASTER, ContractKind.LICENCE, ContractKind.SUPPORT
CONTRACTS = (
    Told("Red Andamio", "Conmutación de tarjetas", 950_000, 400, "P36M", "P180D", kind=_MASTER),
    Told("Red Andamio", "Soporte 24/7 del conmutador", 120_000, 260, "P1Y", "P60D", kind=_SUPPORT),
    Told("Procesadora Mirador", "Procesamiento emisor", 780_000, 240, "P24M", "P120D"),
    Told("Procesadora Mirador", "Archivo histórico", 40_000, 300, "P1Y", "P30D", "express"),
    Told("Mensajería Halcón", "Valija entre sucursales", 31_000, 250, "P1Y", "P60D"),
    Told("Altamira Centros de Datos", "Colocación de racks", 330_000, 500, "P36M", "P90D"),
    Told("Altamira Centros de Datos", "Enlaces entre centros", 85_000, 275, "P1Y", "P60D"),
    Told("Atalaya Riesgo", "Fraude en línea", 210_000, 280, "P1Y", "P45D", status="renewing"),
    Told("Rostro Fiel", "Biometría facial", 95_000, 290, "P1Y", "P30D", status="renegotiating"),
    Told("Buró Lumbre", "Consultas de buró", 160_000, 200, "P24M", "P90D"),
    Told("Tiendas Jacaranda", "Corresponsalía de efectivo", 130_000, 150, "P18M", "P60D"),
    Told("Recibos del Valle", "Pago de recibos", 55_000, 265, "P1Y", "P45D"),
    Told("Tezontle Telecom", "Enlaces dedicados", 140_000, 600, "P36M", "P90D"),
    Told("Tezontle Telecom", "Líneas fijas", 22_000, 285, "P1Y", "P30D", status="terminating"),
    Told("Mensavía", "SMS y notificaciones", 75_000, 335, "P1Y", "P60D"),  # nobody decided
    Told("Plásticos Obsidiana", "Personalización de tarjetas", 185_000, 120, "P24M", "P90D"),
    Told("Mensajería Halcón", "Entrega de tarjetas", 90_000, 270, "P1Y", "P30D", status="renewing"),
    Told("Cajeros Ramal", "Operación de cajeros", 410_000, 310, "P24M", "P120D"),
    Told("Cajeros Ramal", "Refacciones", 25_000, 200, "P6M", "P0D", "none"),  # ended
    Told("Voz Clara", "Telefonía del centro de contacto", 65_000, 100, "P12M", "P30D"),
    Told("Sistemas Altiplano", "Licencias de oficina", 48_000, 90, "P1Y", "P30D", kind=_LICENCE),
    Told("Sistemas Altiplano", "Arrendamiento de laptops", 70_000, 420, "P1Y", "P0D", "none"),
    Told("Red Andamio", "Tokenización", 150_000, -20, "P24M", "P90D", status="signed"),
    Told("Atalaya Riesgo", "Reglas para SPEI", 60_000, -45, "P1Y", "P30D", status="signed"),
    Told("Buró Lumbre", "Monitoreo de identidad", 35_000, -30, "P1Y", "P30D", status="approval"),
    Told("Altamira Centros de Datos", "Sala de contingencia", 480_000, -60, "P36M", "P180D",
         status="approval"),
    Told("Rostro Fiel", "Prueba de vida", 45_000, -40, "P1Y", "P30D", status="legal_review"),
    Told("Tiendas Jacaranda", "Retiro sin tarjeta", 30_000, -50, "P1Y", "P30D",
         status="legal_review"),
    Told("Recibos del Valle", "Recibos de servicios", 20_000, -35, "P1Y", "P30D", status="draft"),
    Told("Voz Clara", "Grabación de llamadas", 18_000, -25, "P1Y", "P30D", status="draft"),
)  # fmt: skip
_APPROVING = {
    ContractStep.FINANCE: "finance",
    ContractStep.RISK: "approver2",
    ContractStep.SENIOR: "senior_approver",
}
_DECISIONS: Mapping[str, tuple[Any, str]] = {
    "renewing": (services.renew_contract, "Cumple y el precio es el del mercado"),
    "renegotiating": (services.renegotiate_contract, "Pedimos bajar el precio por consulta"),
    "terminating": (services.terminate_contract, "Se unifica con los enlaces dedicados"),
}


def tell_contracts(world: World, base: datetime) -> int:
    """Each by the road of its state; returns how many there are."""
    if "vendor_manager" not in world.users or Contract.objects.exists():
        return 0
    for number, told in enumerate(CONTRACTS, 1):
        with in_one_piece():
            _tell(world, told, number, base)
    return len(CONTRACTS)


def _tell(world: World, told: Told, number: int, base: datetime) -> None:
    manager = world.users["vendor_manager"]
    begins = base - told.began * _DAY
    ready = min(begins, base) - 30 * _DAY
    with _at(ready):
        contract = services.draft_contract(actor=manager, **_facts(world, told, number, begins))
        services.plan_payments(contract, actor=manager, payments=_payments(told, begins))
    if told.status == "draft":
        return
    contract = _walk_to_signature(contract, told.status, world, ready)
    if told.began < 0:
        return
    with _at(begins):
        contract = services.activate_contract(contract, actor=manager)
    if told.status in _DECISIONS:
        decide, why = _DECISIONS[told.status]
        with _at(base - 12 * _DAY):
            decide(contract, actor=manager, note=why)
    with _at(base):
        services.keep_contract(contract.pk, base)


def _facts(world: World, told: Told, number: int, begins: datetime) -> dict[str, Any]:
    return {
        "number": f"CTR-{begins.year}-{number:03}",
        "title": told.title,
        "kind": told.kind,
        "vendor": world.vendors[told.vendor],
        "entity": Subsidiary.objects.get(country="MX"),
        "currency": "MXN",
        "total_value": Decimal(told.monthly * 12),
        "annual_value": Decimal(told.monthly * 12),
        "governing_law": "México",
        "starts_on": timezone.localdate(begins),
        "initial_term": told.term,
        "renewal": told.renewal,
        "renewal_term": "" if told.renewal == Renewal.NONE else "P1Y",
        "notice": told.notice,
        "internal_lead": "P15D",
        "budget_owner": world.users["service_owner"],
    }


def _payments(told: Told, begins: datetime) -> Iterator[tuple[date, Decimal, str]]:
    """Four of a year, each for a quarter."""
    for quarter in range(4):
        due_on = timezone.localdate(begins) + quarter * 91 * _DAY
        yield due_on, Decimal(told.monthly * 3), f"Trimestre {quarter + 1}"


def _walk_to_signature(contract: Contract, until: str, world: World, ready: datetime) -> Contract:
    """As far as `until` on the road from draft to signature."""
    manager = world.users["vendor_manager"]
    with _at(ready + 2 * _DAY):
        text = f"Contrato {contract.number}: {contract.title}".encode()
        services.attach_document(
            contract, actor=manager, title="Contrato", name="contrato.txt", data=text
        )
        services.answer_clauses(contract, actor=manager, answers=_ANSWERED)
        contract = services.submit_contract(contract, actor=manager)
    if until == "legal_review":
        return contract
    with _at(ready + 8 * _DAY):
        contract = services.pass_legal_review(contract, actor=world.users["approver"])
    with _at(ready + 12 * _DAY):
        if until == "approval":
            return services.approve_contract(contract, actor=world.users["finance"])
        for step in left_of(contract):
            contract = services.approve_contract(contract, actor=world.users[_APPROVING[step]])
    with _at(ready + 20 * _DAY):
        return services.sign_contract(contract, actor=manager)


@contextmanager
def _at(moment: datetime) -> Iterator[None]:
    with acting(channel=Channel.DEMO, at=moment):
        yield
