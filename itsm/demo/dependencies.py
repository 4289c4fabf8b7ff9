"""On which vendors the demo world's services depend, and how some of them would be left."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from assets import services as estate
from assets.models import Service, ServiceDependency
from audit.context import Channel, acting
from itsm.demo.founding import World
from itsm.demo.piece import in_one_piece
from vendors import services
from vendors.models import Contract, ExitPlan

_MANAGER, _DECIDING = "vendor_manager", "approver2"

# service: vendor, what it supplies, criticality, substitute, contract, alternative
_SUPPLIED: dict[str, tuple[tuple[str, str, str, str, str, str], ...]] = {
    "SPEI transfers": (
        ("Altamira Centros de Datos", "Hospedaje", "critical", "months", "Colocación de racks", ""),
        ("Tezontle Telecom", "Enlace al banco central", "critical", "weeks", "Enlaces dedicados",
         ""),
        ("Atalaya Riesgo", "Calificación de fraude", "important", "months", "Fraude en línea", ""),
        ("Mensavía", "Avisos de cargo", "supporting", "in_place", "SMS y notificaciones", ""),
    ),
    "Card authorisation": (
        ("Red Andamio", "Conmutación", "critical", "none", "Conmutación de tarjetas", ""),
        ("Procesadora Mirador", "Procesamiento emisor", "critical", "months",
         "Procesamiento emisor", ""),
        ("Altamira Centros de Datos", "Hospedaje", "critical", "months", "Colocación de racks", ""),
        ("Atalaya Riesgo", "Calificación de fraude", "important", "months", "Fraude en línea", ""),
        ("Criptalia", "Módulos HSM", "critical", "months", "", ""),
    ),
    "Wallet": (
        ("Nube Cóndor", "Cómputo y bases de datos", "critical", "months", "", ""),
        ("Rostro Fiel", "Biometría de alta", "important", "weeks", "Biometría facial", ""),
        ("Mensavía", "Códigos de un solo uso", "critical", "in_place", "SMS y notificaciones",
         "Tezontle Telecom"),
    ),
    "Credit": (
        ("Buró Lumbre", "Consultas de buró", "critical", "weeks", "Consultas de buró", ""),
        ("Nube Cóndor", "Modelos de riesgo", "important", "months", "", ""),
    ),
    "Bill payment": (
        ("Recibos del Valle", "Catálogo y cobro de recibos", "critical", "months",
         "Pago de recibos", ""),
        ("Tiendas Jacaranda", "Pago en tienda", "supporting", "weeks", "", ""),
    ),
    "Merchant acquiring": (
        ("Red Andamio", "Conmutación adquirente", "critical", "months", "Conmutación de tarjetas",
         "Procesadora Mirador"),
    ),
    "Fraud screening": (
        ("Atalaya Riesgo", "Calificación de fraude", "critical", "months", "Fraude en línea", ""),
    ),
    "Customer onboarding": (
        ("Rostro Fiel", "Biometría facial", "critical", "months", "Biometría facial", ""),
        ("Buró Lumbre", "Identidad", "important", "weeks", "Consultas de buró", ""),
        ("Nube Cóndor", "Cómputo", "important", "months", "", ""),
    ),
    "Customer notifications": (
        ("Mensavía", "SMS y notificaciones", "critical", "weeks", "SMS y notificaciones", ""),
    ),
    "Cash deposits at stores": (
        ("Tiendas Jacaranda", "Corresponsalía", "critical", "months", "Corresponsalía de efectivo",
         ""),
    ),
    "Settlement and reconciliation": (
        ("Procesadora Mirador", "Archivos de compensación", "important", "months",
         "Procesamiento emisor", ""),
        ("Altamira Centros de Datos", "Hospedaje", "important", "months", "", ""),
    ),
    "Wallet Colombia": (
        ("Nube Cóndor", "Cómputo y bases de datos", "critical", "months", "", ""),
        ("Puente Andino Pagos", "Acceso a PSE y Bre-B", "critical", "none", "", ""),
    ),
    "PSE payments": (
        ("Puente Andino Pagos", "Acceso a PSE", "critical", "none", "", ""),
        ("Centro de Datos Sabana", "Hospedaje", "critical", "months", "", ""),
    ),
    "Payment platform": (
        ("Altamira Centros de Datos", "Hospedaje", "critical", "months", "Colocación de racks", ""),
        ("Nube Cóndor", "Región de respaldo", "important", "in_place", "", ""),
        ("Firmalba PKI", "Certificados", "important", "in_place", "", ""),
        ("Vigía Observabilidad", "Métricas y bitácoras", "supporting", "weeks", "", ""),
    ),
    "Cardless withdrawals": (
        ("Cajeros Ramal", "Red de cajeros", "critical", "months", "Operación de cajeros", ""),
    ),
    "Card issuing and delivery": (
        ("Plásticos Obsidiana", "Personalización", "critical", "months",
         "Personalización de tarjetas", ""),
        ("Mensajería Halcón", "Entrega", "important", "weeks", "Entrega de tarjetas", ""),
    ),
    "Contact centre": (
        ("Voz Clara", "Telefonía", "critical", "weeks", "Telefonía del centro de contacto",
         "Tezontle Telecom"),
        ("Tezontle Telecom", "Líneas", "important", "weeks", "Líneas fijas", ""),
    ),
    "Workplace": (
        ("Sistemas Altiplano", "Licencias y laptops", "supporting", "weeks", "Licencias de oficina",
         ""),
    ),
}  # fmt: skip


@dataclass(frozen=True)
class _Plan:
    """Drafted so many days ago, approved five days later unless it is still a draft; exercised so
    many days ago, or never."""

    vendor: str
    drafted: int
    cost: int
    alternative: str
    steps: tuple[tuple[int, str], ...]
    exercised: int | None = None
    kind: str = "tabletop"
    result: str = "worked"
    findings: str = ""
    is_draft: bool = False


_PLANS = (
    _Plan(
        "Red Andamio", 500, 4_200_000, "Conmutar por Procesadora Mirador y conexión directa",
        ((20, "Avisar y acordar la transición"), (60, "Conectar el segundo conmutador"),
         (45, "Mover el tráfico por rangos de BIN"), (10, "Recibir el certificado de borrado")),
        60, "real", "with_gaps", "Las llaves tardaron dos días más de lo previsto",
    ),
    _Plan(
        "Altamira Centros de Datos", 430, 2_800_000, "Nube Cóndor, región de respaldo",
        ((30, "Ampliar la región de respaldo"), (60, "Mover las bases de datos"),
         (15, "Retirar equipos y destruir discos")),
        410,
    ),  # its exercise is late
    _Plan(
        "Procesadora Mirador", 90, 6_500_000, "Procesamiento propio con licencia",
        ((30, "Recibir archivos maestros"), (120, "Montar el procesador"),
         (30, "Mover las carteras")),
    ),  # approved, never exercised
    _Plan(
        "Atalaya Riesgo", 20, 380_000, "Reglas propias mientras se contrata a otro",
        ((10, "Exportar reglas"), (40, "Ajustar el modelo propio")), is_draft=True,
    ),
)  # fmt: skip


def tell_dependencies(world: World, base: datetime) -> int:
    """What services depend on, then the plans; returns how many there are of both."""
    manager, deciding = world.users.get(_MANAGER), world.users.get(_DECIDING)
    if manager is None or deciding is None or ServiceDependency.objects.exists():
        return 0
    known = {service.name: service for service in Service.objects.all()}
    contracts = {one.title: one for one in Contract.objects.all()}
    for name, supplied in _SUPPLIED.items():
        with in_one_piece(), _at(base, 150):
            for told in supplied:
                _state(known[name], told, contracts, world, manager)
    for plan in _PLANS:
        with in_one_piece():
            _tell(plan, world, manager, deciding, base)
    return ServiceDependency.objects.count() + ExitPlan.objects.count()


def _state(
    service: Service, told: tuple[str, ...], contracts: Any, world: World, manager: Any
) -> None:
    name, supplies, criticality, substitute, contract, alternative = told
    vendor = world.vendors[name]
    actor = manager if vendor.country == "MX" else None
    row = estate.add_service_dependency(
        actor=actor,
        service=service,
        vendor=vendor,
        supplies=supplies,
        criticality=criticality,
        substitutability=substitute,
        contract=contracts.get(contract),
        alternative=world.vendors.get(alternative),
    )
    if actor is not None and criticality == "critical":
        estate.review_service_dependency(row, actor=actor, note="Revisión anual")


def _tell(plan: _Plan, world: World, manager: Any, deciding: Any, base: datetime) -> None:
    with _at(base, plan.drafted):
        row = services.draft_exit_plan(
            actor=manager,
            vendor=world.vendors[plan.vendor],
            leaves_when="Dos incumplimientos graves en un trimestre, quiebra o cambio de control",
            data_return="Archivos cifrados por SFTP en 30 días; acta de borrado firmada",
            alternative=plan.alternative,
            cost=Decimal(plan.cost),
            currency="MXN",
        )
        steps = [{"days": days, "text": text} for days, text in plan.steps]
        services.set_exit_steps(row, actor=manager, steps=steps)
    if plan.is_draft:
        return
    with _at(base, plan.drafted - 5):
        services.approve_exit_plan(row, actor=deciding)
    if plan.exercised is not None:
        with _at(base, plan.exercised):
            services.exercise_exit_plan(
                row, actor=manager, kind=plan.kind, result=plan.result, findings=plan.findings
            )


@contextmanager
def _at(base: datetime, days: int) -> Iterator[None]:
    with acting(channel=Channel.DEMO, at=base - timedelta(days=days)):
        yield
