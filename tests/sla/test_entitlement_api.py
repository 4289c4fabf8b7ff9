"""A client's portfolio and entitlements by REST: the rules of its page."""

from datetime import date

import pytest

from sla import entitlement_services as services
from sla.client_services import add_client
from sla.models import Entitlement, PortfolioService
from tests.factories import a_service
from tests.people.working_calendars import a_calendar

pytestmark = pytest.mark.django_db
URL = "/api/v1/clients/tienda/"
SINCE = date(2024, 1, 1)
MAY = {"kinds": ["request"], "channels": ["phone"], "starts_on": "2024-01-01"}


@pytest.fixture
def client_mx(db):
    return add_client(actor=None, name="Tienda", slug="tienda", country="MX", language="en")


def test_a_service_is_used_from_a_day_until_before_another(cast, api_of, client_mx):
    api, service = api_of(cast.admin), a_service(cast)
    used = {"service": service.reference, "starts_on": "2024-01-01"}
    made = api.post(f"{URL}portfolio/", used, "json")
    assert (made.status_code, made.json()) == (
        201,
        [used | {"name": service.name, "ends_on": None}],
    )
    assert api.post(f"{URL}portfolio/", used, "json").status_code == 400
    end = {"service": service.reference, "ends_on": "2025-01-01"}
    ended = api.post(f"{URL}portfolio/end/", end, "json")
    assert (ended.status_code, ended.json()[0]["ends_on"]) == (200, "2025-01-01")
    assert api.post(f"{URL}portfolio/end/", end, "json").status_code == 409
    assert api.get(f"{URL}portfolio/").json() == ended.json()


def test_it_is_entitled_until_before_a_day(cast, api_of, client_mx):
    api, hours = api_of(cast.admin), a_calendar(cast)
    made = api.post(f"{URL}entitlements/", MAY | {"hours": hours.slug}, "json")
    assert made.status_code == 201, made.json()
    row = made.json()[0]
    assert row | MAY | {"hours": hours.slug, "beyond": "warn", "is_for_all_services": True} == row
    end = {"entitlement": row["id"], "ends_on": "2025-01-01"}
    ended = api.post(f"{URL}entitlements/end/", end, "json")
    assert (ended.status_code, ended.json()[0]["ends_on"]) == (200, "2025-01-01")
    assert api.post(f"{URL}entitlements/end/", end, "json").status_code == 409


@pytest.mark.parametrize(
    ("address", "told"),
    [
        ("entitlements/", MAY | {"kinds": []}),
        ("entitlements/", MAY | {"kinds": ["wish"]}),
        ("entitlements/", MAY | {"channels": "phone"}),
        ("entitlements/", MAY | {"ends_on": "2023-01-01"}),
        ("entitlements/", MAY | {"service": "SVC-999999"}),
        ("entitlements/", MAY | {"more": 1}),
        ("entitlements/end/", {"entitlement": 999, "ends_on": "2025-01-01"}),
        ("entitlements/end/", {"entitlement": 2**80, "ends_on": "2025-01-01"}),
        ("portfolio/", {"service": "SVC-999999", "starts_on": "2024-01-01"}),
        ("portfolio/end/", {}),
    ],
)
def test_what_is_wrong_is_refused_and_nothing_kept(cast, api_of, client_mx, address, told):
    assert api_of(cast.admin).post(URL + address, told, "json").status_code == 400
    assert (Entitlement.objects.count(), PortfolioService.objects.count()) == (0, 0)


def test_an_entitlement_of_another_client_cannot_be_ended_here(cast, api_of, client_mx):
    other = add_client(actor=None, name="Otra", slug="otra", country="MX", language="en")
    row = services.entitle(
        other, actor=None, kinds=["request"], channels=["phone"], starts_on=SINCE
    )
    end = {"entitlement": row.pk, "ends_on": "2025-01-01"}
    assert api_of(cast.admin).post(f"{URL}entitlements/end/", end, "json").status_code == 400
    row.refresh_from_db()
    assert row.ends_on is None


def test_who_reads_the_client_reads_them_and_alters_nothing(cast, api_of, client_mx):
    services.add_to_portfolio(client_mx, actor=None, service=a_service(cast), starts_on=SINCE)
    agent = api_of(cast.agent_l1)
    assert len(agent.get(f"{URL}portfolio/").json()) == 1
    assert agent.post(f"{URL}entitlements/", MAY, "json").status_code == 403
    assert agent.get(f"{URL}portfolio/?page=2").status_code == 400
    for nobody in (cast.outsider, cast.norole):
        assert api_of(nobody).get(f"{URL}portfolio/").status_code == 404
        assert api_of(nobody).get(f"{URL}entitlements/").status_code == 404
    assert Entitlement.objects.count() == 0


@pytest.mark.parametrize("rows", [1, 3])
def test_as_many_statements_for_one_row_as_for_three(
    cast, api_of, client_mx, rows, django_assert_max_num_queries
):
    for _n in range(rows):
        service = a_service(cast)
        services.add_to_portfolio(client_mx, actor=None, service=service, starts_on=SINCE)
        services.entitle(
            client_mx, actor=None, kinds=["request"], channels=["phone"], starts_on=SINCE,
            service=service,
        )  # fmt: skip
    api = api_of(cast.agent_l1)
    for address in ("portfolio/", "entitlements/"):
        api.get(URL + address)
        with django_assert_max_num_queries(9):
            assert len(api.get(URL + address).json()) == rows
