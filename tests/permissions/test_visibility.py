"""Who sees what: the table of the public contract, cell by cell, over a world that could leak.

`SEEN` is the specification. Each test compares the exact set of rows; what is not named is hidden.
"""

from datetime import date, timedelta

import pytest
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from assets.models import Asset, Dependency, Service
from audit.context import acting
from audit.models import LedgerEntry
from audit.services import record_event
from incidents.models import Incident, IncidentShare
from incidents.services import open_incident
from people.demo_cast import DEMO_PEOPLE
from people.models import Membership, Person, RoleGrant, Subsidiary, Team, User
from people.services import create_account, edit_team, grant_role, hire_person
from sla.models import Client
from tests.factories import a_service, a_vendor, an_asset
from tests.ledger import seal_here
from vendors.models import Vendor

NOTHING: set[str] = set()
SERVICES = {"spei", "cards", "wallet", "remittances"}  # MX own, MX other, CO, CO serving both
ASSETS = {"ledger", "switch", "wallet-db", "gateway"}
VENDORS = {"Prosa", "Redeban"}  # MX, CO
CLIENTS = {"Abarrotes", "Cafetales"}  # MX, CO
TEAMS_MX = {"payments-l1", "payments-l2", "core-platform", "cab-mx"}
TEAMS = TEAMS_MX | {"wallet-co", "far-away"}
PEOPLE_MX = {
    name
    for name, told in DEMO_PEOPLE.items()
    if (told.team or told.member_of) and told.subsidiary == "MX"
}
PEOPLE = {*DEMO_PEOPLE, "stranger"}
INCIDENTS_MX = {"own service", "other service", "Mexican vendor"}
INCIDENTS_CO = {"shared", "share expired", "own service abroad", "Mexican vendor abroad"}
INCIDENTS = INCIDENTS_MX | INCIDENTS_CO


def worker(who: str, shared: frozenset[str] = frozenset()) -> dict[str, set[str]]:
    """Agents, leads and service managers of Mexico."""
    return {
        "incidents": INCIDENTS_MX | shared,
        "services": {"spei", "cards", "remittances"},
        "assets": {"ledger", "switch"},
        "dependencies": {"cards needs switch"},
        "vendors": VENDORS,
        "clients": {"Abarrotes"},
        "teams": TEAMS_MX,
        "people": PEOPLE_MX | {who},
        "accounts": PEOPLE_MX | {who},
        "grants": {who},
        "subsidiaries": {"MX", "CO"},
    }


def engineer(who: str) -> dict[str, set[str]]:
    """Requester, implementer, peer and service owner, all of the core platform."""
    return {
        **worker(who),
        "incidents": {"own service", "own service abroad"},
        "services": {"spei"},
        "assets": {"ledger", "gateway"},
        "dependencies": {"spei needs gateway"},
    }


def board(who: str) -> dict[str, set[str]]:
    """CAB members, the chair, the senior approver; no change is linked to an incident yet."""
    return {
        **worker(who),
        "incidents": NOTHING,
        "services": SERVICES,
        "assets": ASSETS,
        "dependencies": {
            "cards needs switch",
            "spei needs gateway",
            "wallet needs wallet-db",
        },
    }


def buyer(who: str) -> dict[str, set[str]]:
    """Vendor manager and finance of Mexico."""
    return {
        **worker(who),
        "incidents": {"Mexican vendor", "Mexican vendor abroad"},
        "services": {"cards"},
        "assets": {"switch"},
        "vendors": {"Prosa"},
    }


EVERYBODY = {
    "teams": TEAMS,
    "people": PEOPLE,
    "accounts": PEOPLE,
    "grants": set(DEMO_PEOPLE) - {"norole"},
    "subsidiaries": {"MX", "CO"},
}
NOT_FOR_ADMINISTRATORS = {"incidents": NOTHING, "vendors": NOTHING}

