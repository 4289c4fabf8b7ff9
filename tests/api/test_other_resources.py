"""Services, assets, vendors, clients, teams, accounts, jobs, views and preferences."""

from datetime import date, timedelta
from typing import Any

import pytest

from assets.models import Dependency, Service
from records.models import Job, SavedView
from sla.models import Client
from tests.api.test_problems import assert_problem
from tests.factories import a_service, a_vendor, an_asset, an_incident
from vendors.models import Vendor

pytestmark = pytest.mark.django_db

SERVICE = {
    "name": "Card authorisation",
    "label": "card-auth",
    "tier": "tier_1",
    "criticality": "critical",
    "owner_team": "core-platform",
    "support_team": "payments-l1",
    "countries": ["MX"],
    "rto": "PT4H",
}
ASSET = {
    "name": "hsm-1",
    "asset_class": "hsm",
    "pci_scope": "in",
    "data_residency": "MX",
    "owner_team": "core-platform",
}
VENDOR = {"name": "Switch MX", "tier": "strategic", "country": "MX", "manager": "vendor_manager"}
CLIENT = {
    "slug": "tienda-norte",
    "name": "Tienda Norte",
    "country": "MX",
    "contacts": [{"name": "Eva", "email": "eva@tienda.example"}],
}


@pytest.mark.parametrize(
    ("name", "body", "who", "key"),
    [
        ("services", SERVICE, "admin", "reference"),
        ("assets", ASSET, "service_owner", "reference"),
        ("vendors", VENDOR, "vendor_manager", "reference"),
        ("clients", CLIENT, "admin", "slug"),
    ],
)
def test_a_record_is_made_read_and_changed(
    cast: Any, api_of: Any, name: str, body: Any, who: str, key: str
) -> None:
    api = api_of(cast[who])
    made = api.post(f"/api/v1/{name}/", body)
    assert made.status_code == 201, made.json()
    record = made.json()
    given = {k: v for k, v in body.items() if k != "contacts"}
    assert {k: record[k] for k in given} == given
    url = f"/api/v1/{name}/{record[key]}/"
    assert made["Location"] == f"http://testserver{url}"
    assert api.get(url).json() == record
    assert_problem(api.post(f"/api/v1/{name}/", body), 400, "invalid")
    unread = api.patch(url, {"name": "Renamed"})
    assert_problem(unread, 428, "version-required")
    stale = api.patch(url, {"name": "Renamed"}, headers={"if-match": '"7"'})
    assert_problem(stale, 412, "stale")
    changed = api.patch(url, {"name": "Renamed"}, headers={"if-match": made["ETag"]})
    assert changed.json() == {**record, "name": "Renamed", "version": 2}
    assert [line["changes"].get("name") for line in api.get(f"{url}history/").json()] == [
        [body["name"], "Renamed"],
        [None, body["name"]],
    ]
    forbidden = api.patch(url, {"version": 9, "id": 1}, headers={"if-match": '"2"'})
    told = assert_problem(forbidden, 400, "invalid")
    assert sorted(error["field"] for error in told["errors"]) == ["id", "version"]


@pytest.mark.parametrize(
    ("name", "body"),
    [("services", SERVICE), ("assets", ASSET), ("vendors", VENDOR), ("clients", CLIENT)],
)
def test_whose_role_does_not_include_it_makes_nothing(
    cast: Any, api_of: Any, name: str, body: Any
) -> None:
    for who in (cast.agent_l1, cast.auditor, cast.norole, cast.outsider):
        assert api_of(who).post(f"/api/v1/{name}/", body).status_code == 403
    counts = [model.objects.count() for model in (Service, Vendor, Client)]
    assert counts == [0, 0, 0]


def test_an_owner_writes_the_own_teams_assets_only(cast: Any, api_of: Any) -> None:
    api = api_of(cast.service_owner)
    theirs = an_asset(cast, owner_team=cast.payments_l1)
    Dependency.objects.create(
        service=a_service(cast), needs=theirs, kind="uses", starts_on="2026-01-01"
    )  # so that the owner of the service sees it
    answer = api.patch(
        f"/api/v1/assets/{theirs.reference}/", {"name": "b"}, headers={"if-match": '"1"'}
    )
    assert_problem(answer, 403, "not-allowed")
    answer = api.post("/api/v1/assets/", {**ASSET, "owner_team": "payments-l1"})
    assert_problem(answer, 403, "not-allowed")
    own = an_asset(cast)
    given_away = api.patch(
        f"/api/v1/assets/{own.reference}/",
        {"owner_team": "payments-l1"},
        headers={"if-match": '"1"'},
    )
    assert_problem(given_away, 403, "not-allowed")
    own.refresh_from_db()
    assert own.owner_team == cast.core_platform


def test_a_vendor_of_another_country_is_out_of_reach(cast: Any, api_of: Any) -> None:
    api = api_of(cast.vendor_manager)
    assert_problem(api.post("/api/v1/vendors/", {**VENDOR, "country": "CO"}), 403, "not-allowed")
    own = a_vendor()
    moved = api.patch(
        f"/api/v1/vendors/{own.reference}/", {"country": "CO"}, headers={"if-match": '"1"'}
    )
    assert_problem(moved, 403, "not-allowed")
    assert set(Vendor.objects.values_list("country", flat=True)) == {"MX"}


