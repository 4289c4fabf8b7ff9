"""Budgets: who approves them, what their figures are sums of, invoices, rates, savings."""

from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import product

import pytest
from django.db import IntegrityError, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.errors import NotAllowed, Refused, ValidationError
from tests.vendors.contracts import a_contract, brought_to_signature
from tests.vendors.spend import (
    a_budget,
    a_rate,
    a_saving,
    an_invoice,
    facts_of_invoice,
    planned,
)
from vendors import services
from vendors.models import Budget, Invoice, Saving, SpendEntry
from vendors.opex.accruals import Part, earned
from vendors.opex.enums import BudgetStatus, SavingStatus
from vendors.opex.totals import Total, entries_of, sums_by_currency, totals, without_rate
from vendors.opex.variance import variances
from vendors.opex.workflow import BUDGET_WORKFLOW, SAVING_WORKFLOW
from vendors.services.budgets import Line

pytestmark = pytest.mark.django_db

LIFE_OF_A_BUDGET = {
    ("draft", "submit"): "submitted",
    ("submitted", "approve"): "approved",
    ("submitted", "return"): "draft",
    ("approved", "lock"): "locked",
}
LIFE_OF_A_SAVING = {
    ("hypothesis", "start"): "in_progress",
    ("in_progress", "verify"): "verified",
    ("hypothesis", "reject"): "rejected",
    ("in_progress", "reject"): "rejected",
}


@pytest.mark.parametrize(
    ("workflow", "statuses", "life"),
    [
        (BUDGET_WORKFLOW, BudgetStatus, LIFE_OF_A_BUDGET),
        (SAVING_WORKFLOW, SavingStatus, LIFE_OF_A_SAVING),
    ],
)
def test_the_tables_say_what_happens_and_nothing_else(workflow, statuses, life):
    actions = {move.action for move in workflow}
    for status, action in product(statuses.values, actions):
        assert workflow.target(status, action) == life.get((status, action))


def test_finance_approves_what_another_drafted(cast):
    budget = a_budget(cast, "submitted")
    services.approve_budget(budget, actor=cast.finance)
    budget.refresh_from_db()
    assert (budget.status, budget.approved_by) == ("approved", cast.finance)


@pytest.mark.parametrize("who", ["approver", "vendor_manager", "senior_approver"])
def test_others_do_not_approve_budgets(cast, who):
    budget = a_budget(cast, "submitted")
    with pytest.raises((Refused, Budget.DoesNotExist)):
        services.approve_budget(budget, actor=getattr(cast, who))
    budget.refresh_from_db()
    assert budget.status == "submitted"


def test_nobody_approves_a_budget_of_their_own(cast):
    budget = services.draft_budget(
        actor=cast.finance, title="Own", entity=cast.mx, year=2025, currency="MXN"
    )
    line = Line(date(2025, 1, 1), "IT-1", "cloud", Decimal(5))
    services.plan_lines(budget, actor=cast.finance, lines=[line])
    services.submit_budget(budget, actor=cast.finance)
    with pytest.raises(Refused, match="budget of your own"):
        services.approve_budget(budget, actor=cast.finance)
    with pytest.raises(IntegrityError), transaction.atomic():
        Budget.objects.filter(pk=budget.pk).update(
            status="approved", approved_by=cast.finance, approved_at="2025-01-01T00:00Z"
        )


