"""The pages and the REST of dependencies on vendors, and of what they add up to."""

import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from assets import services
from assets.models import ServiceDependency
from assets.supply import concentration, matrix, rationalising
from people.enums import Country
from tests.assets.supplied import a_dependency_on_a_vendor
from tests.factories import a_service, a_vendor
from tests.vendors.contracts import a_contract
from tests.vendors.leaving import an_exit_plan, exercised
from tests.vendors.spend import an_invoice
from vendors import services as vendor_services

pytestmark = pytest.mark.django_db
READERS = {"finance", "vendor_manager", "auditor", "service_manager", "approver2", "team_lead"}
OTHERS = {"agent_l1", "outsider", "admin", "requester"}
REST = "/api/v1/service-dependencies/"
LIST = "/assets/servicedependency/"
PAGES = (LIST, f"{LIST}matrix/", f"{LIST}concentration/", f"{LIST}rationalise/")


@pytest.fixture
def vendor():
    return a_vendor(name="Nube", country="MX")


@pytest.fixture
def dependency(cast, vendor):
    return a_dependency_on_a_vendor(cast, vendor=vendor)


def page_of(row):
    return f"/{row._meta.app_label}/{row._meta.model_name}/{row.pk}/change/"


def act(browser, row, action, **answers):
    version = type(row).objects.get(pk=row.pk).version
    return browser.post(f"{LIST}{row.pk}/action/{action}/", {"version": version, **answers})


@pytest.mark.parametrize("who", sorted(READERS | OTHERS))
def test_pages_and_rest_open_for_those_who_read_about_vendors(
    cast, client_of, api_of, dependency, who
):
    browser, api = client_of(getattr(cast, who)), api_of(getattr(cast, who))
    found = [browser.get(path).status_code for path in (*PAGES, page_of(dependency))]
    parts = ("", "history/", "transitions/")
    rest = {api.get(f"{REST}{dependency.reference}/{part}").status_code for part in parts}
    if who in READERS:
        assert (found, rest) == ([200] * 5, {200})
    else:
        assert set(found) <= {403, 404}
        assert rest == {404}


def test_a_dependency_goes_its_way_in_the_portal(cast, client_of, vendor):
    browser, service = client_of(cast.service_manager), a_service(cast)
    assert browser.get(f"{LIST}add/?vendor={vendor.pk}").status_code == 200
    facts = {
        "supplies": "Hosting",
        "criticality": "critical",
        "substitutability": "months",
        "alternative": "",
        "other_alternatives": "",
        "contract": "",
    }
    told = {"service": service.pk, "vendor": vendor.pk, "starts_on": timezone.localdate()}
    made = browser.post(f"{LIST}add/", facts | told)
    assert made.status_code == 302, made.content.decode()
    row = ServiceDependency.objects.get()
    edited = browser.post(page_of(row), {**facts, "supplies": "Hosting and backup", "version": 1})
    assert edited.status_code == 302, edited.content.decode()
    assert act(browser, row, "review", substitutability="weeks", note="x").status_code == 302
    assert "/action/end/" not in client_of(cast.auditor).get(page_of(row)).content.decode()
    assert act(client_of(cast.auditor), row, "end", note="").status_code == 404
    row.refresh_from_db()
    assert (row.supplies, row.substitutability) == ("Hosting and backup", "weeks")
    again = browser.post(f"{LIST}add/", facts | told)
    assert "depends on this vendor already" in again.content.decode()
    for record in (vendor, service):
        assert row.reference in browser.get(page_of(record)).content.decode()
        hidden = client_of(cast.agent_l1).get(page_of(record)).content.decode()
        assert row.reference not in hidden


def test_a_dependency_goes_its_way_by_rest(cast, api_of, vendor, dependency):
    api = api_of(cast.vendor_manager)
    told = {
        "service": dependency.service.reference,
        "vendor": a_vendor().reference,
        "supplies": "Hosting",
        "criticality": "important",
        "substitutability": "in_place",
        "contract": a_contract(cast, vendor=vendor).reference,
    }
    assert api.post(REST, told, format="json").status_code == 400  # of another vendor
    del told["contract"]
    made = api.post(REST, told, format="json")
    assert made.status_code == 201, made.json()
    own = f"{REST}{made.json()['reference']}/"
    assert (made.json()["status"], made.json()["reviewed_by"]) == ("current", None)
    assert api.post(REST, told, format="json").status_code == 400
    tag = {"HTTP_IF_MATCH": api.get(own)["ETag"]}
    assert api.patch(own, {"supplies": "x"}, format="json", **tag).status_code == 200
    ended = api.post(f"{own}transitions/", {"action": "end", "on": "2999-01-01"}, format="json")
    assert ended.json()["status"] == "ended"
    assert api.post(f"{own}transitions/", {"action": "end"}, format="json").status_code == 409

    def found(query):
        return {one["reference"] for one in api.get(f"{REST}?{query}").json()["results"]}

    assert found("at_risk=true") == found("criticality=critical") == {dependency.reference}
    assert found(f"vendor={vendor.reference}") == {dependency.reference}
    assert len(found("current=true")) == 2
    assert api.get(f"{REST}?criticality=vital").status_code == 400