def test_an_agent_knows_vendors_by_name_only(cast: Any, api_of: Any) -> None:
    vendor = a_vendor(could_affect_security=True)
    agent, lead = api_of(cast.agent_l1), api_of(cast.team_lead)
    name = {"reference": vendor.reference, "name": vendor.name}
    assert agent.get("/api/v1/vendors/").json()["results"] == [name]
    assert agent.get(f"/api/v1/vendors/{vendor.reference}/").json() == name
    assert_problem(agent.get("/api/v1/vendors/", {"tier": "strategic"}), 400, "invalid")
    history = agent.get(f"/api/v1/vendors/{vendor.reference}/history/")
    assert_problem(history, 403, "permission-denied")
    assert lead.get(f"/api/v1/vendors/{vendor.reference}/").json()["could_affect_security"] is True


def test_contacts_are_given_whole(cast: Any, api_of: Any) -> None:
    api = api_of(cast.admin)
    api.post("/api/v1/clients/", CLIENT)
    url = "/api/v1/clients/tienda-norte/"
    eva = api.get(url).json()["contacts"]
    assert eva == [{"name": "Eva", "email": "eva@tienda.example", "phone": ""}]
    both = [*eva, {"name": "Raúl", "email": "", "phone": "55 1234 5678"}]
    answer = api.patch(url, {"contacts": both}, headers={"if-match": '"1"'})
    assert answer.json()["contacts"] == both
    unreachable = {"contacts": [{"name": "Nobody"}]}
    told = assert_problem(api.patch(url, unreachable, headers={"if-match": '"1"'}), 400, "invalid")
    assert told["errors"][0]["field"].startswith("contacts.0")
    assert api.get(url).json()["contacts"] == both
    unknown = {"contacts": [{"name": "A", "email": "a@b.example", "role": "boss"}]}
    told = assert_problem(api.patch(url, unknown, headers={"if-match": '"1"'}), 400, "invalid")
    assert told["errors"][0]["field"] == "contacts.0.role"


@pytest.mark.parametrize(
    "change",
    [
        {"countries": []},
        {"countries": ["XX"]},
        {"countries": ["MX"] * 50},
        {"countries": "MX"},
        {"rto": "four hours"},
        {"rto": "P99999999999D"},
        {"label": "not a label"},
        {"label": "a" * 81},
        {"tier": "tier_9"},
        {"owner_team": "no-such-team"},
        {"is_retired": "perhaps"},
        {"name": "a" * 121},
        {"name": ""},
    ],
)
def test_bad_services_are_refused(cast: Any, api_of: Any, change: Any) -> None:
    answer = api_of(cast.admin).post("/api/v1/services/", {**SERVICE, **change})
    told = assert_problem(answer, 400, "invalid")
    assert {error["field"].split(".")[0] for error in told["errors"]} == set(change)
    assert not Service.objects.exists()


def test_impact_follows_dependencies_of_today(cast: Any, agent: Any) -> None:
    service, other = a_service(cast), a_service(cast)
    hsm, app, old = (an_asset(cast) for _ in range(3))
    today = date.today()  # noqa: DTZ011 -- the tests run in UTC
    for facts in (
        {"service": service, "needs": app},
        {"asset": app, "needs": hsm},
        {"service": other, "needs": old, "ends_on": today},
    ):
        Dependency.objects.create(kind="uses", starts_on=today - timedelta(days=9), **facts)
    impact = agent.get(f"/api/v1/assets/{hsm.reference}/impact/").json()
    assert [row["reference"] for row in impact] == [service.reference]
    assert agent.get(f"/api/v1/assets/{old.reference}/impact/").json() == []
    needed = agent.get(f"/api/v1/services/{service.reference}/assets/").json()
    assert [row["reference"] for row in needed] == [hsm.reference, app.reference]
    assert agent.get(f"/api/v1/services/{other.reference}/assets/").json() == []


def test_people_and_teams_are_those_one_works_with(cast: Any, agent: Any, api_of: Any) -> None:
    teams = [team["slug"] for team in agent.get("/api/v1/teams/").json()["results"]]
    assert "payments-l1" in teams
    assert "wallet-co" not in teams
    users = agent.get("/api/v1/users/", {"team": "payments-l1"}).json()["results"]
    assert {"agent_l1", "team_lead"} <= {user["username"] for user in users}
    assert_problem(agent.get("/api/v1/users/outsider/"), 404, "not-found")
    assert "email" not in agent.get("/api/v1/users/agent_l2/").json()
    me = api_of(cast.norole).get("/api/v1/users/me/").json()
    assert (me["username"], me["roles"], me["permissions"]) == ("norole", [], [])
    others = api_of(cast.norole).get("/api/v1/users/").json()["results"]
    assert [user["username"] for user in others] == ["norole"]


