"""The pages of claims, the clauses on the contract's page, and the REST of both."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from tests.factories import an_incident
from tests.vendors import credits as made
from tests.vendors.credits import (
    a_claim,
    a_clause,
    a_credit_note,
    a_segment,
    by_unit,
    last_month,
    segment_about,
)
from vendors import services
from vendors.models import CreditClaim, CreditClause, CreditSettlement

pytestmark = pytest.mark.django_db
D = Decimal
READERS = {"finance", "vendor_manager", "auditor", "service_manager", "approver"}
API = "/api/v1/credit-claims/"


@pytest.fixture(autouse=True)
def breaches(monkeypatch):
    told = made.registered(monkeypatch)
    told["breaches"] += [a_segment(5), a_segment(50, 30)]
    return told["breaches"]


@pytest.fixture
def claim(cast):
    return a_claim(cast)


def page_of(claim):
    return f"/vendors/creditclaim/{claim.pk}/change/"


def act(browser, claim, action, **answers):
    version = CreditClaim.objects.get(pk=claim.pk).version
    url = f"/vendors/creditclaim/{claim.pk}/action/{action}/"
    return browser.post(url, {"version": version, **answers})


@pytest.mark.parametrize("who", [*sorted(READERS), "agent_l1", "outsider", "admin"])
def test_pages_open_for_those_who_read_of_contracts(cast, client_of, claim, who):
    browser = client_of(cast[who])
    found = [browser.get(path) for path in ("/vendors/creditclaim/", page_of(claim))]
    if who in READERS:
        assert [one.status_code for one in found] == [200, 200]
        assert claim.reference in found[0].content.decode()
    else:
        assert {one.status_code for one in found} <= {403, 404}


def test_from_a_breach_to_the_credit(cast, client_of):
    browser, contract = client_of(cast.vendor_manager), made.a_running_contract(cast)
    address = f"/vendors/contract/{contract.pk}/"
    answers = {
        "name": "Response", "place": "Annex 3", "measure": "breaches", "unit_amount": "1000",
        "every": "1", "counting": "begun", "cap_percent": "30", "valid_from": "2025-01-01",
    }  # fmt: skip
    made_clause = browser.post(f"{address}action/add_credit_clause/", answers)
    assert made_clause.status_code == 302, made_clause.content.decode()
    clause = CreditClause.objects.get()
    shown = browser.get(f"{address}change/").content.decode()
    assert "Annex 3" in shown
    assert f"action/draft_claim/?clause={clause.reference}" in shown
    dialog = browser.get(f"{address}action/edit_credit_clause/?clause={clause.reference}")
    assert "Annex 3" in dialog.content.decode()
    edited = answers | {"clause": clause.reference, "known": clause.version, "place": "Annex 4"}
    assert browser.post(f"{address}action/edit_credit_clause/", edited).status_code == 302
    month = {"clause": clause.reference, "month": str(last_month() + timedelta(days=7))}
    assert browser.post(f"{address}action/draft_claim/", month).status_code == 302
    assert browser.post(f"{address}action/draft_claim/", month).status_code == 409
    claim = CreditClaim.objects.get()
    assert claim.reference in browser.get(f"{address}change/").content.decode()
    vendor = f"/vendors/vendor/{contract.vendor_id}/change/"
    assert claim.reference in browser.get(vendor).content.decode()
    shown = browser.get(page_of(claim)).content.decode()
    assert "2,000.00 MXN" in shown
    assert "30,000.00 MXN" in shown  # the cap
    due_on = str(timezone.localdate())
    assert act(browser, claim, "send", sent_to="Ana", due_on=due_on).status_code == 302
    assert act(browser, claim, "dispute", note="One was ours").status_code == 302
    assert act(browser, claim, "accept", amount="3000").status_code == 400
    assert act(browser, claim, "accept", amount="1500.50").status_code == 302
    note = a_credit_note(cast, claim)
    assert act(browser, claim, "settle", invoice=note.reference).status_code == 404
    finance = client_of(cast.finance)
    dialog = finance.get(f"/vendors/creditclaim/{claim.pk}/action/settle/").content.decode()
    assert "1,500.50 MXN" in dialog
    assert act(finance, claim, "settle", invoice=note.reference).status_code == 302
    claim.refresh_from_db()
    assert claim.status == "credited"
    assert note.reference in finance.get(page_of(claim)).content.decode()
    hidden = client_of(cast.service_manager).get(page_of(claim)).content.decode()
    assert note.reference not in hidden  # who sees no invoices


def test_records_behind_a_claim_are_named_to_those_who_see_them(cast, client_of, breaches):
    incident = an_incident(cast)
    breaches[:] = [segment_about(incident, what="P1 · 35 min")]
    claim = a_claim(cast)
    shown = client_of(cast.service_manager).get(page_of(claim)).content.decode()
    assert incident.reference in shown
    assert "P1 · 35 min" in shown
    hidden = client_of(cast.finance).get(page_of(claim)).content.decode()
    assert incident.reference not in hidden
    assert "P1 · 35 min" not in hidden


@pytest.mark.parametrize(
    "changed",
    [
        {"measure": "taste"},
        {"measure": "availability"},
        {"unit_amount": ""},
        {"unit_amount": "-1"},
        {"unit_amount": "abc"},
        {"unit_percent": "5"},
        {"every": "0"},
        {"every": ""},
        {"cap_percent": ""},
        {"cap_percent": "101"},
        {"cap_percent": "0"},
        {"tiers": "99.9; 5"},
        {"tiers": "99.9"},
        {"tiers": "99.9; 5; 6"},
        {"tiers": "__import__('os'); 5"},
        {"valid_from": "31.02.2026"},
        {"valid_until": "2024-01-01"},
    ],
)
def test_bad_clauses_change_nothing(cast, client_of, changed):
    contract = made.a_running_contract(cast)
    answers = {
        "name": "Response", "place": "Annex 3", "measure": "breaches", "unit_amount": "1000",
        "every": "1", "counting": "begun", "cap_percent": "30", "valid_from": "2025-01-01",
    }  # fmt: skip
    url = f"/vendors/contract/{contract.pk}/action/add_credit_clause/"
    assert client_of(cast.vendor_manager).post(url, answers | changed).status_code == 400
    assert not CreditClause.objects.exists()


def queries(browser, url):
    browser.get(url)
    with CaptureQueriesContext(
        connection,
    ) as caught:
        assert browser.get(url).status_code == 200
    return len(caught)


def test_pages_need_the_same_queries_however_much_they_show(cast, client_of, breaches):
    browser = client_of(cast.vendor_manager)
    breaches[:] = [segment_about(an_incident(cast))]
    clause = a_clause(cast, **by_unit())
    one = a_claim(cast, clause=clause)
    contract = f"/vendors/contract/{clause.contract_id}/change/"
    urls = ["/vendors/creditclaim/", page_of(one), contract]
    before = [queries(browser, url) for url in urls]
    breaches += [segment_about(an_incident(cast)) for _ in range(2)]
    for name in ("Second", "Third"):
        last = a_claim(cast, clause=a_clause(cast, clause.contract, **by_unit(name=name)))
    assert [queries(browser, url) for url in (urls[0], page_of(last), contract)] == before


# --- REST -----------------------------------------------------------------------------------------


def test_a_claim_by_rest(cast, api_of, breaches):
    contract = made.a_running_contract(cast)
    api = api_of(cast.vendor_manager)
    clauses = f"/api/v1/contracts/{contract.reference}/credit-clauses/"
    body = {
        "name": "Response", "place": "Annex 3", "measure": "breaches", "unit_amount": "1000.00",
        "cap_percent": "30",
    }  # fmt: skip
    added = api.post(clauses, body, format="json")
    assert added.status_code == 201, added.json()
    clause = added.json()
    assert (clause["valid_from"], clause["tiers"]) == ("2025-01-01", [])
    edited = api.post(clauses, {"clause": clause["reference"], "place": "Annex 4"}, format="json")
    assert (edited.status_code, edited.json()["place"]) == (200, "Annex 4")
    assert [one["place"] for one in api.get(clauses).json()] == ["Annex 4"]
    body = {"clause": clause["reference"], "month": str(last_month())}
    answer = api.post(API, body, format="json")
    assert answer.status_code == 201, answer.json()
    told = answer.json()
    assert told["amount"] == {"amount": "2000.00", "currency": "MXN"}
    assert (told["contract"], told["status"]) == (contract.reference, "drafted")
    assert told["formula"]["unit_amount"] == "1000.00"
    assert api.post(API, body, format="json").status_code == 409
    address = f"{API}{told['reference']}/"
    send = {"action": "send", "sent_to": "Ana", "due_on": str(timezone.localdate())}
    for step in (send, {"action": "accept"}):
        assert api.post(f"{address}transitions/", step, format="json").status_code == 200
    claim = CreditClaim.objects.get()
    note = a_credit_note(cast, claim)
    settle = {"action": "settle", "invoice": note.reference}
    assert api.post(f"{address}transitions/", settle, format="json").status_code == 403
    finance = api_of(cast.finance)
    done = finance.post(f"{address}transitions/", settle, format="json")
    assert (done.status_code, done.json()["status"]) == (200, "credited")
    rows = finance.get(f"{address}settlements/").json()
    assert [(one["invoice"], one["amount"]) for one in rows] == [(note.reference, "2000.00")]
    assert CreditSettlement.objects.count() == 1
    rows = api_of(cast.service_manager).get(f"{address}settlements/").json()
    assert [one["invoice"] for one in rows] == [""]


def test_segments_are_those_one_sees(cast, api_of, breaches):
    incident = an_incident(cast)
    breaches[:] = [segment_about(incident)]
    address = f"{API}{a_claim(cast).reference}/segments/"
    rows = api_of(cast.service_manager).get(address).json()
    assert [(one["number"], one["reference"]) for one in rows] == [(1, incident.reference)]
    assert api_of(cast.finance).get(address).json() == []
    assert api_of(cast.outsider).get(address).status_code == 404


def test_claims_are_narrowed_by_what_is_offered(cast, api_of, claim):
    api = api_of(cast.vendor_manager)
    contract = claim.clause.contract
    for query, found in (
        ("status=drafted", 1),
        ("status=sent,credited", 0),
        (f"contract={contract.reference}", 1),
        (f"vendor={contract.vendor.reference}", 1),
    ):
        assert len(api.get(f"{API}?{query}").json()["results"]) == found
    assert api.get(f"{API}?status=paid").status_code == 400
    assert api.get(f"{API}?amount=1").status_code == 400


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"clause": "CRC-999999", "month": "2026-10-01"},
        {"month": "2026-10-01"},
        {"clause": "x" * 300, "month": "2026-10-01"},
        {"clause": 5, "month": "2026-10-01"},
        {"month": "October"},
        {"month": "2026-13-01"},
        {"amount": "5.00"},
    ],
)
def test_bad_claims_are_refused(cast, api_of, body):
    clause = a_clause(cast, **by_unit())
    body = {"clause": clause.reference} | body if "month" in body and len(body) == 1 else body
    body = {} if body == {"clause": clause.reference, "month": "2026-10-01"} else body
    assert api_of(cast.vendor_manager).post(API, body, format="json").status_code == 400
    assert not CreditClaim.objects.exists()


@pytest.mark.parametrize(
    "changed",
    [
        {"measure": "eval"},
        {"tiers": [["99.9", "5"]]},
        {"tiers": "x"},
        {"tiers": [["1", "2", "3"]]},
        {"tiers": [[{"a": 1}, "2"]]},
        {"every": "0"},
        {"every": "NaN"},
        {"cap_percent": "Infinity"},
        {"cap_percent": None},
        {"unit_amount": "1e400"},
        {"monthly_charge": "0"},
        {"formula": "amount / 0"},
        {"clause": "CRC-999999"},
    ],
)
def test_bad_clauses_are_refused(cast, api_of, changed):
    contract = made.a_running_contract(cast)
    body = {
        "name": "Response", "place": "Annex 3", "measure": "breaches", "unit_amount": "1000.00",
        "cap_percent": "30",
    }  # fmt: skip
    url = f"/api/v1/contracts/{contract.reference}/credit-clauses/"
    answer = api_of(cast.vendor_manager).post(url, body | changed, format="json")
    assert answer.status_code == 400, answer.json()
    assert not CreditClause.objects.exists()


def test_a_clause_of_another_contract_is_not_corrected_here(cast, api_of):
    clause, contract = a_clause(cast, **by_unit()), made.a_running_contract(cast)
    url = f"/api/v1/contracts/{contract.reference}/credit-clauses/"
    body = {"clause": clause.reference, "place": "x"}
    assert api_of(cast.vendor_manager).post(url, body, format="json").status_code == 400
    clause.refresh_from_db()
    assert clause.place == "Annex 3, 4.2"


def test_a_draft_is_withdrawn_and_its_page_offers_nothing_any_more(cast, client_of, claim):
    browser = client_of(cast.vendor_manager)
    assert act(browser, claim, "withdraw", note="").status_code == 400
    assert act(browser, claim, "withdraw", note="Small").status_code == 302
    assert "/action/" not in browser.get(page_of(claim)).content.decode()
    claim.refresh_from_db()
    assert services.draft_credits(timezone.now()) == 0
