"""The life of a claim, and what is refused on the way, by services and by the database."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import product

import pytest
from django.db import DatabaseError, IntegrityError, transaction
from django.utils import timezone

from core.errors import NotAllowed, Refused, Stale, ValidationError
from incidents.credit_segments import read_outages
from notifications.models import Message
from people.services import grant_role
from sla.credit_segments import read_breaches
from sla.enums import AgreementKind, ClockState, Metric
from sla.models import LifeClock
from tests.factories import a_vendor, an_incident
from tests.sla.agreeing import in_force
from tests.vendors import credits as made
from tests.vendors.contracts import a_contract
from tests.vendors.credits import a_claim, a_clause, a_credit_note, a_segment, by_unit, last_month
from tests.vendors.test_score_sources import AFTER, OCTOBER, outage
from vendors import services
from vendors.credits.content import digest_of, figures_of
from vendors.credits.enums import ClaimStatus
from vendors.credits.sources import Reading
from vendors.credits.workflow import CLAIM_WORKFLOW
from vendors.models import CreditClaim, CreditClause, CreditSegment, CreditSettlement
from vendors.renewals.known_here import read_credits
from vendors.scorecards.periods import Period, later

pytestmark = pytest.mark.django_db
D = Decimal

LIFE_OF_A_CLAIM = {
    ("drafted", "measure"): "drafted",
    ("drafted", "send"): "sent",
    ("drafted", "withdraw"): "withdrawn",
    ("sent", "accept"): "accepted",
    ("sent", "dispute"): "disputed",
    ("disputed", "accept"): "accepted",
    ("disputed", "write_off"): "written_off",
    ("accepted", "settle"): "accepted",
    ("accepted", "credit"): "credited",
}


@pytest.fixture(autouse=True)
def breaches(monkeypatch):
    """Two breached times in the month before."""
    told = made.registered(monkeypatch)
    told["breaches"] += [a_segment(5), a_segment(50, 30)]
    return told["breaches"]


@pytest.fixture
def clause(cast):
    return a_clause(cast, **by_unit())


def test_the_table_is_the_life_of_a_claim():
    actions = {move.action for move in CLAIM_WORKFLOW}
    found = {
        (status, action): CLAIM_WORKFLOW.target(status, action)
        for status, action in product(ClaimStatus.values, actions)
    }
    assert {move: target for move, target in found.items() if target} == LIFE_OF_A_CLAIM


def take(claim, action, actor, note):
    answers = {
        "measure": lambda: services.measure_claim(claim, actor=actor),
        "send": lambda: services.send_claim(
            claim, actor=actor, sent_to="Ana", due_on=timezone.localdate()
        ),
        "accept": lambda: services.accept_claim(claim, actor=actor),
        "dispute": lambda: services.dispute_claim(claim, actor=actor, note="No"),
        "write_off": lambda: services.write_off_claim(claim, actor=actor, note="No"),
        "withdraw": lambda: services.withdraw_claim(claim, actor=actor, note="No"),
        "settle": lambda: services.settle_claim(claim, actor=actor, invoice=note),
    }
    return answers[action]()


@pytest.mark.parametrize("status", ClaimStatus.values)
def test_every_action_in_every_status(cast, refuses, status):
    actions = ("measure", "send", "accept", "dispute", "write_off", "withdraw", "settle")
    claim = a_claim(cast, status)
    note = a_credit_note(cast, claim)
    for action in actions:
        money = action in ("settle", "write_off")
        actor, other = (cast.finance, cast.vendor_manager)[:: 1 if money else -1]
        if (status, action) not in LIFE_OF_A_CLAIM:
            with refuses(Refused, "does not allow"):
                take(claim, action, actor, note)
            continue
        with refuses(NotAllowed):
            take(claim, action, other, note)
        sure = transaction.savepoint()
        done = take(claim, action, actor, note)
        wanted = "credited" if action == "settle" else LIFE_OF_A_CLAIM[status, action]
        assert done.status == wanted
        transaction.savepoint_rollback(sure)


def test_a_claim_keeps_copies_of_what_it_rests_on(cast, clause, breaches):
    claim = a_claim(cast, clause=clause)
    assert (claim.status, claim.amount, claim.currency) == ("drafted", D("2000.00"), "MXN")
    assert claim.figures == {"value": "2.000000", "counted": 2, "breached": 2}
    assert claim.formula["charge"] == "100000.00"  # a twelfth of a year
    assert claim.formula["unit_amount"] == "1000.00"
    rows = list(claim.segments.values_list("number", "started_at", "seconds", "target_seconds"))
    assert rows == [
        (number, one.started_at, one.seconds, 1800) for number, one in enumerate(breaches, 1)
    ]
    assert claim.digest == digest_of(claim, claim.segments.all())
    segment = claim.segments.first()
    segment.seconds += 1
    assert claim.digest != digest_of(claim, [segment, claim.segments.last()])


def test_a_draft_is_read_anew_and_a_sent_claim_is_not(cast, clause, breaches):
    claim = a_claim(cast, clause=clause)
    breaches.append(a_segment(70))
    claim = services.measure_claim(claim, actor=cast.vendor_manager)
    assert (claim.amount, claim.segments.count()) == (D("3000.00"), 3)
    before = claim.digest
    due_on = timezone.localdate()
    claim = services.send_claim(claim, actor=cast.vendor_manager, sent_to="Ana", due_on=due_on)
    breaches.clear()
    claim.refresh_from_db()
    assert (claim.amount, claim.digest, claim.segments.count()) == (D("3000.00"), before, 3)
    assert (claim.sent_by, claim.sent_to, claim.due_on) == (cast.vendor_manager, "Ana", due_on)


def test_a_draft_of_which_nothing_is_left_stays_as_it_is(cast, clause, breaches, refuses):
    claim = a_claim(cast, clause=clause)
    breaches.clear()
    with refuses(Refused, "nothing is owed"):
        services.measure_claim(claim, actor=cast.vendor_manager)
    assert claim.segments.count() == 2


def test_what_is_not_drafted(cast, clause, breaches, refuses):
    manager, month = cast.vendor_manager, last_month()
    with refuses(Refused, "not over"):
        services.draft_claim(clause, actor=manager, month=later(month, 1))
    with refuses(Refused, "nothing is owed"):
        services.draft_claim(clause, actor=manager, month=later(month, -1))
    with refuses(Refused, "not valid"):
        services.draft_claim(clause, actor=manager, month=date(2024, 12, 1))
    with refuses(NotAllowed):
        services.draft_claim(clause, actor=cast.finance, month=month)
    with refuses(CreditClause.DoesNotExist):
        services.draft_claim(clause, actor=cast.outsider, month=month)
    draft = a_contract(cast, annual_value=D("12000.00"))
    early = a_clause(cast, draft, **by_unit())
    with refuses(Refused, "not in force"):
        services.draft_claim(early, actor=manager, month=month)
    a_claim(cast, clause=clause)
    with refuses(Refused, "claims this month already"):
        services.draft_claim(clause, actor=manager, month=month)


def test_a_month_is_claimed_anew_after_it_was_withdrawn(cast, clause):
    a_claim(cast, "withdrawn", clause)
    claim = a_claim(cast, clause=clause)
    assert claim.status == "drafted"
    claim.pk = None
    with pytest.raises(IntegrityError, match="once"), transaction.atomic():
        CreditClaim.objects.bulk_create([claim])


def test_sending_says_to_whom_and_until_when(cast, clause, refuses):
    claim = a_claim(cast, clause=clause)
    day = timezone.localdate()
    for answers in ({"sent_to": " ", "due_on": day}, {"sent_to": "A", "due_on": date(2026, 1, 1)}):
        with refuses(ValidationError):
            services.send_claim(claim, actor=cast.vendor_manager, **answers)


@pytest.mark.parametrize("amount", ["0", "-1", "2000.01", "10.001"])
def test_what_cannot_be_accepted(cast, refuses, amount):
    claim = a_claim(cast, "disputed")
    with refuses(ValidationError):
        services.accept_claim(claim, actor=cast.vendor_manager, amount=D(amount))


def test_less_can_be_agreed_after_a_dispute(cast):
    claim = a_claim(cast, "disputed")
    manager = cast.vendor_manager
    claim = services.accept_claim(claim, actor=manager, amount=D("1500.50"), note="Half of it")
    assert (claim.status, claim.accepted_amount) == ("accepted", D("1500.50"))
    assert claim.answer == "Half of it"


def test_credit_notes_make_up_what_was_accepted(cast, refuses):
    claim = a_claim(cast, "accepted")
    first, second = (a_credit_note(cast, claim, amount) for amount in ("1200.00", "900.00"))
    claim = services.settle_claim(claim, actor=cast.finance, invoice=first)
    assert claim.status == "accepted"
    with refuses(Refused, "nothing is left"):
        services.settle_claim(claim, actor=cast.finance, invoice=first)
    with refuses(ValidationError, "more than is still owed"):
        services.settle_claim(claim, actor=cast.finance, invoice=second, amount=D("800.01"))
    claim = services.settle_claim(claim, actor=cast.finance, invoice=second)
    assert claim.status == "credited"
    rows = list(claim.settlements.values_list("invoice", "amount", "settled_by"))
    assert rows == [
        (first.pk, D("1200.00"), cast.finance.pk),
        (second.pk, D("800.00"), cast.finance.pk),
    ]


def test_a_credit_note_is_spent_once(cast, refuses):
    clause = a_clause(cast, **by_unit())
    claims = [a_claim(cast, "accepted", clause)]
    other = a_clause(cast, clause.contract, **by_unit(name="Restore"))
    claims.append(a_claim(cast, "accepted", other))
    note = a_credit_note(cast, claims[0], "2500.00")
    services.settle_claim(claims[0], actor=cast.finance, invoice=note)
    with refuses(ValidationError, "left of the credit note"):
        services.settle_claim(claims[1], actor=cast.finance, invoice=note, amount=D("500.01"))
    claim = services.settle_claim(claims[1], actor=cast.finance, invoice=note)
    assert (claim.status, claim.settlements.get().amount) == ("accepted", D("500.00"))


def test_what_is_no_credit_note_for_a_claim(cast, refuses):
    claim = a_claim(cast, "accepted")
    elsewhere = made.a_running_contract(cast, vendor=claim.clause.contract.vendor)
    wrong = [
        a_credit_note(cast, claim, kind="invoice"),
        a_credit_note(cast, claim, vendor=a_vendor(tier="tactical")),
        a_credit_note(cast, claim, currency="USD"),
        a_credit_note(cast, claim, contract=elsewhere),
    ]
    for note in wrong:
        with refuses(ValidationError, "no credit note|of another"):
            services.settle_claim(claim, actor=cast.finance, invoice=note)
        with refuses(DatabaseError, "no credit note"), transaction.atomic():
            settled(claim, note, cast, "1.00")


def settled(claim, note, cast, amount):
    return CreditSettlement.objects.create(
        claim=claim, invoice=note, amount=D(amount), settled_by=cast.finance
    )


def test_whoever_sent_a_claim_does_not_settle_it(cast, refuses):
    grant_role(cast.finance, "vendor_manager", actor=None, reason="covers for a colleague")
    finance = type(cast.finance).objects.get(pk=cast.finance.pk)
    claim = a_claim(cast)
    facts = {"sent_to": "Ana", "due_on": timezone.localdate()}
    claim = services.send_claim(claim, actor=finance, **facts)
    claim = services.accept_claim(claim, actor=finance)
    note = a_credit_note(cast, claim)
    with refuses(Refused, "sent this claim yourself"):
        services.settle_claim(claim, actor=finance, invoice=note)
    with refuses(DatabaseError, "who sent it"), transaction.atomic():
        settled(claim, note, cast, "1.00")


def test_the_database_keeps_what_was_claimed(cast, refuses):
    claim = a_claim(cast, "sent")
    rows = CreditClaim.objects.filter(pk=claim.pk)
    other = a_claim(cast, "written_off")
    for change in (
        {"amount": D("1.00")},
        {"digest": "0" * 64},
        {"month": later(claim.month, -1)},
        {"figures": {}},
        {"sent_to": "Others"},
        {"status": "drafted"},
        {"status": "withdrawn"},
        {"status": "credited", "accepted_amount": claim.amount},
        {"status": "accepted"},
        {"status": "accepted", "accepted_amount": claim.amount + 1},
        {"status": "accepted", "accepted_amount": D(0)},
        {"accepted_amount": D(1)},
    ):
        with refuses(DatabaseError), transaction.atomic():
            rows.update(**change)
    with refuses(DatabaseError), transaction.atomic():
        CreditClaim.objects.filter(pk=other.pk).update(status="disputed")
    with refuses(DatabaseError), transaction.atomic():
        rows.delete()
    with refuses(DatabaseError), transaction.atomic():
        claim.segments.all().delete()
    with refuses(DatabaseError), transaction.atomic():
        claim.segments.update(seconds=1)
    with refuses(DatabaseError), transaction.atomic():
        first = claim.segments.first()
        first.pk, first.number = None, 9
        CreditSegment.objects.bulk_create([first])


def test_the_database_keeps_settlements_within_what_was_agreed(cast, refuses):
    claim, sent = a_claim(cast, "accepted"), a_claim(cast, "sent")
    note = a_credit_note(cast, claim, "5000.00")
    small = a_credit_note(cast, claim, "10.00")
    for one, spent, amount in (
        (claim, note, "2000.01"),
        (claim, small, "10.01"),
        (claim, note, "0"),
        (claim, note, "-5"),
        (sent, a_credit_note(cast, sent), "1"),
    ):
        with refuses(DatabaseError), transaction.atomic():
            settled(one, spent, cast, amount)
    row = settled(claim, note, cast, "1.00")
    with refuses(DatabaseError), transaction.atomic():
        CreditClaim.objects.filter(pk=claim.pk).update(status="credited")
    with refuses(DatabaseError, "append-only"), transaction.atomic():
        CreditSettlement.objects.filter(pk=row.pk).update(amount=D(2))
    with refuses(DatabaseError), transaction.atomic():
        settled(claim, note, cast, "1.00")  # twice


# --- Clauses --------------------------------------------------------------------------------------


def test_a_clause_says_the_same_once_it_was_claimed_by(cast, clause, refuses):
    manager = cast.vendor_manager
    clause = services.edit_credit_clause(clause, actor=manager, place="Annex 4")
    assert clause.place == "Annex 4"
    a_claim(cast, clause=clause)
    with refuses(Refused, "goes by this clause"):
        services.edit_credit_clause(clause, actor=manager, unit_amount=D("2.00"))
    with refuses(DatabaseError, "says the same"), transaction.atomic():
        CreditClause.objects.filter(pk=clause.pk).update(cap_percent=D(1))
    until = timezone.localdate()
    ended = services.edit_credit_clause(clause, actor=manager, valid_until=until, place="Annex 4")
    assert ended.valid_until == until
    following = until + timedelta(days=1)
    again = a_clause(cast, clause.contract, **by_unit(valid_from=following))
    assert again.valid_from == following


def test_two_who_edit_a_clause_do_not_overwrite_each_other(cast, clause, refuses):
    services.edit_credit_clause(clause, actor=cast.vendor_manager, place="1", version=1)
    with refuses(Stale):
        services.edit_credit_clause(clause, actor=cast.vendor_manager, place="2", version=1)


@pytest.mark.parametrize(
    ("facts", "field"),
    [
        ({"tiers": []}, "tiers"),
        ({"tiers": [["99", "5"], ["99.5", "6"]]}, "tiers"),
        ({"cap_percent": None}, "cap_percent"),
        ({"measure": "taste"}, "tiers"),
        ({"name": ""}, "name"),
        ({"valid_until": date(2024, 1, 1)}, "__all__"),
        ({"monthly_charge": D("0.00")}, "monthly_charge"),
        ({"monthly_charge": D("-5.00")}, "monthly_charge"),
        ({"monthly_charge": D("0.001")}, "monthly_charge"),
        (by_unit(every=D(0)), "every"),
        (by_unit(unit_amount=D("0.00")), "unit_amount"),
        (by_unit(unit_amount=D("0.005")), "unit_amount"),
        (by_unit(unit_amount=None), "unit_amount"),
    ],
)
def test_clauses_that_mean_nothing_are_refused(cast, refuses, facts, field):
    contract = made.a_running_contract(cast)
    with refuses(ValidationError):
        try:
            a_clause(cast, contract, **made.facts_of_clause(**facts))
        except ValidationError as error:
            assert field in error.message_dict
            raise


def test_the_database_refuses_clauses_that_mean_nothing(cast, clause, refuses):
    rows = CreditClause.objects.filter(pk=clause.pk)
    tiered = a_clause(cast, clause.contract, **made.facts_of_clause())
    others = CreditClause.objects.filter(pk=tiered.pk)
    for query, change in (
        (rows, {"every": 0}),
        (rows, {"cap_percent": 0}),
        (rows, {"cap_percent": 101}),
        (rows, {"unit_amount": 0}),
        (rows, {"unit_amount": None}),
        (rows, {"unit_percent": 5}),
        (rows, {"tiers": [["99", "5"]]}),
        (rows, {"monthly_charge": 0}),
        (rows, {"measure": "taste"}),
        (others, {"tiers": []}),
        (others, {"tiers": {}}),
        (others, {"tiers": [["99", "5"], ["99", "6"]]}),
        (others, {"tiers": [["99", "5"], ["98", "5"]]}),
        (others, {"tiers": [["101", "5"]]}),
        (others, {"tiers": [["99", "0"]]}),
        (others, {"tiers": [["99"]]}),
        (others, {"tiers": ["99"]}),
    ):
        with refuses(DatabaseError), transaction.atomic():
            query.update(**change)
    with refuses(DatabaseError), transaction.atomic():
        rows.delete()


def test_who_may_write_clauses(cast, clause, refuses):
    for who in ("finance", "auditor", "approver"):
        with refuses(NotAllowed):
            services.edit_credit_clause(clause, actor=cast[who], place="x")
    with refuses(CreditClause.DoesNotExist):
        CreditClause.objects.visible_to(cast.agent_l1).get(pk=clause.pk)


def test_a_clause_needs_a_monthly_charge(cast, refuses):
    contract = made.a_running_contract(cast, annual_value=None)
    with refuses(ValidationError, "no value a year"):
        a_clause(cast, contract, **by_unit())
    clause = a_clause(cast, contract, **by_unit(monthly_charge=D("5000.00"), cap_percent=D(10)))
    assert a_claim(cast, clause=clause).amount == D("500.00")  # the cap


# --- What is drafted by itself --------------------------------------------------------------------


def test_the_month_before_is_drafted_once_and_its_owner_told(cast, clause):
    now = timezone.now()
    tiered = a_clause(cast, clause.contract, **made.facts_of_clause())  # nothing stood still
    assert services.draft_credits(now) == 1
    claim = CreditClaim.objects.get()
    assert (claim.clause, claim.month) == (clause, last_month())
    message = Message.objects.get(kind="credit_drafted")
    assert (message.reference, message.recipient) == (claim.reference, cast.vendor_manager)
    assert services.draft_credits(now) == 0
    services.withdraw_claim(claim, actor=cast.vendor_manager, note="No")
    assert services.draft_credits(now) == 0
    assert not tiered.claims.exists()


@pytest.mark.parametrize("status", ["draft", "signed"])
def test_contracts_that_are_not_in_force_bring_nothing(cast, status):
    contract = a_contract(cast, status=status, annual_value=D("12000.00"))
    a_clause(cast, contract, **by_unit())
    assert services.draft_credits(timezone.now()) == 0


def test_clauses_count_for_whole_months(cast, clause):
    first = last_month()
    for until, drafted in ((later(first, 1) - timedelta(days=2), 0), (later(first, 1), 1)):
        services.edit_credit_clause(clause, actor=cast.vendor_manager, valid_until=until)
        assert services.draft_credits(timezone.now()) == drafted


# --- What it is made of ---------------------------------------------------------------------------


def test_availability_is_of_the_whole_month_and_two_at_once_count_once():
    period = Period("month", date(2026, 10, 1))
    two = [a_segment(5, 60, period.first), a_segment(5, 90, period.first)]
    found = figures_of("availability", Reading(two, 2), period)
    assert found.value == (100 - D(100 * 90) / (31 * 24 * 60)).quantize(D("0.000001"))
    assert figures_of("outage_hours", Reading(two, 2), period).value == D("1.5")
    assert figures_of("kept_share", Reading(two, 8), period).value == 75
    assert figures_of("kept_share", Reading([], 0), period).value == 100


def test_outages_are_those_of_the_scorecard(cast):
    vendor = a_vendor(name="A")
    day = datetime(2026, 10, 10, 12, tzinfo=UTC)
    late = outage(cast, vendor, OCTOBER.ends_at - timedelta(minutes=30), 90)
    first = outage(cast, vendor, day, 60)
    found = read_outages(vendor.pk, OCTOBER, AFTER)
    assert found.counted == 2
    assert [(one.reference, one.seconds, one.record_id) for one in found.segments] == [
        (first.reference, 3600, first.pk),
        (late.reference, 1800, late.pk),
    ]
    assert found.segments[0].path == f"/incidents/incident/{first.pk}/change/"


def test_breaches_are_the_clocks_of_underpinning_contracts(cast):
    vendor = a_vendor(name="A")
    grant_role(cast.team_lead, "service_manager", actor=None, reason="covers for a colleague")
    approver = type(cast.team_lead).objects.get(pk=cast.team_lead.pk)
    version = in_force(cast, approver, "uc", kind=AgreementKind.UC, vendor=vendor)
    incident = an_incident(cast, vendor=vendor)
    at = datetime(2026, 10, 10, 12, tzinfo=UTC)
    for number, (state, stopped_at) in enumerate(
        (
            (ClockState.BREACHED, at + timedelta(minutes=45)),
            (ClockState.MET, at + timedelta(minutes=20)),
            (ClockState.BREACHED, OCTOBER.ends_at),
        )
    ):
        LifeClock.objects.create(
            life=incident.life,
            agreement=version.agreement,
            agreement_version=version,
            metric=Metric.RESTORE,
            priority=1,
            round=number + 5,
            target=timedelta(minutes=30),
            state=state,
            started_at=at,
            stopped_at=stopped_at,
            elapsed_before=timedelta(minutes=45),
            reached_at=[at] * 4,
        )
    found = read_breaches(vendor.pk, OCTOBER, AFTER)
    assert (found.counted, len(found.segments)) == (2, 1)
    one = found.segments[0]
    assert (one.what, one.reference) == ("Uc · restore · P1", incident.reference)
    assert (one.seconds, one.target_seconds) == (2700, 1800)
    assert read_breaches(a_vendor(name="B").pk, OCTOBER, AFTER) == Reading([], 0)


def test_what_is_owed_is_a_fact_of_renewals(cast, clause):
    contract, today = clause.contract, timezone.localdate()
    assert not read_credits(made.a_running_contract(cast), on=today).known
    assert read_credits(contract, on=today).value["amounts"] == {}
    claim = a_claim(cast, "accepted", clause)
    note = a_credit_note(cast, claim, "500.00")
    services.settle_claim(claim, actor=cast.finance, invoice=note)
    other = a_clause(cast, contract, **by_unit(name="Restore"))
    a_claim(cast, "sent", other)
    a_claim(cast, clause=a_clause(cast, contract, **by_unit(name="Third")))  # not told anybody
    fact = read_credits(contract, on=today)
    assert fact.value["amounts"] == {
        "MXN": {
            "claimed": "4000.00",
            "accepted": "2000.00",
            "credited": "500.00",
            "open": "3500.00",
        }
    }
    assert [row["name"] for row in fact.rows] == [
        one.reference for one in CreditClaim.objects.made().order_by("-month", "-pk")
    ]