def test_jobs_are_ones_own(cast: Any, agent: Any, api_of: Any) -> None:
    job = Job.objects.create(kind="demo", created_by=cast.agent_l1, total=3)
    body = agent.get(f"/api/v1/jobs/{job.pk}/").json()
    assert (body["state"], body["done"], body["total"], body["result"]) == ("queued", 0, 3, None)
    assert_problem(api_of(cast.outsider).get(f"/api/v1/jobs/{job.pk}/"), 404, "not-found")
    assert_problem(agent.get("/api/v1/jobs/999999999999999999/"), 404, "not-found")
    assert_problem(agent.get("/api/v1/jobs/9999999999999999999999/"), 404, "not-found")
    assert_problem(agent.get("/api/v1/jobs/-1/"), 404, "not-found")


def test_saved_views_are_ones_own(cast: Any, agent: Any, api_of: Any) -> None:
    url = "/api/v1/saved-views/"
    body = {"list_name": "incidents", "name": "Mine", "query": {"status": "new", "n": [1, {}]}}
    made = agent.post(url, body)
    assert made.status_code == 201, made.json()
    own = f"{url}{made.json()['id']}/"
    assert made.json() == {
        "id": made.json()["id"], "owner": "agent_l1", "is_shared": False, **body
    }  # fmt: skip
    told = assert_problem(agent.post(url, body), 400, "invalid")
    assert told["errors"][0]["detail"] == "You have a view of this name."
    other = api_of(cast.agent_l2)
    assert_problem(other.get(own), 404, "not-found")
    assert agent.patch(own, {"is_shared": True}).json()["is_shared"] is True
    assert other.get(own).status_code == 200
    assert_problem(api_of(cast.norole).get(own), 404, "not-found")
    assert_problem(other.patch(own, {"name": "Ours"}), 403, "not-allowed")
    assert_problem(other.delete(own), 403, "not-allowed")
    assert_problem(agent.patch(own, {"owner": "norole"}), 400, "invalid")
    assert SavedView.objects.get().name == "Mine"
    assert agent.delete(own).status_code == 204
    assert not SavedView.objects.exists()


def test_preferences_are_ones_own(cast: Any, agent: Any, api_of: Any) -> None:
    url = "/api/v1/notification-preferences/"
    first = agent.get(url)
    assert first.json() == {
        "muted_kinds": [], "quiet_from": None, "quiet_until": None, "version": 0
    }  # fmt: skip
    body = {"quiet_from": "22:00:00", "quiet_until": "07:00:00", "muted_kinds": []}
    assert_problem(agent.patch(url, body), 428, "version-required")
    changed = agent.patch(url, body, headers={"if-match": first["ETag"]})
    assert changed.json()["quiet_from"] == "22:00:00"
    half = agent.patch(url, {"quiet_until": None}, headers={"if-match": changed["ETag"]})
    assert_problem(half, 400, "invalid")
    stale = agent.patch(url, body, headers={"if-match": '"0"'})
    assert_problem(stale, 412, "stale")
    unknown = agent.patch(url, {"user": "admin"}, headers={"if-match": changed["ETag"]})
    assert_problem(unknown, 400, "invalid")
    assert api_of(cast.agent_l2).get(url).json()["version"] == 0


def test_a_disabled_account_manages_no_vendor(cast: Any, api_of: Any) -> None:
    cast.finance.is_active = False
    cast.finance.save()
    answer = api_of(cast.vendor_manager).post("/api/v1/vendors/", {**VENDOR, "manager": "finance"})
    assert_problem(answer, 400, "invalid")


def test_alerts_belong_to_incidents_one_may_see(cast: Any, agent: Any, api_of: Any) -> None:
    from django.utils import timezone

    from integrations.models import Alert, AlertEvent, AlertSource

    incident = an_incident(cast)
    source = AlertSource.objects.create(
        name="prometheus", kind="alertmanager", default_service=incident.service
    )
    AlertEvent.objects.create(source=source, payload={"alerts": []}, sha256="0" * 64)
    now = timezone.now()
    Alert.objects.create(
        incident=incident, source=source, fingerprint="f", name="Down", state="firing",
        starts_at=now, last_received_at=now, first_event=1, last_event=1,
    )  # fmt: skip
    shown = agent.get("/api/v1/alerts/", {"incident": incident.reference}).json()["results"]
    assert [(a["incident"], a["name"]) for a in shown] == [(incident.reference, "Down")]
    assert api_of(cast.outsider).get("/api/v1/alerts/").json()["results"] == []
    assert agent.get("/api/v1/alert-events/").json()["results"] == []
    (event,) = api_of(cast.admin).get("/api/v1/alert-events/").json()["results"]
    assert "payload" not in event
    whole = api_of(cast.admin).get(f"/api/v1/alert-events/{event['id']}/").json()
    assert whole["payload"] == {"alerts": []}
    (source_shown,) = api_of(cast.admin).get("/api/v1/alert-sources/").json()["results"]
    assert not [name for name in source_shown if "digest" in name or "key" in name]
