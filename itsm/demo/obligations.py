"""What the demo world's contracts oblige to: met, late, missed, returned, waived and ahead."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Any, NamedTuple

from django.utils import timezone

from audit.context import Channel, acting
from itsm.demo.founding import World
from itsm.demo.piece import in_one_piece
from vendors import services
from vendors.models import Contract, Obligation, ObligationTask
from vendors.obligations.enums import Direction, ObligationCategory, Recurrence
from vendors.services.obligation_tasks import keep_obligation

_DAY = timedelta(days=1)
_MANAGER, _RISK, _FINANCE = "vendor_manager", "approver2", "finance"
_D, _C, _R = Direction, ObligationCategory, Recurrence


class _Told(NamedTuple):
    """`first` is in so many days, negative: so many days ago. `went` is what became of each time
    that has passed, the first one first; what is not told of nobody did."""

    vendor: str
    contract: str
    direction: str
    title: str
    what: str
    place: str
    category: str
    recurrence: str
    first: int
    went: tuple[str, ...] = ()
    owner: str = _MANAGER
    approver: str = _RISK
    end: str = ""


_OBLIGATIONS = (
    _Told(
        "Red Andamio", "Conmutación de tarjetas", _D.VENDORS, "Reporte de niveles de servicio",
        "Disponibilidad y tiempos del mes anterior, por servicio.", "Anexo 3, 4.2",
        _C.REPORT, _R.MONTHLY, -95, ("accept", "accept", "late", "submit"),
    ),
    _Told(
        "Red Andamio", "Conmutación de tarjetas", _D.OURS, "Pago del trimestre",
        "Transferencia dentro de los primeros días del trimestre.", "Cláusula 5.1",
        _C.PAYMENT, _R.QUARTERLY, -80, ("accept",), _FINANCE, _MANAGER,
    ),
    _Told(
        "Procesadora Mirador", "Procesamiento emisor", _D.VENDORS, "AOC de PCI DSS vigente",
        "La del año, con los servicios que usamos.", "Cláusula 12.4",
        _C.CERTIFICATION, _R.YEARLY, -30,
    ),
    _Told(
        "Procesadora Mirador", "Procesamiento emisor", _D.VENDORS, "Prueba del aviso de incidentes",
        "Llamada de prueba a los contactos de guardia; responden en una hora.", "Cláusula 12.7",
        _C.SECURITY, _R.HALF_YEARLY, 12,
    ),
    _Told(
        "Altamira Centros de Datos", "Colocación de racks", _D.VENDORS,
        "Póliza de responsabilidad civil", "Póliza pagada, con nosotros como beneficiarios.",
        "Cláusula 18", _C.INSURANCE, _R.YEARLY, -150, ("accept",),
    ),
    _Told(
        "Altamira Centros de Datos", "Colocación de racks", _D.OURS, "Visita de auditoría",
        "Se avisa con 30 días; se revisan accesos, energía y cámaras.", "Cláusula 21.3",
        _C.AUDIT_RIGHT, _R.YEARLY, 40,
    ),
    _Told(
        "Atalaya Riesgo", "Fraude en línea", _D.VENDORS, "Informe de aciertos del modelo",
        "Aciertos y falsos positivos del mes, por producto.", "Anexo 2, 3",
        _C.REPORT, _R.MONTHLY, -50, ("accept", "return"),
    ),
    _Told(
        "Buró Lumbre", "Consultas de buró", _D.OURS, "Borrado de consultas sin autorización",
        "Se borran y se entrega la constancia.", "Cláusula 9.2",
        _C.PRIVACY, _R.QUARTERLY, -20, ("waive",), _FINANCE, _MANAGER,
    ),
    _Told(
        "Cajeros Ramal", "Operación de cajeros", _D.VENDORS, "Disponibilidad por cajero",
        "Horas fuera de servicio de cada cajero, con su causa.", "Anexo 1, 2",
        _C.SERVICE_LEVEL, _R.MONTHLY, -40, ("late",),
    ),
    _Told(
        "Plásticos Obsidiana", "Personalización de tarjetas", _D.VENDORS,
        "Acta de plásticos destruidos", "Con folios y dos testigos.", "Cláusula 11.5",
        _C.SECURITY, _R.QUARTERLY, -60, ("accept",),
    ),
    _Told(
        "Tezontle Telecom", "Enlaces dedicados", _D.OURS, "Aviso de cambio de domicilio",
        "Por escrito, a su representante.", "Cláusula 20", _C.NOTICE, _R.ONCE, 25,
    ),
    _Told(
        "Mensavía", "SMS y notificaciones", _D.VENDORS, "Reporte de entregas",
        "Mensajes entregados y rechazados, por operador.", "Cláusula 6",
        _C.REPORT, _R.MONTHLY, -70, ("accept", "accept"),
        end="Convenio modificatorio: se consulta en su portal",
    ),
)  # fmt: skip


def tell_obligations(world: World, base: datetime) -> int:
    """Each with what became of it until now; returns how many there are."""
    people = {name: world.users.get(name) for name in (_MANAGER, _RISK, _FINANCE)}
    if None in people.values() or Obligation.objects.exists():
        return 0
    for told in _OBLIGATIONS:
        with in_one_piece():
            _tell(told, people, base)
    return len(_OBLIGATIONS)


def _tell(told: _Told, people: dict[str, Any], base: datetime) -> None:
    manager = people[_MANAGER]
    contract = Contract.objects.get(vendor__name=told.vendor, title=told.contract)
    first = base + told.first * _DAY
    with _at(min(first, base) - 5 * _DAY):
        row = services.add_obligation(
            actor=manager, contract=contract, direction=told.direction, title=told.title,
            what=told.what, place=told.place, category=told.category, recurrence=told.recurrence,
            first_due_on=timezone.localdate(first), owner=people[told.owner],
            approver=people[told.approver],
        )  # fmt: skip
    tasks = row.tasks.filter(due_on__lt=timezone.localdate(base)).order_by("number")
    for task, went in zip(tasks, told.went, strict=False):
        _go(task, went, people[told.owner], people[told.approver])
    if told.end:
        with _at(base - _DAY):
            row = services.end_obligation(row, actor=manager, note=told.end)
    with _at(base):
        keep_obligation(row.pk, base)


def _go(task: ObligationTask, went: str, owner: Any, approver: Any) -> None:
    """One time: waived, or submitted before its day or late, and judged two days after that."""
    noon = timezone.make_aware(datetime.combine(task.due_on, time(12)))
    if went == "waive":
        with _at(noon - _DAY):
            services.waive_task(task, actor=approver, note="No hubo nada que entregar")
        return
    submitted = noon - _DAY
    if went == "late":
        with _at(noon + _DAY):
            keep_obligation(task.obligation_id, noon + _DAY)
        submitted = noon + 3 * _DAY
    with _at(submitted):
        services.attach_obligation_evidence(
            task, actor=owner, title="Comprobante", name="comprobante.txt",
            data=f"{task.reference}, {task.due_on}".encode(),
        )  # fmt: skip
        task = services.submit_task(task, actor=owner, note="Se entregó; se anexa el comprobante")
    if went == "return":
        with _at(submitted + _DAY):
            services.return_task(task, actor=approver, note="Falta un producto")
    elif went != "submit":
        with _at(submitted + 2 * _DAY):
            services.accept_task(task, actor=approver)


@contextmanager
def _at(moment: datetime) -> Iterator[None]:
    with acting(channel=Channel.DEMO, at=moment):
        yield
