"""Audits of the demo world: one that runs, with a request list in all its states, and one of last
year that ended."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone

from audit.context import Channel, acting
from evidence import services
from evidence.enums import Framework
from evidence.models import AuditRequest, Engagement
from itsm.demo.founding import World
from people.models import RoleGrant
from people.roles import Role
from people.services import create_account, disable_account, hire_person

FIRM, FORMER = "Quetzal Aseguramiento, S.C.", "Vega y Robles Auditores"
_HOUR = timedelta(hours=1)
_DAY = timedelta(days=1)


@dataclass(frozen=True)
class Asked:
    """A request: when it was asked, what became of it, by whom, and what was said."""

    control: str
    title: str
    text: str
    owner: str
    asked: int  # days ago
    due: int  # days from today
    moves: Sequence[tuple[str, int, str]] = ()  # verb, days ago, note or answer
    comments: Sequence[tuple[str, int, str]] = ()  # who, days ago, text


_NOW = (
    Asked(
        "PCI-6.5.1",
        "Población de cambios a producción del trimestre y muestra de 25",
        "Todos los cambios implementados en el periodo, con conteo por tipo, números faltantes "
        "explicados y conciliación contra despliegues. La semilla la damos nosotros.",
        "service_manager", 9, 2,
        (("start", 8, ""), ("provide", 3, "Paquete con la población completa; 25 sorteados con su "
          "semilla del correo del lunes. Los huecos de numeración vienen explicados uno por uno.")),
        (("auditor", 7, "La semilla va en mi correo de hoy; por favor anótenla en el paquete."),),
    ),
    Asked(
        "PCI-6.5.2",
        "Cambios significativos: criterio y listas de verificación",
        "Quién decidió que un cambio es significativo, y la lista de verificación de cada uno.",
        "service_owner", 9, -1,
        (("start", 6, ""), ("provide", 5, "Los dos cambios significativos del periodo con su lista "
          "completa."), ("return", 4, "Falta la actualización del diagrama de red del segundo.")),
        (("service_owner", 3, "El diagrama está en firma; lo subo en cuanto regrese."),),
    ),
    Asked(
        "PCI-7.2.4",
        "List of all accounts with roles, and the last access review",
        "Every account, active or not, with its grants during the period.",
        "security_admin", 8, -3,
        (("start", 5, ""),),
    ),
    Asked(
        "PCI-8.2.5",
        "Bajas de personal contra cuentas deshabilitadas",
        "La lista de bajas del periodo según Personal, y cuándo se deshabilitó cada cuenta.",
        "security_admin", 8, 5,
    ),
    Asked(
        "PCI-12.5.1",
        "Inventario de componentes en alcance",
        "Función, dueño y ambiente de cada componente en alcance o conectado.",
        "admin", 9, -2,
        (("start", 8, ""), ("provide", 6, "Inventario al cierre del trimestre, con lo que ya pasó "
          "su fin de vida señalado."), ("accept", 5, "")),
    ),
    Asked(
        "PCI-12.10.1",
        "Muestra de cinco incidentes con línea de tiempo",
        "Detección, severidad por matriz, contención, causa y lecciones.",
        "team_lead", 4, 6,
    ),
    Asked(
        "PCI-10.3.4",
        "Quién puede apagar la bitácora",
        "",
        "admin", 4, 3,
        (("withdraw", 3, "Quedó respondido en el recorrido del martes."),),
    ),
)  # fmt: skip
_THEN = (
    Asked("SOC2-CC8.1", "Cambios del primer semestre", "", "service_manager", 230, -215,
          (("provide", 225, "Población y muestra entregadas."), ("accept", 222, ""))),
    Asked("SOC2-CC6.2", "Altas y bajas del primer semestre", "", "security_admin", 229, -214,
          (("provide", 221, "Listado con autorizaciones."), ("accept", 218, ""))),
)  # fmt: skip


def tell_audits(world: World, base: datetime) -> int:
    """Tell both, once; returns how many were new."""
    if Engagement.objects.exists():
        return 0
    _tell_former(world, base)
    grants = RoleGrant.objects.filter(user=world.users["auditor"], role=Role.AUDITOR)
    until = grants.order_by("-ends_at").values_list("ends_at", flat=True)[0]
    first = _quarter_before(timezone.localdate(base))
    with _at(base - 10 * _DAY, world.users["security_admin"]):
        row = services.begin_engagement(
            actor=None,
            firm=FIRM,
            frameworks=[Framework.PCI_DSS],
            period_starts_on=first,
            period_ends_on=_quarter_after(first),
            owner=world.users["service_manager"],
            expires_at=until,
            auditors=[world.users["auditor"]],
        )
    for asked in _NOW:
        _tell(row, asked, world, base, world.users["auditor"])
    return 2


@transaction.atomic
def _tell_former(world: World, base: datetime) -> None:
    """Its auditor's account is disabled since, and its grants ended when it did."""
    begun, ended = base - 235 * _DAY, base - 180 * _DAY
    with _at(begun - _DAY):
        person = hire_person(
            actor=None,
            full_name="Beatriz Navarro",
            subsidiary=world.teams["payments-l1"].subsidiary,
            job_title="Auditora externa, SOC 2",
        )
        former = create_account(
            actor=None, username="bnavarro", email="bnavarro@auditores.example", person=person
        )
    with _at(begun):
        day = timezone.localdate(begun)
        row = services.begin_engagement(
            actor=None,
            firm=FORMER,
            frameworks=[Framework.SOC_2],
            period_starts_on=date(day.year - (day.month < 7), 1 if day.month >= 7 else 7, 1),
            period_ends_on=date(day.year, 7 if day.month >= 7 else 1, 1),
            owner=world.users["service_manager"],
            expires_at=timezone.now() + _DAY,
            auditors=[former],
        )
    for asked in _THEN:
        _tell(row, asked, world, base, former)
    with _at(ended):
        services.end_engagement(row, actor=None, note="Informe entregado.")
        # The services grant from now on only; here the past is told.
        grants = RoleGrant.objects.filter(engagement__auditor__engagement=row)
        grants.update(starts_at=begun, ends_at=ended)
        Engagement.objects.filter(pk=row.pk).update(expires_at=ended)
        disable_account(former, actor=None, reason="Terminó la auditoría.")