SEEN: dict[str, dict[str, set[str]]] = {
    "agent_l1": worker("agent_l1", frozenset({"shared"})),
    "agent_l2": worker("agent_l2"),
    "team_lead": worker("team_lead"),
    "service_manager": worker("service_manager"),
    "requester": engineer("requester"),
    "implementer": engineer("implementer"),
    "peer": engineer("peer"),
    "service_owner": engineer("service_owner"),
    "approver": board("approver"),
    "approver2": board("approver2"),
    "cab_chair": board("cab_chair"),
    "senior_approver": board("senior_approver"),
    "vendor_manager": buyer("vendor_manager"),
    "finance": buyer("finance"),
    "auditor": {
        **EVERYBODY,
        "incidents": INCIDENTS,
        "services": SERVICES,
        "assets": ASSETS,
        "dependencies": board("x")["dependencies"],
        "vendors": VENDORS,
        "clients": CLIENTS,
    },
    "admin": {
        **EVERYBODY,
        **NOT_FOR_ADMINISTRATORS,
        "services": SERVICES,
        "assets": ASSETS,
        "dependencies": board("x")["dependencies"],
        "clients": CLIENTS,
    },
    "security_admin": {
        **EVERYBODY,
        **NOT_FOR_ADMINISTRATORS,
        "services": NOTHING,
        "assets": NOTHING,
        "dependencies": NOTHING,
        "clients": NOTHING,
    },
    "hr_partner": {
        **worker("hr_partner"),
        "incidents": NOTHING,
        "services": NOTHING,
        "assets": NOTHING,
        "dependencies": NOTHING,
        "vendors": NOTHING,
        "clients": NOTHING,
    },
    "outsider": {
        "incidents": INCIDENTS_CO,
        "services": {"wallet", "remittances"},
        "assets": {"wallet-db"},
        "dependencies": {"wallet needs wallet-db"},
        "vendors": VENDORS,
        "clients": {"Cafetales"},
        "teams": {"wallet-co"},
        "people": {"outsider"},
        "accounts": {"outsider"},
        "grants": {"outsider"},
        "subsidiaries": {"MX", "CO"},
    },
    "norole": {
        "incidents": NOTHING,
        "services": NOTHING,
        "assets": NOTHING,
        "dependencies": NOTHING,
        "vendors": NOTHING,
        "clients": NOTHING,
        "teams": NOTHING,
        "people": {"norole"},
        "accounts": {"norole"},
        "grants": NOTHING,
        "subsidiaries": NOTHING,
    },
}

NAMES = {
    "incidents": (Incident, lambda row: row.title),
    "services": (Service, lambda row: row.name),
    "assets": (Asset, lambda row: row.name),
    "dependencies": (Dependency, lambda row: f"{row.service or row.asset} needs {row.needs}"),
    "vendors": (Vendor, lambda row: row.name),
    "clients": (Client, lambda row: row.name),
    "teams": (Team, lambda row: row.slug),
    "people": (Person, lambda row: row.accounts.get().username),
    "accounts": (User, lambda row: row.username),
    "grants": (RoleGrant, lambda row: row.user.username),
    "subsidiaries": (Subsidiary, lambda row: row.country),
}


