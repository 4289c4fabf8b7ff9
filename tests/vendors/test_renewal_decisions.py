"""Decisions about renewals: prepared with frozen facts, approved by others, carried out."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone, translation

from core.errors import NotAllowed, Refused, ValidationError
from tests.factories import a_vendor
from tests.vendors.contracts import a_contract
from vendors import services
from vendors.models import (
    ContractTerm,
    RenewalAlternative,
    RenewalApproval,
    RenewalDecision,
    RenewalFact,
)
from vendors.renewals.enums import RenewalCriterion
from vendors.renewals.facts import FACTS, NOT_KNOWN, Fact, FactSource
from vendors.renewals.weighing import points
from vendors.renewals.workflow import RENEWAL_WORKFLOW

LIFE_OF_A_RENEWAL = {
    ("draft", "submit"): "submitted",
    ("draft", "withdraw"): "withdrawn",
    ("submitted", "approve"): "submitted",
    ("submitted", "conclude"): "approved",
    ("submitted", "return"): "draft",
    ("submitted", "withdraw"): "withdrawn",
}
SAID = {"option": "renew", "reason": "They are good.", "alternatives": "Two others cost more."}
FIVES = dict.fromkeys(RenewalCriterion.values, 5)
THREES = dict.fromkeys(RenewalCriterion.values, 3)


@pytest.fixture(autouse=True)
def sources(monkeypatch):
    """One source that knows something, and one that knows nothing."""
    known = Fact({"score": "81.5"}, "81.5 of 100.", [{"kpi": "uptime"}])
    told = {"scorecard": known, "spend": NOT_KNOWN}
    entries = {
        key: FactSource(key, key.title(), lambda contract, *, on, fact=fact: fact)
        for key, fact in told.items()
    }
    monkeypatch.setattr(FACTS, "_entries", entries)
    return entries


@pytest.fixture
def contract(cast):
    """In force, its running term ends in 200 days; notice is 90 days."""
    starts_on = timezone.localdate() - timedelta(days=165)
    facts = {"starts_on": starts_on, "initial_term": "P365D", "renewal_term": "P365D"}
    return a_contract(cast, status="active", **facts)


@pytest.fixture
def decision(cast, contract):
    return services.prepare_renewal(contract, actor=cast.vendor_manager, **SAID)


@pytest.fixture
def submitted(cast, decision):
    explain(decision, cast)
    return services.submit_renewal(decision, actor=cast.vendor_manager)


def explain(decision, cast):
    manager = cast.vendor_manager
    return services.comment_on_fact(decision, actor=manager, key="spend", comment="Not booked.")


def stored():
    models = (RenewalDecision, RenewalFact, RenewalAlternative, RenewalApproval)
    rows = {model.__name__: list(model.objects.order_by("pk").values()) for model in models}
    terms = ContractTerm.objects.order_by("pk").values("pk", "decision", "decided_by")
    return rows | {"terms": list(terms)}


def refused(call, error, *words):
    """Nothing happened, and why."""
    before = stored()
    with translation.override("en"), pytest.raises(error) as caught:
        call()
    assert all(word in str(caught.value) for word in words)
    assert stored() == before


def test_the_table_is_the_life_of_a_renewal():
    statuses = [status for status, _label in RenewalDecision._meta.get_field("status").choices]
    actions = {move.action for move in RENEWAL_WORKFLOW}
    found = {
        (status, action): RENEWAL_WORKFLOW.target(status, action)
        for status in statuses
        for action in actions
    }
    assert {move: target for move, target in found.items() if target} == LIFE_OF_A_RENEWAL


def test_a_decision_begins_with_every_fact_frozen(cast, contract, decision):
    assert (decision.status, decision.decided_by) == ("draft", cast.vendor_manager)
    assert (decision.term, decision.facts_on) == (
        contract.terms.get(number=1),
        timezone.localdate(),
    )
    assert len(decision.facts_sha256) == 64
    facts = [(f.key, f.is_known, f.value, f.rows, f.sentences) for f in decision.facts.all()]
    assert facts == [
        (
            *("scorecard", True, {"score": "81.5"}, [{"kpi": "uptime"}]),
            {"en": "81.5 of 100.", "es-mx": "81.5 of 100."},
        ),
        ("spend", False, {}, [], {"en": "", "es-mx": ""}),
    ]


def test_freezing_anew_keeps_what_stands_then(cast, decision, sources):
    explain(decision, cast)
    before = decision.facts_sha256
    again = services.freeze_facts(decision, actor=cast.vendor_manager)
    assert again.facts_sha256 == before
    other = Fact({"score": "12"}, "12 of 100.")
    sources["scorecard"] = FactSource("scorecard", "S", lambda contract, *, on: other)
    again = services.freeze_facts(decision, actor=cast.vendor_manager)
    assert again.facts_sha256 != before
    assert [(f.key, f.value, f.comment) for f in again.facts.all()] == [
        ("scorecard", {"score": "12"}, ""),
        ("spend", {}, ""),
    ]


def test_what_is_not_known_has_to_be_commented_on(cast, decision):
    manager = cast.vendor_manager
    refused(
        lambda: services.submit_renewal(decision, actor=manager),
        *(Refused, "1 fact is not known and not commented on"),
    )
    explain(decision, cast)
    assert services.submit_renewal(decision, actor=manager).status == "submitted"


@pytest.mark.parametrize("left", ["reason", "alternatives"])
def test_a_decision_says_why_and_what_else(cast, decision, left):
    manager = cast.vendor_manager
    explain(decision, cast)
    services.edit_renewal(decision, actor=manager, **{left: ""})
    refused(
        lambda: services.submit_renewal(decision, actor=manager),
        *(Refused, "decision, reason and alternatives are needed"),
    )


def test_building_is_weighed_against_staying(cast, decision):
    manager = cast.vendor_manager
    explain(decision, cast)
    decision = services.edit_renewal(
        decision, actor=manager, option="build", weights={"cost": 3, "risk": 1}
    )
    words = "the options are not weighed"
    refused(lambda: services.submit_renewal(decision, actor=manager), Refused, words)
    stay = {"option": "renew", "scores": THREES}
    build = {"option": "build", "scores": FIVES | {"risk": 1}}
    services.weigh_options(decision, actor=manager, options=[stay, build])
    refused(lambda: services.submit_renewal(decision, actor=manager), Refused, words)
    build |= {"reversal_cost": Decimal("150000.00")}
    services.weigh_options(decision, actor=manager, options=[stay, build])
    assert services.submit_renewal(decision, actor=manager).status == "submitted"
    found = [(one.option, points(decision.weights, one.scores)) for one in decision.weighed.all()]
    assert found == [("renew", Decimal("3.00")), ("build", Decimal("4.00"))]


@pytest.mark.parametrize(
    "told",
    [
        {"option": "renew", "scores": {"cost": 5}},
        {"option": "renew", "scores": FIVES | {"cost": 6}},
        {"option": "renew", "scores": FIVES | {"cost": True}},
        {"option": "away", "scores": FIVES},
        {"option": "renew", "scores": FIVES, "reversal_cost": Decimal("0.001")},
        {"option": "renew", "scores": FIVES, "reversal_cost": Decimal("-1.00")},
    ],
)
def test_options_that_are_none_are_refused(cast, decision, told):
    manager = cast.vendor_manager
    call = lambda: services.weigh_options(decision, actor=manager, options=[told])  # noqa: E731
    refused(call, ValidationError)


@pytest.mark.parametrize("weights", [{"taste": 1}, {"cost": -1}, {"cost": 101}, {"cost": 0}])
def test_weights_that_are_none_are_refused(cast, decision, weights):
    manager = cast.vendor_manager
    refused(
        lambda: services.edit_renewal(decision, actor=manager, weights=weights), ValidationError
    )


def test_points_are_a_weighted_mean():
    assert points({}, FIVES) is None
    assert points({"cost": 1, "fit": 2}, FIVES | {"cost": 1}) == Decimal("3.67")


def test_the_last_approval_renews_the_contract(cast, contract, submitted):
    assert submitted.steps == ["finance"]
    approved = services.approve_renewal(submitted, actor=cast.finance, note="Fine.")
    contract.refresh_from_db()
    term = contract.terms.get(number=1)
    assert (approved.status, contract.status) == ("approved", "renewing")
    assert (term.decision, term.decided_by) == ("renew", cast.vendor_manager)
    assert term.decision_note == f"{approved.reference}: They are good."
    given = approved.approvals.get()
    assert (given.step, given.approved_by, given.round) == ("finance", cast.finance, 1)
    assert given.content_sha256 == services.renewal_decisions.content_of(approved)


@pytest.mark.parametrize(
    ("option", "status", "decision"),
    [
        ("renegotiate", "renegotiating", "renegotiate"),
        ("reduce", "renegotiating", "renegotiate"),
        ("replace", "terminating", "terminate"),
    ],
)
def test_what_was_decided_moves_the_contract(cast, contract, option, status, decision):
    manager = cast.vendor_manager
    row = services.prepare_renewal(contract, actor=manager, **SAID | {"option": option})
    explain(row, cast)
    services.edit_renewal(row, actor=manager, weights={"cost": 1})
    options = [
        {"option": one, "scores": FIVES, "reversal_cost": Decimal("1.00")}
        for one in ("renew", "replace")
    ]
    services.weigh_options(row, actor=manager, options=options)
    services.submit_renewal(row, actor=manager)
    services.approve_renewal(row, actor=cast.finance)
    contract.refresh_from_db()
    assert (contract.status, contract.terms.get(number=1).decision) == (status, decision)


def test_every_step_is_needed(cast):
    vendor = a_vendor(name="Core", tier="strategic")
    starts_on = timezone.localdate() - timedelta(days=165)
    contract = a_contract(cast, status="approval", vendor=vendor, starts_on=starts_on)
    services.approve_contract(contract, actor=cast.finance)
    contract = services.approve_contract(contract, actor=cast.approver2)
    contract = services.sign_contract(contract, actor=cast.vendor_manager)
    contract = services.activate_contract(contract, actor=cast.vendor_manager)
    row = services.prepare_renewal(contract, actor=cast.vendor_manager, **SAID)
    explain(row, cast)
    row = services.submit_renewal(row, actor=cast.vendor_manager)
    assert row.steps == ["finance", "risk"]
    row = services.approve_renewal(row, actor=cast.finance)
    contract.refresh_from_db()
    assert (row.status, contract.status) == ("submitted", "active")
    refused(lambda: services.approve_renewal(row, actor=cast.finance), Refused, "you have approved")
    assert services.approve_renewal(row, actor=cast.approver2).status == "approved"


def test_nobody_approves_their_own(cast, submitted):
    manager = cast.vendor_manager
    refused(lambda: services.approve_renewal(submitted, actor=manager), NotAllowed)
    with pytest.raises(IntegrityError, match="of their own"), transaction.atomic():
        RenewalApproval.objects.create(
            decision=submitted, round=1, step="finance", approved_by=manager
        )


def test_others_do_not_decide(cast, contract, decision):
    refused(lambda: services.edit_renewal(decision, actor=cast.finance, reason="x"), NotAllowed)
    refused(lambda: services.submit_renewal(decision, actor=cast.finance), NotAllowed)


def test_one_decision_at_a_time(cast, contract, decision):
    manager = cast.vendor_manager
    words = "the term is being decided about already"
    refused(lambda: services.prepare_renewal(contract, actor=manager), Refused, words)
    services.withdraw_renewal(decision, actor=manager, note="Too early.")
    assert services.prepare_renewal(contract, actor=manager).status == "draft"


def test_nobody_decides_beside_a_decision_that_is_prepared(cast, contract, decision):
    words = f"{decision.reference} decides about it"
    manager = cast.vendor_manager
    for verb in (services.renew_contract, services.renegotiate_contract):
        refused(lambda verb=verb: verb(contract, actor=manager, note="x"), Refused, words)


def test_a_draft_contract_has_nothing_to_decide(cast):
    contract = a_contract(cast)
    words = "no term waits for a decision"
    refused(lambda: services.prepare_renewal(contract, actor=cast.vendor_manager), Refused, words)


def test_what_is_submitted_stays_until_it_is_returned(cast, submitted):
    manager = cast.vendor_manager
    words = "not being prepared any more"
    for call in (
        lambda: services.edit_renewal(submitted, actor=manager, reason="Other"),
        lambda: services.freeze_facts(submitted, actor=manager),
        lambda: services.comment_on_fact(submitted, actor=manager, key="spend", comment="x"),
        lambda: services.weigh_options(submitted, actor=manager, options=[]),
    ):
        refused(call, Refused, words)
    returned = services.return_renewal(submitted, actor=cast.finance, note="Ask again.")
    assert returned.status == "draft"
    services.edit_renewal(returned, actor=manager, reason="Other")
    again = services.submit_renewal(returned, actor=manager)
    assert (again.round, again.reason) == (2, "Other")


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE vendors_renewaldecision SET reason = 'x'",
        "UPDATE vendors_renewaldecision SET facts_sha256 = repeat('0', 64)",
        "UPDATE vendors_renewaldecision SET status = 'approved'",
        "DELETE FROM vendors_renewaldecision",
        "UPDATE vendors_renewalfact SET comment = 'x'",
        "DELETE FROM vendors_renewalfact",
    ],
)
def test_the_database_keeps_what_was_submitted(submitted, sql):
    before = stored()
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert stored() == before


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE vendors_renewaldecision SET status = 'submitted', steps = '{finance}'",
        "UPDATE vendors_renewaldecision SET status = 'approved', steps = '{}'",
        "UPDATE vendors_renewalfact SET value = '{}'",
        "UPDATE vendors_renewalfact SET is_known = NOT is_known",
    ],
)
def test_the_database_asks_for_facts_as_they_were(decision, sql):
    before = stored()
    with (
        pytest.raises(IntegrityError),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(sql)
    assert stored() == before


def test_decisions_are_seen_by_who_reads_about_contracts(cast, decision):
    seen = RenewalDecision.objects.visible_to
    assert list(seen(cast.finance)) == [decision]
    assert list(seen(cast.agent_l1)) == []
    assert list(RenewalFact.objects.visible_to(cast.agent_l1)) == []
    assert RenewalFact.objects.visible_to(cast.auditor).count() == 2


def test_a_renewal_by_rest(cast, contract, api_of):
    manager, finance = api_of(cast.vendor_manager), api_of(cast.finance)
    url = "/api/v1/renewals/"
    made = manager.post(url, {"contract": contract.reference, **SAID})
    assert made.status_code == 201, made.json()
    one = f"{url}{made.json()['reference']}/"
    assert (made.json()["contract"], made.json()["term"]) == (contract.reference, 1)
    known = [(fact["key"], fact["known"]) for fact in manager.get(f"{one}facts/").json()]
    assert known == [("scorecard", True), ("spend", False)]
    told = manager.post(f"{one}facts/", {"key": "spend", "comment": "Not booked."})
    assert [fact["comment"] for fact in told.json()] == ["", "Not booked."]
    weighed = {"options": [{"option": "renew", "scores": FIVES}]}
    assert manager.post(f"{one}weighed/", weighed).json()[0]["points"] is None
    assert manager.post(f"{one}transitions/", {"action": "submit"}).status_code == 200
    assert manager.post(f"{one}transitions/", {"action": "approve"}).status_code == 403
    assert finance.post(f"{one}transitions/", {"action": "approve"}).json()["status"] == "approved"
    assert api_of(cast.agent_l1).get(one).status_code == 404
