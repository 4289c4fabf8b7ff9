"""What contracts of the demo world oblige us and the vendors to, met, late, waived and missed."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from audit.context import Channel, acting
from itsm.demo.founding import World
from itsm.demo.piece import in_one_piece
from vendors import services
from vendors.models import Contract, Obligation, ObligationTask
from vendors.obligations.enums import Direction, ObligationCategory, Recurrence
from vendors.services.obligation_tasks import keep_obligation

_OURS, _THEIRS = Direction.OURS, Direction.VENDORS
_C, _R = ObligationCategory, Recurrence
_ACCEPTED, _LATE, _NOBODY = "accepted", "late", ""


class Told(NamedTuple):
    """An obligation: first due so many days ago; `fates` are those of what is due until now."""

    contract: str
    direction: Direction
    title: str
    what: str
    place: str
    category: ObligationCategory
    recurrence: Recurrence
    ago: int
    fates: tuple[str, ...] = ()
    owner: str = "vendor_manager"
    approver: str = "approver2"
    needs_evidence: bool = True


OBLIGATIONS = (
    Told("Conmutación de tarjetas", _THEIRS, "Reporte mensual de niveles de servicio",
         "Disponibilidad y tiempos del mes anterior, por servicio", "Anexo 3, 5.1", _C.REPORT,
         _R.MONTHLY, 100, (_ACCEPTED, _ACCEPTED, _LATE, "submitted")),
    Told("Conmutación de tarjetas", _THEIRS, "Prueba de conmutación al sitio alterno",
         "Constancia de la prueba anual con resultados", "Anexo 5, 2", _C.SERVICE_LEVEL,
         _R.YEARLY, 9, (_NOBODY,)),
    Told("Conmutación de tarjetas", _OURS, "Pronóstico de volumen",
         "Transacciones esperadas de los próximos doce meses", "Cláusula 9.3", _C.REPORT,
         _R.QUARTERLY, 95, (_ACCEPTED, _ACCEPTED), needs_evidence=False),
    Told("Procesamiento emisor", _THEIRS, "Póliza de responsabilidad cibernética",
         "Carátula de la póliza vigente", "Cláusula 15.2", _C.INSURANCE, _R.YEARLY, 60,
         (_ACCEPTED,)),
    Told("Procesamiento emisor", _THEIRS, "Análisis de vulnerabilidades",
         "Resultado del barrido externo y plan de corrección", "Anexo 4, 6", _C.SECURITY,
         _R.QUARTERLY, 92, (_ACCEPTED, "returned")),
    Told("Procesamiento emisor", _OURS, "Pago del mínimo garantizado",
         "Transferencia del trimestre", "Cláusula 6.1", _C.PAYMENT, _R.QUARTERLY, 40,
         (_ACCEPTED,), "finance"),
    Told("Colocación de racks", _THEIRS, "Bitácora de accesos a la jaula",
         "Entradas y salidas del mes", "Anexo B, 3", _C.SECURITY, _R.MONTHLY, 62,
         (_ACCEPTED, "waived", _ACCEPTED)),
    Told("Colocación de racks", _OURS, "Lista de personas autorizadas",
         "Personas que pueden entrar al centro de datos", "Anexo B, 4", _C.NOTICE,
         _R.HALF_YEARLY, 20, (_ACCEPTED,), needs_evidence=False),
    Told("Personalización de tarjetas", _THEIRS, "Constancia de destrucción de plásticos",
         "Acta de destrucción con folios", "Cláusula 8.4", _C.PRIVACY, _R.MONTHLY, 35,
         (_ACCEPTED, _NOBODY)),
    Told("Consultas de buró", _OURS, "Declaración de uso permitido",
         "Carta anual de uso de la información", "Cláusula 11", _C.PRIVACY, _R.YEARLY, -25),
    Told("Operación de cajeros", _THEIRS, "Derecho de auditoría",
         "Visita anual a la operación", "Cláusula 17", _C.AUDIT_RIGHT, _R.YEARLY, -70),
    Told("Enlaces dedicados", _THEIRS, "Certificado ISO 27001",
         "Certificado vigente con alcance", "Cláusula 13.1", _C.CERTIFICATION, _R.YEARLY, -5),
    Told("Licencias de oficina", _OURS, "Recuento de licencias",
         "Licencias en uso por empresa", "Cláusula 4.2", _C.REPORT, _R.ONCE, -40),
)  # fmt: skip
_NOTES: Mapping[Direction, str] = {
    Direction.OURS: "Enviado al proveedor por su portal",
    Direction.VENDORS: "Recibido del proveedor por correo",
}


def tell_obligations(world: World, base: datetime) -> int:
    """Each by the road of its fates; returns how many there are."""
    if Obligation.objects.exists() or not {"vendor_manager", "finance", "approver2"} <= set(
        world.users
    ):
        return 0
    for told in OBLIGATIONS:
        contract = Contract.objects.filter(title=told.contract).first()
        if contract is not None:
            with in_one_piece():
                _tell(told, contract, world, base)
    return Obligation.objects.count()


def _tell(told: Told, contract: Contract, world: World, base: datetime) -> None:
    first = base - timedelta(days=told.ago)
    with _at(min(first, base) - timedelta(days=20)):
        row = services.add_obligation(
            actor=world.users["vendor_manager"],
            contract=contract,
            direction=told.direction,
            title=told.title,
            what=told.what,
            place=told.place,
            category=told.category,
            recurrence=told.recurrence,
            first_due_on=timezone.localdate(first),
            owner=world.users[told.owner],
            approver=world.users[told.approver],
            needs_evidence=told.needs_evidence,
        )
    for task, fate in zip(row.tasks.order_by("number"), told.fates, strict=False):
        if fate and task.due_on <= timezone.localdate(base):
            _go_on(task, told, fate, world, base)
    with _at(base):
        keep_obligation(row.pk, base)


def _go_on(task: ObligationTask, told: Told, fate: str, world: World, base: datetime) -> None:
    """Submitted three days before its day, or five after it; judged two days later."""
    owner, approver = world.users[told.owner], world.users[told.approver]
    left = timedelta(days=(timezone.localdate(base) - task.due_on).days)
    if fate == "waived":
        with _at(base - left - timedelta(days=4)):
            services.waive_task(task, actor=approver, note="Nadie entró ese mes")
        return
    done = base - left + timedelta(days=5 if fate == _LATE else -3)
    if fate == _LATE:
        with _at(min(base - left + timedelta(days=1), base)):
            keep_obligation(task.obligation_id, min(base - left + timedelta(days=1), base))
        task.refresh_from_db()
    with _at(min(done, base)):
        if told.needs_evidence:
            services.attach_obligation_evidence(
                task,
                actor=owner,
                title=told.title,
                name="constancia.txt",
                data=f"{told.title}, {task.due_on}".encode(),
            )
        task = services.submit_task(task, actor=owner, note=_NOTES[told.direction])
    if fate == "submitted":
        return
    with _at(min(done + timedelta(days=2), base)):
        if fate == "returned":
            services.return_task(task, actor=approver, note="Falta el plan de corrección")
        else:
            services.accept_task(task, actor=approver)


@contextmanager
def _at(moment: datetime) -> Iterator[None]:
    with acting(channel=Channel.DEMO, at=moment):
        yield
