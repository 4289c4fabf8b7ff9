"""The people of the demo world, as a literal, and the function that founds them. The tests act
with the same cast, so what a role may do is tried on the very accounts that visitors sign in as.
"""

from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.utils import timezone

from audit.context import Channel, acting
from people.enums import TeamTier
from people.models import Subsidiary, Team, User
from people.roles import Role
from people.services import (
    add_to_team,
    create_account,
    found_subsidiary,
    found_team,
    grant_role,
    hire_person,
)

DEMO_PASSWORD = "demo"  # noqa: S105 -- known on purpose; demo mode keeps to the loopback address
SINCE = date(2024, 1, 8)
ENGAGEMENT = timedelta(days=90)  # of the auditor, from the founding on

DEMO_SUBSIDIARIES = {"MX": "Cobalto Pagos México", "CO": "Cobalto Pagos Colombia"}


@dataclass(frozen=True)
class DemoTeam:
    """A team of the demo world, in its country's subsidiary."""

    name: str
    tier: TeamTier
    country: str = "MX"


@dataclass(frozen=True)
class DemoPerson:
    """Somebody with an account of the demo world; `team` or `country` says where the role holds."""

    full_name: str
    role: Role | None = None
    job: str = ""
    team: str = ""  # member of it, and the role is for it
    country: str = ""
    member_of: str = ""  # member of it, while the role is for the country
    subsidiary: str = "MX"
    ends: bool = False
    language: str = "en"
    time_zone: str = "America/Mexico_City"


DEMO_TEAMS = {
    "payments-l1": DemoTeam("Payments, first line", TeamTier.L1),
    "payments-l2": DemoTeam("Payments, second line", TeamTier.L2),
    "core-platform": DemoTeam("Core platform", TeamTier.PLATFORM),
    "cab-mx": DemoTeam("Change advisory board Mexico", TeamTier.CAB),
    "wallet-co": DemoTeam("Wallet Colombia", TeamTier.L1, "CO"),
}

DEMO_PEOPLE = {
    "admin": DemoPerson("Adriana Montes", Role.PLATFORM_ADMIN, job="Administradora del portal"),
    "security_admin": DemoPerson(
        "Samuel Ibarra", Role.SECURITY_ADMIN, job="Oficial de seguridad de la información"
    ),
    "service_manager": DemoPerson(
        "Silvia Carrasco",
        Role.SERVICE_MANAGER,
        country="MX",
        job="Gerente de entrega de servicios, México",
    ),
    "team_lead": DemoPerson(
        "Tomás Lara", Role.TEAM_LEAD, team="payments-l1", job="Líder de mesa de pagos"
    ),
    "agent_l1": DemoPerson(
        "Alma Núñez", Role.AGENT, team="payments-l1", job="Analista de soporte N1"
    ),
    "agent_l2": DemoPerson(
        "Andrés Luna", Role.AGENT, team="payments-l2", job="Ingeniero de soporte N2, tarjetas"
    ),
    "requester": DemoPerson(
        "Raquel Solís", Role.REQUESTER, team="core-platform", job="Ingeniera de software sénior"
    ),
    "implementer": DemoPerson(
        "Iván Prieto", Role.IMPLEMENTER, team="core-platform", job="Ingeniero de liberaciones"
    ),
    "peer": DemoPerson(
        "Patricia Rosas", Role.PEER, team="core-platform", job="Arquitecta de plataforma"
    ),
    "service_owner": DemoPerson(
        "Sergio Olmos", Role.SERVICE_OWNER, team="core-platform", job="Dueño de servicios de pago"
    ),
    "approver": DemoPerson(
        "Abril Vega",
        Role.CAB_MEMBER,
        country="MX",
        member_of="cab-mx",
        job="Gerente de riesgo operativo",
    ),
    "approver2": DemoPerson(
        "Arturo Vidal",
        Role.CAB_MEMBER,
        country="MX",
        member_of="cab-mx",
        job="Gerente de infraestructura",
    ),
    "cab_chair": DemoPerson(
        "Carolina Haro",
        Role.CAB_CHAIR,
        country="MX",
        member_of="cab-mx",
        job="Directora de operaciones de TI",
    ),
    "senior_approver": DemoPerson(
        "Saúl Arriaga",
        Role.SENIOR_APPROVER,
        country="MX",
        member_of="cab-mx",
        job="Director de tecnología",
    ),
    "vendor_manager": DemoPerson(
        "Valeria Medina",
        Role.VENDOR_MANAGER,
        country="MX",
        language="es-mx",
        job="Gerente de proveedores",
    ),
    "finance": DemoPerson(
        "Felipe Nava", Role.FINANCE, country="MX", language="es-mx", job="Contralor de tecnología"
    ),
    "hr_partner": DemoPerson(
        "Helena Ríos",
        Role.HR_PARTNER,
        country="MX",
        language="es-mx",
        job="Socia de recursos humanos",
    ),
    "auditor": DemoPerson("Aurelio Duarte", Role.AUDITOR, ends=True, job="Auditor externo, PCI"),
    "outsider": DemoPerson(
        "Óscar Restrepo",
        Role.AGENT,
        team="wallet-co",
        subsidiary="CO",
        language="es-mx",
        time_zone="America/Bogota",
        job="Analista de soporte, Bogotá",
    ),
    "norole": DemoPerson("Noé Rangel", job="Becario de TI"),
}


@dataclass
class Founded:
    """What was founded: subsidiaries by country, teams by short name, accounts by username."""

    subsidiaries: dict[str, Subsidiary] = field(default_factory=dict)
    teams: dict[str, Team] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)


def found_demo_cast(*, actor: Any = None) -> Founded:
    """Found all of it through the services, in one transaction. In demo mode everybody may sign
    in with the known password, elsewhere nobody has one."""
    founded = Founded()
    with transaction.atomic(), acting(channel=Channel.DEMO):
        for country, name in DEMO_SUBSIDIARIES.items():
            founded.subsidiaries[country] = found_subsidiary(
                actor=actor, name=name, country=country
            )
        for slug, team in DEMO_TEAMS.items():
            founded.teams[slug] = found_team(
                actor=actor,
                slug=slug,
                name=team.name,
                tier=team.tier,
                subsidiary=founded.subsidiaries[team.country],
            )
        for username, person in DEMO_PEOPLE.items():
            founded.users[username] = _found_account(username, person, founded, actor)
        if settings.DEMO:
            # One hash for all: twenty slow ones would hold up the first start for nothing.
            User.objects.filter(username__in=DEMO_PEOPLE).update(
                password=make_password(DEMO_PASSWORD)
            )
    return founded


def _found_account(username: str, told: DemoPerson, founded: Founded, actor: Any) -> User:
    human = hire_person(
        actor=actor,
        full_name=told.full_name,
        subsidiary=founded.subsidiaries[told.subsidiary],
        employee_number=f"E{len(founded.users) + 1:05}",
        job_title=told.job,
    )
    user = create_account(
        actor=actor,
        username=username,
        email=f"{username}@cobalto.example",
        person=human,
        language=told.language,
        time_zone=told.time_zone,
    )
    if member_of := told.team or told.member_of:
        add_to_team(human, founded.teams[member_of], actor=actor, starts_on=SINCE)
    if told.role:
        grant_role(
            user,
            told.role,
            actor=actor,
            reason="Demo account",
            team=founded.teams[told.team] if told.team else None,
            country=told.country,
            starts_at=datetime(SINCE.year, SINCE.month, SINCE.day, tzinfo=UTC),
            ends_at=timezone.now() + ENGAGEMENT if told.ends else None,
        )
    return user
