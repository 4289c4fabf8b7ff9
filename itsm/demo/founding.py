"""Founds the demo world: people, vendors, assets, services, clients and the alert source."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import models, transaction

from assets.models import Asset, Service
from assets.services import add_asset, add_dependency, add_service
from audit.context import Channel, acting
from incidents.models import Incident
from integrations.models import AlertSource
from integrations.services import add_source, rotate_key
from itsm.demo.crew import COLLEAGUES, Colleague
from itsm.demo.estate import Estate, read_estate
from people.demo_cast import DEMO_PEOPLE, DEMO_SUBSIDIARIES, DEMO_TEAMS, found_demo_cast
from people.models import Person, Subsidiary, Team, User
from people.services import add_to_team, create_account, grant_role, hire_person
from sla.client_services import add_client
from sla.models import Client
from vendors.models import Vendor
from vendors.services import add_vendor

SINCE = date(2024, 3, 1)
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
    empty: tuple[type[models.Model], ...] = (Vendor, Service, Asset, Client, Incident, AlertSource)
    return any(rows.exists() for rows in foreign) or any(
        model._default_manager.exists() for model in empty
    )


@transaction.atomic
def found_world() -> str:
    """Found all but the incidents; gives the path of the alert source's hook and its Bearer."""
    with acting(channel=Channel.DEMO):
        if not User.objects.exists():
            found_demo_cast()
        estate = read_estate()
        teams = {team.slug: team for team in Team.objects.select_related("subsidiary")}
        for username, told in COLLEAGUES.items():
            _hire(username, told, teams[told.team])
        vendors = _add_vendors(estate)
        assets = _add_assets(estate, teams, vendors)
        services = _add_services(estate, teams, assets)
        _add_clients(estate)
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


def _hire(username: str, told: Colleague, team: Team) -> None:
    person: Person = hire_person(
        actor=None, full_name=told.full_name, subsidiary=team.subsidiary, employee_number=None
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


def _add_vendors(estate: Estate) -> dict[str, Vendor]:
    manager = User.objects.filter(username="vendor_manager").first()
    return {
        name: add_vendor(
            actor=None,
            name=name,
            tier=facts["tier"],
            country=facts["country"],
            could_affect_security=facts["security"],
            manager=manager,
        )
        for name, facts in estate.vendors.items()
    }


def _add_assets(
    estate: Estate, teams: dict[str, Team], vendors: dict[str, Vendor]
) -> dict[str, Asset]:
    assets = {
        name: add_asset(
            actor=None,
            name=name,
            asset_class=facts["class"],
            pci_scope=facts["pci"],
            data_residency=facts["at"],
            owner_team=teams["wallet-co" if facts["at"] == "CO" else _OWNER],
            vendor=vendors.get(facts.get("vendor")),
        )
        for name, facts in estate.assets.items()
    }
    for name, kind, needed in estate.needs_of_assets():
        _depend(asset=assets[name], kind=kind, needs=assets[needed])
    return assets


def _add_services(
    estate: Estate, teams: dict[str, Team], assets: dict[str, Asset]
) -> dict[str, Service]:
    services = {
        label: add_service(
            actor=None,
            label=label,
            name=facts["name"],
            description=facts["description"],
            tier=facts["tier"],
            criticality=facts["criticality"],
            owner_team=teams["wallet-co" if facts["countries"] == ["CO"] else _OWNER],
            support_team=teams[facts["support"]],
            countries=facts["countries"],
            rto=timedelta(minutes=facts["rto_minutes"]),
            rpo=timedelta(minutes=facts["rpo_minutes"]),
        )
        for label, facts in estate.services.items()
    }
    for label, needed in estate.needs_of_services():
        _depend(service=services[label], kind="uses", needs=assets[needed])
    return services


def _depend(**facts: Any) -> None:
    add_dependency(actor=None, starts_on=SINCE, **facts)


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