@pytest.fixture
def world(cast):
    """Rows of both countries, own and other services and vendors, a share and an expired one."""
    stranger = hire_person(actor=cast.admin, full_name="In no team", subsidiary=cast.co)
    create_account(
        actor=cast.admin, username="stranger", email="s@cobalto.example", person=stranger
    )
    prosa, redeban = a_vendor(name="Prosa"), a_vendor(name="Redeban", country="CO")
    for name, country in (("Abarrotes", "MX"), ("Cafetales", "CO")):
        Client.objects.create(name=name, slug=name.lower(), country=country)
    spei = a_service(cast, name="spei")
    cards = a_service(cast, name="cards", owner_team=cast.payments_l2)
    colombian = {"owner_team": cast.wallet_co, "support_team": cast.wallet_co}
    wallet = a_service(cast, name="wallet", **colombian, countries=["CO"])
    a_service(cast, name="remittances", **colombian, countries=["MX", "CO"])
    an_asset(cast, name="ledger")
    switch = an_asset(cast, name="switch", owner_team=cast.payments_l2, vendor=prosa)
    wallet_db = an_asset(cast, name="wallet-db", owner_team=cast.wallet_co, vendor=redeban)
    gateway = an_asset(cast, name="gateway", owner_team=_far_away(cast))
    for service, asset in ((cards, switch), (wallet, wallet_db), (spei, gateway)):
        Dependency.objects.create(
            service=service, needs=asset, kind="runs_on", starts_on=date(2024, 1, 8)
        )
    opened(title="own service", service=spei)
    opened(title="other service", service=cards)
    opened(title="Mexican vendor", service=cards, vendor=prosa)
    abroad = {"team": cast.wallet_co}
    shared = opened(title="shared", service=wallet, vendor=redeban)
    expired = opened(title="share expired", service=wallet)
    opened(title="own service abroad", service=spei, **abroad)
    opened(title="Mexican vendor abroad", service=wallet, vendor=prosa, **abroad)
    now = timezone.now()
    for incident, until in ((shared, now + timedelta(days=1)), (expired, now)):
        for user in (cast.agent_l1, cast.norole):
            share(incident, user, until, cast.service_manager)
    return cast


def opened(**facts):
    """By the system, as an alert would: nobody's sight limits what the world holds."""
    return open_incident(actor=None, **facts)


def share(incident, user, until, by):
    from django.contrib.auth.models import Permission

    permission = Permission.objects.get_by_natural_key("view_incident", "incidents", "incident")
    IncidentShare.objects.create(
        content_object=incident, user=user, permission=permission, until=until, shared_by=by
    )


def _far_away(cast):
    """A team of a country where nobody of the cast works."""
    return Team.objects.create(
        slug="far-away", name="Far away", tier="platform", subsidiary=cast.co, country="CL"
    )


@pytest.mark.parametrize("who", list(SEEN))
def test_the_role_sees_exactly_its_rows(world, who):
    assert seen_by(world[who]) == SEEN[who]


def test_every_account_of_the_cast_has_its_line():
    assert set(SEEN) == set(DEMO_PEOPLE)


def test_a_stranger_sees_nothing_at_all(world):
    assert seen_by(AnonymousUser()) == dict.fromkeys(NAMES, NOTHING)


def test_an_ended_grant_shows_nothing_any_more(world):
    held = world.agent_l1.grants.get()
    RoleGrant.objects.filter(pk=held.pk).update(ends_at=timezone.now())
    assert seen_by(world.agent_l1) == {
        **SEEN["norole"],
        "people": {"agent_l1"},
        "accounts": {"agent_l1"},
        "grants": {"agent_l1"},
    }


def test_a_grant_of_tomorrow_shows_nothing_today(world):
    tomorrow = timezone.now() + timedelta(days=1)
    grant_role(
        world.norole,
        "auditor",
        actor=world.admin,
        reason="audit",
        starts_at=tomorrow,
        ends_at=tomorrow + timedelta(days=30),
    )
    assert seen_by(world.norole) == {**SEEN["norole"], "grants": {"norole"}}


def test_a_disabled_account_sees_nothing_but_itself(world):
    User.objects.filter(pk=world.auditor.pk).update(is_active=False)
    world.auditor.refresh_from_db()
    assert seen_by(world.auditor) == {
        **SEEN["norole"],
        "people": {"auditor"},
        "accounts": {"auditor"},
        "grants": {"auditor"},
    }


def test_two_roles_show_what_each_shows_and_nothing_else(world):
    grant_role(world.finance, "cab_member", actor=world.admin, reason="also", country="CO")
    both = seen_by(world.finance)
    assert both["incidents"] == SEEN["finance"]["incidents"]
    assert both["services"] == SERVICES
    assert both["clients"] == CLIENTS
    assert both["teams"] == TEAMS - {"far-away"}


