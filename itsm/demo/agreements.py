"""What is agreed about times in the demo world, in force before its incidents happen."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from audit.context import Channel, acting
from people.models import Team, User, WorkCalendar
from people.roles import Role
from people.services import grant_role
from sla.agreement_services import add_agreement, approve_version, draft_version
from sla.durations import read_target
from sla.enums import AgreementKind, Metric
from sla.freezing import freeze, month_before
from sla.models import Agreement, Client
from vendors.models import Vendor

_REGIONAL, _COLOMBIA, _MEXICO = "lospina", "ccaicedo", "service_manager"
_MONTHS = 3  # that are frozen when the world is told

# By metric the times of P1 to P5, as a person would type them.
type Times = Mapping[Metric, str]
_GENERAL: Times = {
    Metric.ACKNOWLEDGE: "15 min, 30 min, 2 h, 8 h, 24 h",
    Metric.FIRST_RESPONSE: "20 min, 45 min, 4 h, 12 h, 48 h",
    Metric.RESTORE: "1 h, 4 h",
    Metric.RESOLVE: "4 h, 8 h, 24 h, 72 h, 120 h",
}
_BANK: Times = {Metric.ACKNOWLEDGE: "10 min, 20 min", Metric.RESOLVE: "2 h, 4 h, 16 h"}
_OFFICE: Times = {Metric.RESOLVE: "4 h, 8 h, 16 h, 40 h, 80 h"}
_DESK: Times = {Metric.ACKNOWLEDGE: "5 min, 15 min, 1 h, 4 h", Metric.RESOLVE: "2 h, 4 h, 8 h"}
_SECOND: Times = {Metric.ACKNOWLEDGE: "15 min, 30 min, 2 h", Metric.RESOLVE: "3 h, 6 h, 16 h"}
_CONTRACT: Times = {Metric.FIRST_RESPONSE: "30 min, 1 h, 4 h", Metric.RESOLVE: "4 h, 8 h, 40 h"}

_CLIENTS = {
    "banco-sierra-alta": ("Banco Sierra Alta", _BANK, ""),
    "banco-mirasol": ("Banco Mirasol", _BANK, ""),
    "boletera-andanza": ("Boletera Andanza", _OFFICE, "mexico"),
    "farmacias-tlaloc": ("Farmacias Tláloc", _OFFICE, "mexico"),
    "banco-frailejon": ("Banco Frailejón", _BANK, ""),
    "almacenes-sabana": ("Almacenes Sabana", _OFFICE, "colombia"),
}
_TEAMS = {
    "payments-l1": ("Mesa de pagos N1", _DESK, ""),
    "payments-l2": ("Pagos N2", _SECOND, "payments-desk"),
    "wallet-co": ("Billetera Colombia", _SECOND, "colombia"),
}
_VENDORS = ("Red Andamio", "Procesadora Mirador", "Nube Cóndor", "Puente Andino Pagos", "Mensavía")


def found_agreements(now: datetime) -> None:
    """Found them where the people who agree are there; a draft waits for somebody to approve it."""
    users = {user.username: user for user in User.objects.all()}
    if not {_REGIONAL, _COLOMBIA, _MEXICO} <= users.keys():
        return
    reason = "Agrees on times with clients, teams and vendors"
    for name in (_REGIONAL, _COLOMBIA):
        team = None if name == _REGIONAL else Team.objects.get(slug="wallet-co")
        grant_role(users[name], Role.SERVICE_MANAGER, actor=None, reason=reason, team=team)
    calendars = {row.slug: row for row in WorkCalendar.objects.all()}
    found: dict[str, Agreement] = {}
    for slug, (facts, times, calendar) in _told().items():
        if "client" in facts:
            facts["parent"] = found["general"]
        drafter = users[_COLOMBIA if _is_colombian(facts) else _MEXICO]
        found[slug] = add_agreement(actor=None, slug=slug, **facts)
        version = draft_version(
            found[slug],
            actor=drafter,
            targets=dict(_cells(times)),
            calendar=calendars.get(calendar),
        )
        approve_version(version, actor=users[_REGIONAL])
    with acting(channel=Channel.DEMO, at=now - timedelta(days=2)):
        shorter = _OFFICE | {Metric.ACKNOWLEDGE: "10 min, 20 min", Metric.RESOLVE: "3 h, 6 h, 12 h"}
        draft_version(
            found["sla-farmacias-tlaloc"],
            actor=users[_MEXICO],
            targets=dict(_cells(shorter)),
            calendar=calendars["mexico"],
        )


def freeze_last_months(base: datetime) -> None:
    """The last months as they were known soon after each was over."""
    months = [month_before(base.date())]
    while len(months) < _MONTHS:
        months.append(month_before(months[-1]))
    for first in reversed(months):
        closed = datetime(first.year, first.month, 1, 12, tzinfo=UTC) + timedelta(days=32)
        known = closed.replace(day=2)
        with acting(channel=Channel.DEMO, at=min(known, base)):
            for agreement in Agreement.objects.order_by("pk"):
                freeze(agreement, first, actor=None, now=known)


def _told() -> dict[str, tuple[dict[str, Any], Times, str]]:
    clients = {row.slug: row for row in Client.objects.all()}
    teams = {row.slug: row for row in Team.objects.all()}
    vendors = {row.name: row for row in Vendor.objects.all()}
    told: dict[str, tuple[dict[str, Any], Times, str]] = {
        "general": ({"name": "Condiciones generales", "kind": AgreementKind.SLA}, _GENERAL, "")
    }
    for slug, (name, times, calendar) in _CLIENTS.items():
        facts = {"name": f"SLA {name}", "kind": AgreementKind.SLA, "client": clients[slug]}
        told[f"sla-{slug}"] = (facts, times, calendar)
    for slug, (name, times, calendar) in _TEAMS.items():
        facts = {"name": f"OLA {name}", "kind": AgreementKind.OLA, "team": teams[slug]}
        told[f"ola-{slug}"] = (facts, times, calendar)
    for number, name in enumerate(_VENDORS, 1):
        facts = {"name": f"Contrato de soporte, {name}", "kind": AgreementKind.UC}
        told[f"uc-{number}"] = (facts | {"vendor": vendors[name]}, _CONTRACT, "")
    return told


def _is_colombian(facts: Mapping[str, Any]) -> bool:
    party = facts.get("client") or facts.get("team")
    return party is not None and party.country == "CO"


def _cells(times: Times) -> Iterator[tuple[tuple[Metric, int], timedelta]]:
    for metric, told in times.items():
        for priority, text in enumerate(told.split(","), 1):
            yield (metric, priority), read_target(text)
