"""Contracts as REST: the names that others rely on, bad input, and who sees how much."""

import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.factories import a_vendor
from tests.vendors.contracts import a_contract, made_ready
from vendors.enums import Clause
from vendors.models import Contract

pytestmark = pytest.mark.django_db
URL = "/api/v1/contracts/"


def body(**given):
    facts = {
        "number": "C-2024/17",
        "title": "Switching of cards",
        "vendor": given.pop("vendor", None) or a_vendor(tier="tactical").reference,
        "currency": "MXN",
        "total_value": {"amount": "1200000.00", "currency": "MXN"},
        "starts_on": "2024-02-29",
        "initial_term": "P1Y",
        "renewal": "automatic",
        "renewal_term": "P12M",
        "notice": "P30D",
    }
    return facts | given


@pytest.fixture
def manager(cast, api_of):
    return api_of(cast.vendor_manager)


def test_a_contract_is_made_and_read_by_its_public_names(manager):
    made = manager.post(URL, body())
    assert made.status_code == 201, made.json()
    record = manager.get(f"{URL}{made.json()['reference']}/").json()

    wanted = body(vendor=record["vendor"])
    assert {name: record[name] for name in wanted} == wanted
    assert record["status"] == "draft"
    assert record["entity"] == "Cobalto Pagos México"


def test_its_terms_follow_one_another(manager):
    reference = manager.post(URL, body()).json()["reference"]
    terms = manager.get(f"{URL}{reference}/terms/").json()

    shown = [(t["number"], t["starts_on"], t["ends_on"], t["decision_deadline_on"]) for t in terms]
    assert shown[:2] == [
        (1, "2024-02-29", "2025-02-28", "2025-01-29"),
        (2, "2025-03-01", "2026-02-28", "2026-01-29"),
    ]
    further = manager.get(f"{URL}{reference}/terms/?until=2040-01-01").json()
    assert further[: len(terms)] == terms
    assert further[-1]["number"] == 16
    for wrong in ("x", "9999-01-01", "2030-02-30"):
        assert manager.get(f"{URL}{reference}/terms/?until={wrong}").status_code == 400


def test_business_days_are_those_of_the_country_that_is_named(manager):
    terms = {}
    for country in ("MX", "CO"):
        given = {"notice": "5 business days", "renewal": "none", "renewal_term": ""}
        given |= {"starts_on": "2024-04-23", "business_days_of": country, "number": country}
        reference = manager.post(URL, body(**given)).json()["reference"]
        terms[country] = manager.get(f"{URL}{reference}/terms/").json()[0]["decision_deadline_on"]

    assert terms == {"MX": "2025-04-15", "CO": "2025-04-11"}


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"total_value": {"amount": "10.00", "currency": "USD"}}, "total_value"),
        ({"total_value": {"amount": "-1", "currency": "MXN"}}, "total_value"),
        ({"total_value": {"amount": "ten", "currency": "MXN"}}, "total_value"),
        ({"total_value": {"amount": "NaN", "currency": "MXN"}}, "total_value"),
        ({"total_value": {"amount": "1e400", "currency": "MXN"}}, "total_value"),
        ({"total_value": {"amount": "0.001", "currency": "MXN"}}, "total_value"),
        ({"total_value": {"amount": "1"}}, "total_value"),
        ({"total_value": 1.5}, "total_value"),
        ({"total_value": None}, "total_value"),
        ({"total_value": [1]}, "total_value"),
        ({"currency": "XYZ", "total_value": "1"}, "currency"),
        ({"currency": "PESOS"}, "currency"),
        ({"initial_term": "P-1Y"}, "initial_term"),
        ({"initial_term": "PT1H"}, "initial_term"),
        ({"initial_term": "P0D"}, "initial_term"),
        ({"initial_term": "P99999Y"}, "initial_term"),
        ({"renewal": "sometimes"}, "renewal"),
        ({"renewal_term": None}, "renewal_term"),
        ({"notice": "P2Y"}, "notice"),
        ({"notice": "thirty days"}, "notice"),
        ({"starts_on": "2023-02-29"}, "starts_on"),
        ({"starts_on": "0001-01-01"}, "starts_on"),
        ({"vendor": "VND-999999"}, "vendor"),
        ({"number": " "}, "number"),
        ({"number": "x" * 61}, "number"),
        ({"title": "a\x00b"}, "title"),
        ({"status": "active"}, "status"),
        ({"ends_on": "2020-01-01"}, "ends_on"),
    ],
)
def test_what_cannot_be_is_a_400_that_names_the_field(manager, wrong, field):
    answer = manager.post(URL, body(**wrong))

    assert answer.status_code == 400, answer.json()
    assert field in {error["field"] for error in answer.json()["errors"]}
    assert not Contract.objects.exists()