def _tell(row: Engagement, asked: Asked, world: World, base: datetime, auditor: Any) -> None:
    at = base - asked.asked * _DAY
    with _at(at, auditor):
        request = services.ask_for(
            actor=auditor,
            engagement=row,
            control=asked.control,
            title=asked.title,
            text=asked.text,
            owner=world.users[asked.owner],
            due_on=timezone.localdate(base) + asked.due * _DAY,
        )
    said = [(days, 0, "comment", who, text) for who, days, text in asked.comments]
    said += [(days, 1, verb, "", text) for verb, days, text in asked.moves]
    for days, _nth, verb, who, text in sorted(said, key=lambda one: (-one[0], one[1])):
        is_theirs = verb in ("accept", "return", "withdraw")
        actor = auditor if is_theirs or who == "auditor" else world.users[who or asked.owner]
        with _at(base - days * _DAY + _HOUR, actor):
            _take(request, verb, actor, text)


def _take(request: AuditRequest, verb: str, actor: Any, text: str) -> None:
    if verb == "comment":
        services.comment_on_request(request, actor=actor, text=text)
    elif verb == "provide":
        services.provide_request(request, actor=actor, answer=text)
    else:
        getattr(services, f"{verb}_request")(request, actor=actor, note=text)


def _at(at: datetime, actor: Any = None) -> Any:
    return acting(channel=Channel.DEMO, at=at, actor=actor)


def _quarter_before(day: date) -> date:
    """The first day of the last quarter that is over."""
    last = date(day.year, 3 * ((day.month - 1) // 3) + 1, 1) - _DAY
    return date(last.year, last.month - 2, 1)


def _quarter_after(first: date) -> date:
    """The first day of the next quarter."""
    return date(first.year + (first.month == 10), (first.month + 3 - 1) % 12 + 1, 1)