# --- Services and vendors -------------------------------------------------------------------------


def test_the_matrix_has_a_cell_for_each_dependency_and_marks_single_vendors(cast, vendor):
    single = a_dependency_on_a_vendor(cast, vendor=vendor)
    both, other = a_service(cast), a_vendor(name="Red", tier="tactical")
    a_dependency_on_a_vendor(cast, vendor=vendor, service=both, criticality="important")
    a_dependency_on_a_vendor(cast, vendor=other, service=both, criticality="supporting")
    found = matrix.table(cast.auditor, {})
    assert [one["name"] for one in found["columns"]] == ["Nube", "Red"]
    told = [
        (row["service"], row["is_single"], [cell.get("letter") for cell in row["cells"]])
        for row in found["rows"]
    ]
    assert told == [(single.service, True, ["C", None]), (both, False, ["I", "S"])]
    assert found["rows"][0]["cells"][0]["is_risky"]
    assert (found["singles"], found["risks"], found["without"]) == (1, 1, 0)
    narrow = matrix.table(cast.auditor, {"criticality": "supporting"})
    assert [[one["name"] for one in narrow["columns"]], len(narrow["rows"])] == [["Red"], 1]
    assert not narrow["rows"][0]["is_single"]
    tiered = matrix.table(cast.auditor, {"tier": "strategic"})
    assert [one["name"] for one in tiered["columns"]] == ["Nube"]
    here = matrix.table(cast.auditor, {"entity": cast.mx})
    assert len(here["rows"]) == 2


def test_the_matrix_tells_the_same_in_words(cast, client_of, dependency):
    page = client_of(cast.vendor_manager).get(f"{LIST}matrix/").content.decode()
    cell = re.search(r'<td><a class="supply-cell supply-critical".*?</td>', page, re.S)
    assert cell is not None
    assert "Crítica. Sin plan de salida probado" in re.sub(r"\s+", " ", cell[0])
    assert "Proveedor único" in page
    assert client_of(cast.vendor_manager).get(f"{LIST}matrix/?tier=gold").status_code == 400


def test_the_matrix_of_a_vendor_manager_has_own_vendors_only(cast, client_of, dependency):
    hidden = a_dependency_on_a_vendor(cast, service=dependency.service)
    type(hidden.vendor).objects.filter(pk=hidden.vendor.pk).update(country="CO", name="Abroad")
    assert "Abroad" not in client_of(cast.vendor_manager).get(f"{LIST}matrix/").content.decode()
    assert "Abroad" in client_of(cast.auditor).get(f"{LIST}matrix/").content.decode()


def many(cast):
    for number in range(3):
        vendor = a_vendor()
        a_dependency_on_a_vendor(cast, vendor=vendor)
        an_invoice(
            cast, vendor=vendor, issued_on=timezone.localdate(), amount=Decimal(100 * (number + 1))
        )
        vendor_services.add_location(
            vendor, actor=cast.vendor_manager, use="service", place="x", country="MX"
        )
        vendor_services.add_subcontractor(
            vendor, actor=cast.vendor_manager, name="Fourth", service="x", country="MX"
        )


@pytest.mark.parametrize("path", PAGES)
def test_each_page_asks_as_often_for_many_as_for_one(cast, client_of, path):
    many(cast)
    browser = client_of(cast.vendor_manager)

    def questions():
        with CaptureQueriesContext(connection) as asked:
            assert browser.get(path).status_code == 200
        return len(asked)

    questions()
    few = questions()
    many(cast)
    assert questions() == few


# --- Concentration --------------------------------------------------------------------------------


def shares_of(panel):
    return [
        (str(row[0]), re.search(r"([0-9.]+) %", str(row[-1]))[1])  # type: ignore[index]
        for row in panel.context["rows"]
    ]


