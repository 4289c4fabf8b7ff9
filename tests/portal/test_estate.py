"""Services, assets, vendors, clients and teams in the portal."""

from datetime import timedelta

import pytest
from django.utils import timezone

from assets.models import Asset, Dependency, Service
from assets.services import add_dependency
from people.models import Team
from sla.models import Client
from tests.factories import a_service, a_vendor, an_asset


def test_an_administrator_adds_a_service(cast, client_of):
    answer = client_of(cast.admin).post(
        "/assets/service/add/",
        {
            "name": "Remittances",
            "label": "remittances",
            "tier": "tier_1",
            "criticality": "high",
            "owner_team": cast.core_platform.pk,
            "support_team": cast.payments_l1.pk,
            "countries": ["MX", "CO"],
            "rto": "04:00:00",
        },
    )
    service = Service.objects.get(label="remittances")
    assert answer["Location"] == f"/assets/service/{service.pk}/change/"
    assert sorted(service.countries) == ["CO", "MX"]


def test_owners_edit_their_services_and_agents_read_them(cast, client_of):
    service = a_service(cast)
    page = f"/assets/service/{service.pk}/change/"
    assert client_of(cast.agent_l1).post(page, {"name": "x"}).status_code == 403
    facts = client_of(cast.agent_l1).get(page).context["facts"]
    assert ("alert label", service.label) in [(str(label), value) for label, value in facts]
    assert client_of(cast.service_owner).get(page).context["has_change_permission"]


def test_an_asset_shows_the_services_that_its_failure_reaches(cast, client_of):
    database, server = an_asset(cast), an_asset(cast)
    service = a_service(cast)
    since = timezone.localdate() - timedelta(days=1)  # begun in every time zone
    add_dependency(actor=None, needs=database, kind="uses", asset=server, starts_on=since)
    add_dependency(actor=None, needs=server, kind="uses", service=service, starts_on=since)
    answer = client_of(cast.agent_l1).get(f"/assets/asset/{database.pk}/change/")
    impact = next(panel for panel in answer.context["panels"] if panel.slug == "impact")
    assert impact.count == 1
    assert service.name in answer.content.decode()


def test_a_dependency_is_added_and_ended(cast, client_of):
    browser = client_of(cast.service_owner)
    service, asset = a_service(cast), an_asset(cast)
    browser.post(
        "/assets/dependency/add/",
        {"service": service.pk, "needs": asset.pk, "kind": "uses", "starts_on": "2026-01-01"},
    )
    dependency = Dependency.objects.get()
    page = f"/assets/dependency/{dependency.pk}/action/end/"
    assert browser.post(page, {"on": "2026-02-01"}).status_code == 302
    dependency.refresh_from_db()
    assert str(dependency.ends_on) == "2026-02-01"
    assert browser.get(page).status_code == 404


def test_a_vendor_manager_edits_a_vendor(cast, client_of):
    vendor = a_vendor()
    page = f"/vendors/vendor/{vendor.pk}/change/"
    facts = {"name": "Prosa", "tier": "strategic", "country": "MX", "version": vendor.version}
    facts["data_access"] = "none"
    assert client_of(cast.vendor_manager).post(page, facts).status_code == 302
    vendor.refresh_from_db()
    assert vendor.name == "Prosa"


def test_a_client_gets_contacts(cast, client_of):
    browser = client_of(cast.admin)
    facts = {"name": "Mercado", "slug": "mercado", "country": "MX", "language": "es-mx"}
    browser.post("/sla/client/add/", facts)
    client = Client.objects.get()
    page = f"/sla/client/{client.pk}/action/contacts/"
    browser.post(page, {"contacts": "Laura Ríos; laura@example.com\n\nIván; ; +52 55 1234 5678"})
    assert sorted(c.name for c in client.contacts.all()) == ["Iván", "Laura Ríos"]
    for wrong in ("a; b; c; d", "nobody", "; x@example.com"):
        assert browser.post(page, {"contacts": wrong}).status_code == 400, wrong
    assert client.contacts.count() == 2


def test_a_team_gains_and_loses_a_member(cast, client_of):
    browser = client_of(cast.admin)
    team, person = cast.payments_l2, cast.norole.person
    page = f"/people/team/{team.pk}/action"
    joined = {"person": person.pk, "starts_on": "2026-01-01"}
    assert browser.post(f"{page}/add_member/", joined).status_code == 302
    assert team.memberships.filter(person=person, ends_on=None).count() == 1
    assert browser.post(f"{page}/remove_member/", {"person": person.pk}).status_code == 302
    assert team.memberships.filter(person=person, ends_on=None).count() == 0
    assert client_of(cast.agent_l1).get(f"{page}/add_member/").status_code == 404


def test_an_administrator_founds_a_team(cast, client_of):
    facts = {
        "slug": "cards-l1",
        "name": "Cards",
        "tier": "l1",
        "subsidiary": cast.mx.pk,
        "country": "MX",
    }
    client_of(cast.admin).post("/people/team/add/", facts)
    assert Team.objects.filter(slug="cards-l1").exists()


@pytest.mark.parametrize(
    "page",
    [
        "/assets/service/",
        "/assets/asset/",
        "/assets/dependency/",
        "/vendors/vendor/",
        "/sla/client/",
        "/people/person/",
        "/people/team/",
        "/people/user/",
        "/people/rolegrant/",
        "/people/subsidiary/",
        "/integrations/alertsource/",
        "/integrations/alertevent/",
        "/records/cardnumberfinding/",
    ],
)
def test_without_a_role_no_list_opens(cast, client_of, page):
    assert client_of(cast.norole).get(page).status_code == 403


@pytest.mark.parametrize("who", ["admin", "security_admin", "auditor", "agent_l1", "hr_partner"])
def test_every_page_of_the_menu_opens_for_whom_it_is_offered(cast, client_of, who):
    an_asset(cast)
    browser = client_of(cast[who])
    areas = browser.get("/").context["sidebar_navigation"]
    links = [line["link"] for area in areas for line in area["pages"]]
    assert len(links) > 3
    assert {link: browser.get(link).status_code for link in links} == dict.fromkeys(links, 200)


def test_records_of_the_estate_have_no_way_to_be_deleted(cast, client_of):
    asset = an_asset(cast)
    for who in ("admin", "service_owner"):
        assert client_of(cast[who]).post(f"/assets/asset/{asset.pk}/delete/").status_code == 403
    assert Asset.objects.filter(pk=asset.pk).exists()