def test_an_auditor_of_one_country_sees_that_country(world):
    grant_role(
        world.norole,
        "auditor",
        actor=world.admin,
        reason="local audit",
        country="CO",
        ends_at=timezone.now() + timedelta(days=30),
    )
    seen = seen_by(world.norole)
    assert seen["incidents"] == INCIDENTS_CO
    assert seen["teams"] == {"wallet-co"}
    assert seen["accounts"] == {"norole", "outsider"}
    assert seen["grants"] == {"norole", "outsider"}


def test_who_left_a_team_no_longer_sees_its_services(world):
    Membership.objects.filter(person=world.requester.person).update(ends_on=timezone.localdate())
    seen = seen_by(world.requester)
    assert (seen["incidents"], seen["services"]) == (NOTHING, NOTHING)


def seen_by(user):
    user.__dict__.pop("_scope", None)
    found = {}
    for name, (model, named) in NAMES.items():
        rows = [named(row) for row in model.objects.visible_to(user)]
        assert name == "grants" or len(rows) == len(set(rows)), f"{name} come twice"
        found[name] = set(rows)
    return found


ACTORS = ("agent_l1", "agent_l2", "outsider", "vendor_manager", "admin", "auditor", "norole")
EVENTS = {f"event by {who}" for who in ACTORS}
CHANGES = {
    "people_team by admin",
    "assets_service by service_owner",
    "incidents_incident by agent_l1",
    "vendors_vendor by senior_approver",
    "incidents_incident by nobody",
}
TRAIL: dict[str, set[str]] = {
    "agent_l1": {"event by agent_l1", "incidents_incident by agent_l1"},
    "agent_l2": {"event by agent_l2"},
    "team_lead": {"event by agent_l1", "incidents_incident by agent_l1"},
    "service_manager": NOTHING,
    "requester": NOTHING,
    "implementer": NOTHING,
    "peer": NOTHING,
    "service_owner": {"assets_service by service_owner"},
    "approver": NOTHING,
    "approver2": NOTHING,
    "cab_chair": NOTHING,
    "senior_approver": {"vendors_vendor by senior_approver"},
    "vendor_manager": {"event by vendor_manager", "vendors_vendor by senior_approver"},
    "finance": {"vendors_vendor by senior_approver"},
    "auditor": EVENTS | CHANGES,
    "admin": {"event by admin", "people_team by admin", "assets_service by service_owner"},
    "security_admin": EVENTS | CHANGES,
    "hr_partner": NOTHING,
    "outsider": {"event by outsider"},
    "norole": NOTHING,
}


@pytest.fixture
def trail(world):
    """Entries of many hands; the number of the last one before them."""
    seal_here()
    before = LedgerEntry.objects.latest("pk").pk
    for who in ACTORS:
        record_event("probe", actor=world[who])
    edit_team(world.payments_l2, actor=world.admin, name="Payments desk")
    for who, rows, change in (
        ("service_owner", Service.objects.filter(name="spei"), {"description": "x"}),
        ("agent_l1", Incident.objects.filter(title="shared"), {"description": "x"}),
        ("senior_approver", Vendor.objects.filter(name="Prosa"), {"could_affect_security": True}),
        (None, Incident.objects.filter(title="own service"), {"description": "x"}),
    ):
        with acting(actor=world[who] if who else None, action="probe"):
            rows.update(**change)
    seal_here()
    return before


@pytest.mark.parametrize("who", list(TRAIL))
def test_the_role_sees_exactly_its_part_of_the_audit_trail(world, trail, who):
    entries = LedgerEntry.objects.visible_to(world[who]).filter(pk__gt=trail)
    assert {entry_name(entry) for entry in entries} == TRAIL[who]
    assert entries.count() == len(TRAIL[who])


def test_a_stranger_sees_nothing_of_the_audit_trail(world, trail):
    assert not LedgerEntry.objects.visible_to(AnonymousUser()).exists()


def test_every_account_has_its_part_of_the_audit_trail():
    assert set(TRAIL) == set(DEMO_PEOPLE)


def entry_name(entry):
    relation = "event" if entry.relation.startswith("event:") else entry.relation
    return f"{relation} by {(entry.context or {}).get('name', 'nobody')}"
