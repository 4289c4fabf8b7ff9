"""Attestations of the demo world's vendors in telling states, and who answers for what with two."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from audit.context import Channel, acting
from itsm.demo.founding import World
from itsm.demo.piece import in_one_piece
from vendors import services
from vendors.attestations.enums import SOC_KINDS, AttestationKind
from vendors.models import Attestation, ResponsibilityMatrix

_MANAGER, _DECIDING = "vendor_manager", "approver2"


@dataclass(frozen=True)
class _Paper:
    """`left` days until it expires; issued a year before that. `end` is what became of it."""

    vendor: str
    kind: AttestationKind
    assessor: str
    covers: str
    left: int
    end: str = "accept"
    note: str = ""
    opinion: str = "unqualified"
    requirements: tuple[str, ...] = ()
    exceptions: tuple[tuple[str, str, str], ...] = ()
    expected: tuple[tuple[str, str, str], ...] = field(default=())


_K = AttestationKind
_PAPERS = (
    _Paper(
        "Red Andamio", _K.PCI_AOC, "Lupa QSA", "Conmutación de tarjetas", -150,
        requirements=("3", "4", "9", "12.8"),
    ),
    _Paper(
        "Red Andamio", _K.PCI_AOC, "Lupa QSA", "Conmutación de tarjetas", 210,
        requirements=("3", "4", "9", "12.8"),
    ),
    _Paper(
        "Procesadora Mirador", _K.PCI_AOC, "Vigía Auditores", "Procesamiento emisor", 20,
        requirements=("3", "6", "8", "10"),
    ),
    _Paper("Altamira Centros de Datos", _K.ISO_27001, "Certifica Norte", "Hospedaje", 400),
    _Paper(
        "Altamira Centros de Datos", _K.PCI_AOC, "Lupa QSA", "Hospedaje", -12,
        requirements=("9", "12"),
    ),
    _Paper(
        "Plásticos Obsidiana", _K.SOC2_TYPE2, "Faro & Asociados", "Personalización", 150,
        expected=(
            ("Quitar los accesos de quienes se van", "SOC2-CC6.2", ""),
            ("Destruir los plásticos devueltos", "", "No recibimos devoluciones"),
        ),
    ),
    _Paper(
        "Plásticos Obsidiana", _K.PCI_AOC, "Vigía Auditores", "Tarjetas de regalo", 240, "reject",
        "Es de su planta de tarjetas de regalo; usamos la de tarjetas de débito",
    ),
    _Paper("Cajeros Ramal", _K.PCI_AOC, "Lupa QSA", "Cajeros automáticos", -40),
    _Paper("Voz Clara", _K.ISO_27001, "Certifica Norte", "Centro de contacto", 300, ""),
    _Paper(
        "Atalaya Riesgo", _K.SOC2_TYPE1, "Faro & Asociados", "Calificación de fraude", 120,
        "accept_with_gaps", "Opinión con salvedad; piden seis meses para corregir",
        opinion="qualified",
        exceptions=(
            ("Dos cuentas de personas que se fueron seguían activas",
             "No llegan a nuestros datos: se revisó la lista", "mitigated"),
            ("No hay prueba anual de restauración", "Se acepta hasta marzo", "accepted"),
        ),
    ),
)  # fmt: skip
_LINES: Mapping[str, tuple[tuple[str, str, str, str], ...]] = {
    "Red Andamio": (
        ("PCI 3.5.1", "Números de tarjeta ilegibles", "vendor", "Cifrado con HSM"),
        ("PCI 8.4.2", "Acceso con más de un factor", "shared", "Cada parte en sus consolas"),
        ("PCI 10.4.1", "Revisión diaria de bitácoras", "shared", "Ellos el conmutador; nosotros lo"
         " que llega"),
        ("PCI 12.10.1", "Respuesta a incidentes", "us", "Plan propio; ellos avisan en una hora"),
        ("PCI 9.5.1", "Terminales", "not_applicable", ""),
    ),
    "Plásticos Obsidiana": (
        ("PCI 9.2.1", "Seguridad física", "vendor", "Planta con doble control de acceso"),
        ("PCI 2.2.1", "Envío de archivos", "us", "Enlace cifrado con llaves propias"),
        ("PCI 11.3.1", "Análisis de vulnerabilidades", "us", "Del enlace, cada mes"),
    ),
}  # fmt: skip
_AGREED = {"Red Andamio": "Renata Ocampo", "Plásticos Obsidiana": "Joel Arrieta"}


def tell_attestations(world: World, base: datetime) -> int:
    """What vendors gave us, the oldest first; returns how many there are."""
    manager, deciding = world.users.get(_MANAGER), world.users.get(_DECIDING)
    if manager is None or deciding is None or Attestation.objects.exists():
        return 0
    for paper in sorted(_PAPERS, key=lambda one: one.left):
        with in_one_piece():
            _tell(paper, world, manager, deciding, base)
    for name, lines in _LINES.items():
        with in_one_piece():
            _agree(world.vendors[name], lines, _AGREED[name], manager, deciding, base)
    with in_one_piece(), _at(base, 5):
        row = services.draft_matrix(actor=manager, vendor=world.vendors["Plásticos Obsidiana"])
        services.set_line(row, actor=manager, requirement="PCI 12.5.2", title="Alcance")
    return Attestation.objects.count() + ResponsibilityMatrix.objects.count()


def _tell(paper: _Paper, world: World, manager: Any, deciding: Any, base: datetime) -> None:
    expires_on = timezone.localdate(base) + timedelta(days=paper.left)
    issued_on = expires_on - timedelta(days=365)
    age = max(6, 345 - paper.left)
    facts: dict[str, Any] = {"requirements": list(paper.requirements)}
    if paper.kind in SOC_KINDS:
        facts["opinion"] = paper.opinion
    if paper.left > 365:
        issued_on = timezone.localdate(base) - timedelta(days=60)
        age = 50
    if paper.kind == AttestationKind.SOC2_TYPE2:
        ended = issued_on - timedelta(days=20)
        facts |= {"starts_on": ended - timedelta(days=364), "ends_on": ended}
    with _at(base, age):
        row = services.receive_attestation(
            actor=manager, vendor=world.vendors[paper.vendor], kind=paper.kind,
            assessor=paper.assessor, services=paper.covers, issued_on=issued_on,
            expires_on=expires_on, **facts,
        )  # fmt: skip
        services.attach_attestation(
            row, actor=manager, title=str(paper.kind.label), name="informe.txt",
            data=f"{paper.kind.label} de {paper.vendor}, {issued_on}".encode(),
        )  # fmt: skip
        for text, assessment, treatment in paper.exceptions:
            services.note_exception(
                row, actor=manager, text=text, assessment=assessment, treatment=treatment
            )
        for text, control, reason in paper.expected:
            services.map_user_control(row, actor=manager, text=text, control=control, reason=reason)
    review = _REVIEWS.get(paper.end)
    if review is not None:
        with _at(base, age - 4):
            review(row, actor=deciding, note=paper.note)


_REVIEWS: Mapping[str, Any] = {
    "accept": services.accept_attestation,
    "accept_with_gaps": services.accept_attestation_with_gaps,
    "reject": services.reject_attestation,
}


def _agree(
    vendor: Any, lines: Any, representative: str, manager: Any, deciding: Any, base: datetime
) -> None:
    with _at(base, 130):
        row = services.draft_matrix(actor=manager, vendor=vendor, scope=vendor.services)
        told = [
            {"requirement": key, "title": title, "who": who, "how": how}
            for key, title, who, how in lines
        ]
        services.set_lines(row, actor=manager, lines=told)
    with _at(base, 120):
        services.agree_matrix(row, actor=deciding, representative=representative)


@contextmanager
def _at(base: datetime, days: int) -> Iterator[None]:
    with acting(channel=Channel.DEMO, at=base - timedelta(days=days)):
        yield