def test_an_approved_version_says_the_same(cast):
    budget = a_budget(cast, "approved")
    with pytest.raises(Refused, match="no draft"):
        planned(budget, cast, "7.00")
    for change in ({"title": "x"}, {"currency": "USD"}, {"status": "draft"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Budget.objects.filter(pk=budget.pk).update(**change)
    with pytest.raises(IntegrityError), transaction.atomic():
        entry = budget.entries.get()
        entry.pk = None
        entry.save(force_insert=True)
    assert sum(budget.entries.values_list("amount", flat=True)) == Decimal("1000.00")


def test_entries_are_neither_altered_nor_deleted(cast):
    a_budget(cast, "approved")
    for write in (lambda rows: rows.update(amount=1), lambda rows: rows.delete()):
        with pytest.raises(Exception, match="append-only"), transaction.atomic():
            write(SpendEntry.objects.all())


def test_the_same_line_again_posts_the_difference(cast):
    budget = a_budget(cast)
    planned(budget, cast, "100.00")
    planned(budget, cast, "80.50")
    planned(budget, cast, "80.50")
    amounts = list(budget.entries.values_list("amount", flat=True).order_by("pk"))
    assert amounts == [Decimal("100.00"), Decimal("-19.50")]


@pytest.mark.parametrize(
    "facts",
    [
        {"amount": "-1.00"},
        {"amount": "1.00", "currency": "XXX"},
        {"amount": "1.00", "category": "x"},
    ],
)
def test_lines_that_are_none_are_refused(cast, facts):
    budget = a_budget(cast)
    with pytest.raises(ValidationError):
        planned(budget, cast, **facts)
    assert not budget.entries.exists()


def test_a_forecast_keeps_the_old_version_and_takes_the_next_number(cast):
    budget = a_budget(cast, "approved")
    an_invoice(cast, amount=Decimal("300.00"))
    new = services.forecast_anew(budget, actor=cast.vendor_manager)
    assert (new.number, new.replaces, new.status) == (2, budget, "draft")
    found = totals(entries_of(new), "MXN", "kind")
    assert {kind: one.amount for (kind,), one in found.items()} == {
        "plan": Decimal("1000.00"),
        "actual": Decimal("300.00"),
        "forecast": Decimal("300.00"),
    }
    services.submit_budget(new, actor=cast.vendor_manager)
    services.approve_budget(new, actor=cast.finance)
    budget.refresh_from_db()
    assert budget.status == "locked"


def test_variances_over_the_threshold_need_a_comment_before_the_year_is_locked(cast):
    budget = a_budget(cast, "approved")
    an_invoice(cast, amount=Decimal("1100.01"))
    (one,) = variances(budget, date(2026, 1, 1))
    assert (one.amount, one.needs_comment) == (Decimal("100.01"), True)
    with pytest.raises(Refused, match="1 variance has no comment"):
        services.lock_budget(budget, actor=cast.finance)
    services.comment_variance(
        budget, actor=cast.vendor_manager, month=date(2025, 1, 1), cost_centre="IT-1", text="Peak"
    )
    assert services.lock_budget(budget, actor=cast.finance).status == "locked"


# --- Invoices -------------------------------------------------------------------------------------


def test_an_invoice_is_spent_and_a_credit_note_counts_against_it(cast):
    first = an_invoice(cast)
    an_invoice(cast, kind="credit_note", vendor=first.vendor, amount=Decimal("30.00"))
    assert sums_by_currency(SpendEntry.objects.all(), "kind") == {
        ("actual", "MXN"): Decimal("70.00")
    }


@pytest.mark.parametrize(
    "wrong",
    [
        {"amount": Decimal("-5.00")},
        {"amount": Decimal("0.00")},
        {"currency": "ZZZ"},
        {"number": ""},
        {"issued_on": date(2090, 1, 1)},
    ],
)
def test_invoices_that_are_none_are_refused(cast, wrong):
    with pytest.raises(ValidationError):
        an_invoice(cast, **wrong)
    assert (Invoice.objects.count(), SpendEntry.objects.count()) == (0, 0)


def test_a_number_comes_once_by_vendor(cast):
    first = an_invoice(cast, number="F-A")
    with pytest.raises(ValidationError):
        an_invoice(cast, number="f-a", vendor=first.vendor)
    assert SpendEntry.objects.count() == 1


def test_an_invoice_is_of_its_contract_s_currency(cast):
    contract = a_contract(cast)
    with pytest.raises(ValidationError):
        an_invoice(cast, contract=contract, vendor=contract.vendor, currency="USD")
    assert not Invoice.objects.exists()


# --- Sums ---------------------------------------------------------------------------------------

CENTS = st.integers(min_value=1, max_value=10**12).map(lambda n: Decimal(n) / 100)
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["MXN", "USD", "COP"]),
        st.integers(min_value=1, max_value=12),
        st.sampled_from(["IT-1", "IT-2"]),
        st.sampled_from(["cloud", "licences"]),
        CENTS,
    ),
    max_size=8,
)


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(rows=ROWS)
def test_totals_are_the_sums_of_their_items_to_the_cent(cast, rows):
    with transaction.atomic():
        budget = a_budget(cast, title="Law")
        wanted = {}
        for currency, month, centre, category, amount in rows:
            wanted[currency, month, centre, category] = amount
            planned(
                budget, cast, str(amount), month,
                currency=currency, cost_centre=centre, category=category,
            )  # fmt: skip
        entries = entries_of(budget)
        for by in ((), ("month",), ("cost_centre",), ("category", "month")):
            told = sums_by_currency(entries, *by)
            summed = {}
            for (currency, month, centre, category), amount in wanted.items():
                names = {
                    "month": date(2025, month, 1), "cost_centre": centre, "category": category
                }  # fmt: skip
                key = (*(names[name] for name in by), currency)
                summed[key] = summed.get(key, Decimal(0)) + amount
            assert told == summed
        transaction.set_rollback(True)


def test_a_rate_that_nobody_knows_is_said_and_not_guessed(cast):
    budget = a_budget(cast)
    an_invoice(cast, currency="USD", amount=Decimal("10.00"))
    an_invoice(cast, amount=Decimal("5.00"))
    assert totals(entries_of(budget), "MXN") == {(): Total(Decimal("5.00"), 1)}
    assert without_rate(entries_of(budget), "MXN") == {"USD": Decimal("10.00")}
    a_rate(cast, "20.005")
    assert totals(entries_of(budget), "MXN") == {(): Total(Decimal("205.05"), 0)}


