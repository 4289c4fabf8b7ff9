"""Founds the demo world: people, teams, vendors, assets, services, clients and the alert source.

What needs what, and the many assets that look alike, come with the job that fills it: see `fleet`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from django.db import models, transaction

from assets.enums import Environment, Lifecycle
from assets.models import Asset, Service
from assets.services import add_asset, add_service
from audit.context import Channel, acting
from changes.models import Board, Change
from incidents.models import Incident
from integrations.models import AlertSource
from integrations.services import add_source, rotate_key
from itsm.demo.agreements import found_agreements
from itsm.demo.assurance import assure_vendors
from itsm.demo.clock_profiles import found_clock_profiles
from itsm.demo.crew import COLLEAGUES, TEAMS, Colleague
from itsm.demo.estate import Estate, Facts, read_estate
from itsm.demo.working import found_calendars
from people.demo_cast import DEMO_PEOPLE, DEMO_SUBSIDIARIES, DEMO_TEAMS, found_demo_cast
from people.models import Person, Subsidiary, Team, User
from people.services import (
    add_to_team,
    create_account,
    found_team,
    grant_role,
    hire_person,
)
from sla.client_services import add_client
from sla.models import Client
from vendors.models import Vendor
from vendors.services import add_vendor

SINCE = date(2024, 3, 1)
BEGINNING = datetime.combine(SINCE, time(15), UTC)
SOURCE = "Prometheus production"
_OWNER = "core-platform"  # owns what everybody runs on


@dataclass
class World:
    """The rows of the demo world by their short names."""

    users: dict[str, User]
    teams: dict[str, Team]
    services: dict[str, Service]
    assets: dict[str, Asset]
    vendors: dict[str, Vendor]
    clients: dict[str, Client]


def holds_other_data() -> bool:
    """Whether there is anything but the cast, which demo accounts and tests share."""
    foreign = (
        User.objects.exclude(username__in=DEMO_PEOPLE),
        Team.objects.exclude(slug__in=DEMO_TEAMS),
        Subsidiary.objects.exclude(name__in=DEMO_SUBSIDIARIES.values()),
    )
    empty: tuple[type[models.Model], ...] = (
        *(Vendor, Service, Asset, Client, Incident, Change, Board, AlertSource),
    )
    return any(rows.exists() for rows in foreign) or any(
        model._default_manager.exists() for model in empty
    )


@transaction.atomic
def found_world() -> str:
    """Found all but the incidents; gives the path of the alert source's hook and its Bearer."""
    with acting(channel=Channel.DEMO, at=BEGINNING):
        if not User.objects.exists():
            found_demo_cast()
        estate = read_estate()
        teams = _found_teams()
        found_calendars()
        for n, (username, told) in enumerate(COLLEAGUES.items(), len(DEMO_PEOPLE) + 1):
            _hire(username, told, teams[told.team], n)
        _staff_vendor_desk(teams["vendor-desk"])
        vendors = _add_vendors(estate)
        for name, facts in estate.assets.items():
            add_demo_asset(name, facts, teams, vendors)
        services = _add_services(estate, teams)
        _add_clients(estate)
        found_agreements(datetime.now(UTC))
        assure_vendors(datetime.now(UTC))
        found_clock_profiles(datetime.now(UTC))
    with acting(channel=Channel.DEMO):
        return _add_source(services["payment-platform"])


def read_world() -> World:
    """The rows as they are now."""
    return World(
        users={user.username: user for user in User.objects.all()},
        teams={team.slug: team for team in Team.objects.all()},
        services={s.label: s for s in Service.objects.select_related("support_team")},
        assets={asset.name: asset for asset in Asset.objects.all()},
        vendors={vendor.name: vendor for vendor in Vendor.objects.all()},
        clients={client.slug: client for client in Client.objects.all()},
    )


def _found_teams() -> dict[str, Team]:
    """Those of the cast are there; the others are founded."""
    teams = {team.slug: team for team in Team.objects.select_related("subsidiary")}
    companies = {company.country: company for company in Subsidiary.objects.all()}
    for slug, told in TEAMS.items():
        teams[slug] = found_team(
            actor=None,
            slug=slug,
            name=told.name,
            tier=told.tier,
            subsidiary=companies[told.country],
        )
    return teams


def _hire(username: str, told: Colleague, team: Team, number: int) -> None:
    person: Person = hire_person(
        actor=None,
        full_name=told.full_name,
        subsidiary=team.subsidiary,
        employee_number=f"E{number:05}",
        job_title=told.job,
    )
    user = create_account(
        actor=None, username=username, email=f"{username}@cobalto.example", person=person
    )
    add_to_team(person, team, actor=None, starts_on=SINCE)
    grant_role(
        user,
        told.role,
        actor=None,
        reason="Colleague of the demo world",
        team=team,
        starts_at=datetime(SINCE.year, SINCE.month, SINCE.day, tzinfo=UTC),
    )


def _staff_vendor_desk(team: Team) -> None:
    """The vendor manager of the cast leads the desk; the cast itself knows nothing of it."""
    manager = User.objects.select_related("person").filter(username="vendor_manager").first()
    if manager and manager.person:
        add_to_team(manager.person, team, actor=None, starts_on=SINCE)


def _add_vendors(estate: Estate) -> dict[str, Vendor]:
    manager = User.objects.filter(username="vendor_manager").first()
    return {
        name: add_vendor(
            actor=None,
            name=name,
            tier=facts["tier"],
            country=facts["country"],
            could_affect_security=facts["security"],
            taken_over_on=SINCE,
            manager=manager,
        )
        for name, facts in estate.vendors.items()
    }


def add_demo_asset(
    name: str, facts: Facts, teams: Mapping[str, Team], vendors: Mapping[str, Vendor]
) -> Asset:
    """Add one asset as the files tell it."""
    return add_asset(
        actor=None,
        name=name,
        asset_class=facts["class"],
        environment=facts.get("environment", Environment.PRODUCTION),
        lifecycle=facts.get("lifecycle", Lifecycle.LIVE),
        pci_scope=facts["pci"],
        data_residency=facts["at"],
        owner_team=teams["wallet-co" if facts["at"] == "CO" else _OWNER],
        vendor=vendors.get(facts.get("vendor", "")),
        **facts["details"],
    )


def _add_services(estate: Estate, teams: dict[str, Team]) -> dict[str, Service]:
    return {
        label: add_service(
            actor=None,
            label=label,
            name=facts["name"],
            description=facts["description"],
            tier=facts["tier"],
            criticality=facts["criticality"],
            owner_team=teams[_owner_of(facts)],
            support_team=teams[facts["support"]],
            countries=facts["countries"],
            rto=timedelta(minutes=facts["rto_minutes"]),
            rpo=timedelta(minutes=facts["rpo_minutes"]),
        )
        for label, facts in estate.services.items()
    }


def _owner_of(facts: Facts) -> str:
    return facts.get("owner") or ("wallet-co" if facts["countries"] == ["CO"] else _OWNER)


def _add_clients(estate: Estate) -> None:
    for slug, facts in estate.clients.items():
        add_client(
            actor=None,
            slug=slug,
            name=facts["name"],
            country=facts["country"],
            language=facts.get("language", "es-mx"),
            contacts=[
                {"name": name, "email": email, "phone": phone}
                for name, email, phone in facts["contacts"]
            ],
        )


def _add_source(default_service: Service) -> str:
    source = add_source(
        actor=None, name=SOURCE, kind="alertmanager", default_service=default_service
    )
    _key, url_key, bearer = rotate_key(source, actor=None)
    return f"/hooks/{source.kind}/{url_key}/ · Bearer {bearer}"