def test_amounts_may_be_zero_and_of_currencies_without_cents(manager):
    for number, (amount, currency) in enumerate([("0", "MXN"), ("1500", "CLP"), ("0.01", "COP")]):
        given = {"number": str(number), "currency": currency, "total_value": amount}
        made = manager.post(URL, body(**given))
        assert made.status_code == 201, made.json()
        assert made.json()["total_value"]["currency"] == currency


def test_a_number_is_given_once(manager):
    assert manager.post(URL, body()).status_code == 201
    answer = manager.post(URL, body())
    assert answer.status_code == 400
    assert Contract.objects.count() == 1


def test_a_correction_needs_the_version_and_changes_the_terms(manager):
    made = manager.post(URL, body()).json()
    url = f"{URL}{made['reference']}/"
    assert manager.patch(url, {"notice": "P60D"}, HTTP_IF_MATCH='"99"').status_code == 412
    answer = manager.patch(url, {"notice": "P60D"}, HTTP_IF_MATCH=f'"{made["version"]}"')
    assert answer.status_code == 200, answer.json()
    assert manager.get(f"{url}terms/").json()[0]["decision_deadline_on"] == "2024-12-30"


def test_a_contract_walks_into_force_by_rest(cast, api_of, manager):
    made = manager.post(URL, body()).json()
    url = f"{URL}{made['reference']}/"

    def take(who, action, **answers):
        api = api_of(cast[who])
        return api.post(f"{url}transitions/", {"action": action, **answers})

    refused = take("vendor_manager", "submit")
    assert (refused.status_code, refused.json()["reasons"][0]) == (409, "its text is not attached")
    file = SimpleUploadedFile("c.txt", b"We agree")
    sent = manager.post(f"{url}documents/", {"title": "Text", "file": file}, format="multipart")
    assert sent.status_code == 201, sent.json()
    clauses = [{"clause": one, "answer": "present", "place": "7"} for one in Clause.values]
    assert len(manager.post(f"{url}clauses/", {"clauses": clauses}).json()) == 8
    for who, action, status in (
        ("vendor_manager", "submit", "legal_review"),
        ("approver", "pass_legal", "approval"),
        ("finance", "approve", "approval"),
        ("vendor_manager", "sign", "signed"),
        ("vendor_manager", "activate", "active"),
        ("vendor_manager", "terminate", None),
    ):
        answer = take(who, action)
        if status is None:
            assert answer.status_code == 400  # it says why
        else:
            assert (answer.status_code, answer.json().get("status")) == (200, status)


def test_an_approver_may_not_approve_their_own(cast, api_of):
    contract = a_contract(cast, owner=cast.approver)
    made_ready(contract, cast)
    api_of(cast.vendor_manager).post(
        f"{URL}{contract.reference}/transitions/", {"action": "submit"}
    )
    answer = api_of(cast.approver).post(
        f"{URL}{contract.reference}/transitions/", {"action": "pass_legal"}
    )

    assert answer.status_code == 409
    assert answer.json()["reasons"] == ["you do not approve a contract of your own"]
    contract.refresh_from_db()
    assert contract.status == "legal_review"


def test_who_sees_names_sees_no_more(cast, api_of):
    contract = a_contract(cast, number="SECRET-1")
    agent = api_of(cast.agent_l1)

    assert agent.get(f"{URL}{contract.reference}/").json() == {
        "reference": contract.reference,
        "title": contract.title,
    }
    for page in ("terms", "history", "transitions", "documents", "clauses"):
        assert agent.get(f"{URL}{contract.reference}/{page}/").status_code == 403
    assert agent.get(f"{URL}?status=draft").status_code == 400
    assert agent.get(f"{URL}?search=SECRET").status_code == 400
    assert len(api_of(cast.finance).get(f"{URL}?search=secret-1").json()["results"]) == 1
    assert api_of(cast.norole).get(f"{URL}{contract.reference}/").status_code == 404


def test_a_file_that_lies_is_refused(cast, manager):
    contract = a_contract(cast)
    url = f"{URL}{contract.reference}/documents/"
    for name, data in (("c.pdf", b"MZ\x90\x00"), ("c", b"x"), ("c.svg", b"<svg/>")):
        file = SimpleUploadedFile(name, data)
        answer = manager.post(url, {"title": "Text", "file": file}, format="multipart")
        assert answer.status_code == 400, name
    assert not contract.documents.exists()


def test_wrong_clauses_are_refused(cast, manager):
    url = f"{URL}{a_contract(cast).reference}/clauses/"
    no_place = [{"clause": "card_data", "answer": "present"}]
    for wrong in ({}, [], 7, *({"clauses": one} for one in ("x", ["x"], [{}], no_place))):
        answer = manager.post(url, json.dumps(wrong), content_type="application/json")
        assert answer.status_code == 400, wrong