def test_shares_of_services_are_weighted_by_criticality(cast, vendor):
    other, today = a_vendor(name="Red"), timezone.localdate()
    a_dependency_on_a_vendor(cast, vendor=vendor, criticality="critical")
    a_dependency_on_a_vendor(cast, vendor=other, criticality="supporting")
    names = {one.pk: one for one in (vendor, other)}
    panel = concentration.by_services(cast.auditor, today, names)
    assert [share for _name, share in shares_of(panel)] == ["75.0", "25.0"]
    assert "6,250" in str(panel.context["note"])


def test_shares_of_spend_count_what_was_billed_in_a_year(cast, vendor):
    other, today = a_vendor(name="Red"), timezone.localdate()
    an_invoice(cast, vendor=vendor, issued_on=timezone.localdate(), amount=Decimal(900))
    an_invoice(cast, vendor=other, issued_on=timezone.localdate(), amount=Decimal(100))
    names = {one.pk: one for one in (vendor, other)}
    panel = concentration.by_spend(cast.auditor, today, "MXN", names)
    assert [share for _name, share in shares_of(panel)] == ["90.0", "10.0"]
    assert concentration.by_spend(cast.team_lead, today, "MXN", names).context["rows"] == []


def test_countries_and_fourth_parties_of_several_vendors(cast, vendor, dependency):
    other, manager = a_vendor(name="Red"), cast.vendor_manager
    a_dependency_on_a_vendor(cast, vendor=other)
    for one, country in ((vendor, "US"), (other, "US"), (other, "MX")):
        vendor_services.add_location(
            one, actor=manager, use="service", place=country, country=country, holds_data=True
        )
    for one, name in ((vendor, "Cloud One"), (other, "CLOUD ONE"), (other, "Own")):
        vendor_services.add_subcontractor(
            one, actor=manager, name=name, service="Hosting", country="US"
        )
    names = {one.pk: one for one in (vendor, other)}
    countries = concentration.by_country(cast.auditor, timezone.localdate())
    assert [(str(row[0]), row[1]) for row in countries.context["rows"]] == [
        (str(Country("US").label), 2),
        (str(Country("MX").label), 1),
    ]
    fourth = concentration.by_fourth_party(cast.auditor, names)
    assert [(row[0], row[1]) for row in fourth.context["rows"]] == [("Cloud One", 2)]


def test_risks_stand_first_and_go_when_the_exit_was_tried(cast, client_of, vendor, dependency):
    browser = client_of(cast.vendor_manager)
    assert dependency.reference in browser.get(f"{LIST}concentration/").content.decode()
    exercised(cast, an_exit_plan(cast, vendor, status="approved"))
    assert dependency.reference not in browser.get(f"{LIST}concentration/").content.decode()
    assert browser.get(f"{LIST}concentration/?currency=XXX").status_code == 400


# --- Rationalisation ------------------------------------------------------------------------------


def test_vendors_for_the_same_stand_beside_each_other(cast, client_of, vendor):
    service, other = a_service(cast), a_vendor(name="Red")
    type(vendor).objects.filter(pk=vendor.pk).update(tier="tactical")
    vendor.refresh_from_db()
    for one in (vendor, other):
        a_dependency_on_a_vendor(cast, vendor=one, service=service)
        an_invoice(cast, vendor=one, issued_on=timezone.localdate(), amount=Decimal(250))
    a_dependency_on_a_vendor(cast, vendor=a_vendor(name="Alone"))
    contract = a_contract(cast, status="active", vendor=vendor)
    known = rationalising.Known(cast.auditor, timezone.localdate(), "MXN")
    rows = rationalising.by_service(cast.auditor, known).context["rows"]
    assert [re.sub(r"<.*?>", "", str(row[1])) for row in rows] == ["Nube", "Red"]
    assert "250.00" in rows[0][-3]
    assert contract.reference in str(rows[0][-1])
    assert [
        re.sub(r"<.*?>", "", str(row[1]))
        for row in rationalising.by_category(known).context["rows"]
    ] == ["Red", "Nube"]
    page = client_of(cast.team_lead).get(f"{LIST}rationalise/").content.decode()
    assert "250.00" not in page


def test_the_vendor_s_page_draws_who_needs_it(cast, client_of, vendor, dependency):
    vendor_services.add_subcontractor(
        vendor, actor=cast.vendor_manager, name="Fourth", service="x", country="MX"
    )
    page = client_of(cast.vendor_manager).get(page_of(vendor)).content.decode()
    assert "box-root" in page
    assert "Fourth" in page
    assert "Proveedor único sin plan de salida probado" in page
    services.end_service_dependency(dependency, actor=cast.vendor_manager, on="2999-01-01")
