"""Who asks on behalf of a client, by REST: shown whole, given by e-mail address or name."""

from typing import Any

import pytest

from tests.factories import a_service
from tests.incidents.asking import a_client, a_request

pytestmark = pytest.mark.django_db
ANA = {"name": "Ana", "email": "ana@abarrotes.example", "phone": ""}
EVA = {"name": "Eva", "email": "eva@abarrotes.example", "phone": "55"}
URL = "/api/v1/requests/"


@pytest.fixture
def client(db: None) -> Any:
    return a_client(contacts=[ANA, EVA])


def test_a_contact_is_given_by_address_or_name_and_shown_whole(
    cast: Any, api_of: Any, client: Any
) -> None:
    api, service = api_of(cast.agent_l1), a_service(cast)
    facts = {"title": "A terminal", "client": client.slug, "service": service.reference}
    for told in ("EVA@abarrotes.example", "Eva"):
        answer = api.post(URL, facts | {"contact": told}, "json")
        assert (answer.status_code, answer.json().get("contact")) == (201, EVA), answer.json()
    rows = api.get(URL).json()["results"]
    assert [row["contact"] for row in rows] == [EVA, EVA]


@pytest.mark.parametrize("told", ["nobody@abarrotes.example", "eva@tienda.example"])
def test_a_contact_of_nobody_or_of_another_client_is_refused(
    cast: Any, api_of: Any, client: Any, told: str
) -> None:
    a_client("tienda", contacts=[EVA | {"email": "eva@tienda.example"}])
    facts = {"title": "A terminal", "client": client.slug, "contact": told}
    answer = api_of(cast.agent_l1).post(URL, facts | {"service": a_service(cast).reference}, "json")
    assert answer.status_code == 400
    assert [error["field"] for error in answer.json()["errors"]] == ["contact"]


def test_a_contact_is_corrected_and_taken_away(cast: Any, api_of: Any, client: Any) -> None:
    api, request = api_of(cast.agent_l1), a_request(cast, client=client)
    url = f"{URL}{request.reference}/"
    answer = api.patch(url, {"contact": "Ana"}, "json", headers={"if-match": '"1"'})
    assert (answer.status_code, answer.json()["contact"]) == (200, ANA)
    answer = api.patch(url, {"contact": None}, "json", headers={"if-match": '"2"'})
    assert (answer.status_code, answer.json()["contact"]) == (200, None)


def test_a_call_knows_its_contact(cast: Any, api_of: Any, client: Any) -> None:
    facts = {"caller": "Eva", "team": "payments-l1", "client": client.slug, "contact": "Eva"}
    answer = api_of(cast.agent_l1).post("/api/v1/phone-calls/", facts, "json")
    assert (answer.status_code, answer.json()["contact"]) == (201, EVA)
