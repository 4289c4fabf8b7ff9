"""The pages of decisions about renewals, and what this app knows before one is taken."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.utils import timezone, translation

from tests.vendors.contracts import a_contract
from tests.vendors.scores import a_model, a_scorecard
from tests.vendors.spend import an_invoice
from vendors import services
from vendors.models import RenewalDecision
from vendors.renewals.enums import RenewalCriterion
from vendors.renewals.known_here import read_scorecard, read_spend

pytestmark = pytest.mark.django_db


@pytest.fixture
def contract(cast):
    starts_on = timezone.localdate() - timedelta(days=165)
    facts = {"starts_on": starts_on, "initial_term": "P365D", "renewal_term": "P365D"}
    return a_contract(cast, status="active", **facts)


@pytest.fixture
def decision(cast, contract):
    return services.prepare_renewal(contract, actor=cast.vendor_manager)


def page_of(decision):
    return f"/vendors/renewaldecision/{decision.pk}/change/"


def act(browser, decision, action, **answers):
    url = f"/vendors/renewaldecision/{decision.pk}/action/{action}/"
    version = RenewalDecision.objects.get(pk=decision.pk).version
    return browser.post(url, {"version": version, **answers})


def test_it_begins_on_the_contract_s_page_and_goes_to_its_approval(cast, client_of, contract):
    browser = client_of(cast.vendor_manager)
    made = browser.post(f"/vendors/contract/{contract.pk}/action/prepare_renewal/", {})
    assert made.status_code == 302
    decision = RenewalDecision.objects.get()
    shown = browser.get(f"/vendors/contract/{contract.pk}/change/").content.decode()
    assert decision.reference in shown
    edited = browser.post(
        page_of(decision),
        {
            "option": "replace",
            "reason": "Too dear",
            "alternatives": "Two others",
            "version": decision.version,
        },
    )
    assert edited.status_code == 302, edited.content.decode()
    points = dict.fromkeys(RenewalCriterion.values, 3)
    weights = dict.fromkeys(RenewalCriterion.values, 20)
    for key in decision.facts.filter(is_known=False).values_list("key", flat=True):
        assert act(browser, decision, "comment", key=key, comment="Asked").status_code == 302
    refused = act(browser, decision, "submit", note="")
    assert refused.status_code == 409
    assert act(browser, decision, "weights", **weights).status_code == 302
    assert act(browser, decision, "weigh", option="renew", **points).status_code == 302
    sent = act(browser, decision, "weigh", option="replace", reversal_cost="5.00", **points)
    assert sent.status_code == 302
    assert set(decision.weighed.values_list("option", flat=True)) == {"renew", "replace"}
    assert act(browser, decision, "submit", note="").status_code == 302
    assert act(browser, decision, "approve", note="").status_code == 404
    finance = client_of(cast.finance)
    assert "action/approve/" in finance.get(page_of(decision)).content.decode()
    assert act(finance, decision, "approve", note="").status_code == 302
    decision.refresh_from_db()
    contract.refresh_from_db()
    assert (decision.status, contract.status) == ("approved", "terminating")


@pytest.mark.parametrize(
    ("action", "answers"),
    [
        ("weights", dict.fromkeys(RenewalCriterion.values, 101)),
        ("weights", dict.fromkeys(RenewalCriterion.values, 0)),
        ("weights", {}),
        ("weigh", {"option": "renew"}),
        ("weigh", {"option": "renew", **dict.fromkeys(RenewalCriterion.values, 6)}),
        ("weigh", {"option": "burn", **dict.fromkeys(RenewalCriterion.values, 5)}),
        ("comment", {"key": "nothing", "comment": "x"}),
        ("comment", {"key": "spend", "comment": ""}),
    ],
)
def test_bad_answers_change_nothing(cast, client_of, decision, action, answers):
    before = list(RenewalDecision.objects.values())
    assert act(client_of(cast.vendor_manager), decision, action, **answers).status_code == 400
    assert list(RenewalDecision.objects.values()) == before
    assert not decision.weighed.exists()


@pytest.mark.parametrize("who", ["auditor", "finance", "agent_l1", "outsider"])
def test_others_read_at_most(cast, client_of, decision, who):
    browser = client_of(getattr(cast, who))
    shown = browser.get(page_of(decision))
    if who in ("agent_l1", "outsider"):
        assert shown.status_code in (403, 404)
    else:
        assert "action/weigh/" not in shown.content.decode()
    assert act(browser, decision, "weigh", option="renew").status_code in (403, 404)


def test_only_a_locked_scorecard_is_a_fact(cast, contract):
    a_model(cast, reports={})
    card = a_scorecard(contract.vendor)
    figure = {"kpi": "reports", "value": Decimal(80), "evidence": "x"}
    services.give_figure(card, actor=cast.vendor_manager, **figure)
    today = timezone.localdate()
    assert not read_scorecard(contract, on=today).known
    card = services.lock_scorecard(card, actor=cast.vendor_manager)
    fact = read_scorecard(contract, on=today)
    assert fact.value["score"] == "80.00"
    assert fact.rows[0]["digest"] == card.digest
    assert not read_scorecard(contract, on=date(2026, 9, 30)).known


def test_spend_is_told_by_currency(cast, contract):
    on = date(2025, 3, 1)
    assert not read_spend(contract, on=on).known
    an_invoice(cast, vendor=contract.vendor, amount=Decimal("300.00"))
    an_invoice(cast, vendor=contract.vendor, amount=Decimal("10.00"), currency="USD")
    fact = read_spend(contract, on=on)
    assert {currency: one["actual"] for currency, one in fact.value["amounts"].items()} == {
        "MXN": "300.00",
        "USD": "10.00",
    }
    with translation.override("en"):
        assert "300.00 / 0.00 / 0.00 MXN" in str(fact.sentence)