def test_rates_count_a_month_and_never_before_their_day(cast):
    budget = a_budget(cast)
    an_invoice(cast, currency="USD", issued_on=date(2025, 1, 9))
    an_invoice(cast, currency="USD", issued_on=date(2025, 2, 11))
    a_rate(cast)
    assert totals(entries_of(budget), "MXN")[()] == Total(Decimal(0), 2)


# --- What contracts commit ---


def test_payments_of_signed_contracts_are_committed_once_and_accrued_by_days(cast):
    draft = a_contract(cast)
    services.plan_payments(
        draft,
        actor=cast.vendor_manager,
        payments=[(date(2024, 1, 1), Decimal("366.00"), "Year")],
    )
    brought_to_signature(draft, cast)
    assert services.commit_payments(cast.mx, actor=cast.finance) == 1
    assert services.commit_payments(cast.mx, actor=cast.finance) == 0
    until = date(2024, 1, 31)
    assert services.accrue(cast.mx, actor=cast.finance, until=until) == 1
    assert services.accrue(cast.mx, actor=cast.finance, until=until) == 0
    assert sums_by_currency(SpendEntry.objects.all(), "kind") == {
        ("committed", "MXN"): Decimal("366.00"),
        ("accrued", "MXN"): Decimal("31.00"),
    }
    an_invoice(
        cast, contract=draft, vendor=draft.vendor,
        amount=Decimal("20.00"), issued_on=date(2024, 1, 20),
    )  # fmt: skip
    services.accrue(cast.mx, actor=cast.finance, until=until)
    assert sums_by_currency(SpendEntry.objects.filter(kind="accrued")) == {
        ("MXN",): Decimal("11.00")
    }


def test_what_is_due_is_posted_every_night_and_once(cast):
    draft = a_contract(cast)
    services.plan_payments(
        draft,
        actor=cast.vendor_manager,
        payments=[(date(2024, 1, 1), Decimal("366.00"), "Year")],
    )
    brought_to_signature(draft, cast)
    at = datetime(2024, 3, 15, 12, tzinfo=UTC)
    assert services.keep_spend(at) == 2
    assert services.keep_spend(at) == 0
    assert sums_by_currency(SpendEntry.objects.all(), "kind") == {
        ("committed", "MXN"): Decimal("366.00"),
        ("accrued", "MXN"): Decimal("60.00"),
    }
    assert set(SpendEntry.objects.values_list("posted_by", flat=True)) == {None}


def test_nobody_posts_for_a_company_out_of_reach(cast, refuses):
    at = datetime(2024, 3, 15, 12, tzinfo=UTC)
    with refuses(NotAllowed):
        services.post_due(cast.mx, actor=cast.agent_l1, at=at)


@given(
    parts=st.lists(st.tuples(st.integers(0, 800), CENTS), max_size=6),
    day=st.integers(0, 1200),
)
def test_what_is_earned_only_grows_and_is_never_more_than_what_was_due(parts, day):
    begin = date(2024, 1, 1).toordinal()
    told = [Part(date.fromordinal(begin + offset), amount) for offset, amount in parts]
    last, until = date(2026, 12, 31), date.fromordinal(begin + day)
    now = earned(told, last, until, Decimal("0.01"))
    assert now <= sum(one.amount for one in told if one.due_on <= until)
    assert now <= earned(told, last, date.fromordinal(begin + day + 1), Decimal("0.01"))


# --- Savings and scope ---------------------------------------------------------------------------


def test_finance_verifies_a_saving_of_another(cast):
    saving = services.start_saving(a_saving(cast), actor=cast.vendor_manager)
    with pytest.raises(Refused):
        services.verify_saving(
            saving, actor=cast.vendor_manager, verified=Decimal(1), note="I say so"
        )
    services.verify_saving(saving, actor=cast.finance, verified=Decimal("4000.00"), note="Bills")
    saving.refresh_from_db()
    assert (saving.status, saving.verified) == ("verified", Decimal("4000.00"))
    with pytest.raises(IntegrityError), transaction.atomic():
        Saving.objects.filter(pk=saving.pk).update(verified=Decimal("9.00"))


def test_money_of_other_companies_is_not_seen(cast):
    mine = a_budget(cast)
    Budget.objects.create(
        title="Bogotá", entity=cast.co, year=2025, currency="COP", drafted_by=cast.finance
    )
    assert list(Budget.objects.visible_to(cast.vendor_manager)) == [mine]
    for who in ("agent_l1", "approver", "norole", "admin", "outsider"):
        assert list(Budget.objects.visible_to(getattr(cast, who))) == []


def test_nobody_spends_for_a_company_out_of_reach(cast):
    facts = facts_of_invoice(cast, entity=cast.co)
    with pytest.raises(NotAllowed):
        services.record_invoice(actor=cast.vendor_manager, **facts)
    assert not Invoice.objects.exists()
