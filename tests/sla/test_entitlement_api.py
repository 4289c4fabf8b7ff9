"""Portfolio and entitlements of a client over REST: the same rules as its page."""

import pytest

from sla.client_services import add_client
from tests.factories import a_service
from tests.people.working_calendars import a_calendar

pytestmark = pytest.mark.django_db
AT = "/api/v1/clients/tienda"


@pytest.fixture
def tienda(db):
    return add_client(actor=None, name="Tienda", slug="tienda", country="MX")


def test_a_service_joins_and_leaves_the_portfolio(cast, api_of, tienda):
    api, service = api_of(cast.admin), a_service(cast)
    asked = {"service": service.reference, "starts_on": "2026-01-01"}
    answer = api.post(f"{AT}/portfolio/", asked)
    assert answer.status_code == 201, answer.json()
    assert answer.json() == [
        {"service": service.reference, "starts_on": "2026-01-01", "ends_on": None}
    ]
    again = api.post(f"{AT}/portfolio/", asked)
    assert (again.status_code, "service" in str(again.json())) == (400, True)
    ended = api.post(
        f"{AT}/portfolio/end/", {"service": service.reference, "ends_on": "2026-06-01"}
    )
    assert [row["ends_on"] for row in ended.json()] == ["2026-06-01"]


def test_an_entitlement_is_given_and_ended(cast, api_of, tienda):
    api, hours = api_of(cast.admin), a_calendar(cast)
    asked = {"kinds": ["request"], "channels": ["phone"], "starts_on": "2026-01-01"}
    answer = api.post(f"{AT}/entitlements/", asked | {"hours": hours.slug, "beyond": "refuse"})
    assert answer.status_code == 201, answer.json()
    (row,) = answer.json()
    assert (row["kinds"], row["hours"], row["service"], row["beyond"]) == (
        ["request"],
        hours.slug,
        None,
        "refuse",
    )
    ended = api.post(f"{AT}/entitlements/{row['id']}/end/", {"ends_on": "2026-06-01"})
    assert [row["ends_on"] for row in ended.json()] == ["2026-06-01"]
    assert api.post(f"{AT}/entitlements/999/end/", {"ends_on": "2026-06-01"}).status_code == 404


@pytest.mark.parametrize(
    "wrong",
    [
        {"kinds": []},
        {"kinds": ["sleep"]},
        {"channels": "phone"},
        {"starts_on": "yesterday"},
        {"ends_on": "2025-01-01"},
        {"hours": "nowhere"},
        {"service": "SVC-999999"},
        {"colour": "red"},
    ],
)
def test_what_makes_no_sense_changes_nothing(cast, api_of, tienda, wrong):
    asked = {"kinds": ["request"], "channels": ["phone"], "starts_on": "2026-01-01"} | wrong
    assert api_of(cast.admin).post(f"{AT}/entitlements/", asked).status_code == 400
    assert not tienda.entitlements.exists()


def test_a_service_out_of_sight_has_no_name(cast, api_of, tienda):
    hidden = a_service(cast, owner_team=cast.wallet_co, support_team=cast.wallet_co)
    api_of(cast.admin).post(
        f"{AT}/portfolio/", {"service": hidden.reference, "starts_on": "2026-01-01"}
    )
    shown = api_of(cast.agent_l1).get(f"{AT}/portfolio/").json()
    seen = api_of(cast.agent_l1).get(f"/api/v1/services/{hidden.reference}/").status_code == 200
    assert [row["service"] for row in shown] == [hidden.reference if seen else None]
