"""Contracts: what is refused, how they come into force, and what stays as it was agreed."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction

from core.errors import NotAllowed, Refused
from tests.factories import a_vendor
from tests.vendors.contracts import a_contract, facts_of_contract, made_ready
from vendors import services
from vendors.contract_workflow import CONTRACT_WORKFLOW
from vendors.enums import ContractStatus
from vendors.models import Contract, ContractApproval, ContractTerm
from vendors.terms import terms_until

pytestmark = pytest.mark.django_db

LIFE_OF_A_CONTRACT = {
    ("draft", "submit"): "legal_review",
    ("legal_review", "pass_legal"): "approval",
    ("approval", "approve"): "approval",
    ("legal_review", "return"): "draft",
    ("approval", "return"): "draft",
    ("approval", "sign"): "signed",
    ("signed", "activate"): "active",
    ("active", "open_notice_window"): "in_notice_window",
    ("active", "renew"): "renewing",
    ("in_notice_window", "renew"): "renewing",
    ("renegotiating", "renew"): "renewing",
    ("active", "renegotiate"): "renegotiating",
    ("in_notice_window", "renegotiate"): "renegotiating",
    ("active", "terminate"): "terminating",
    ("in_notice_window", "terminate"): "terminating",
    ("renegotiating", "terminate"): "terminating",
    ("renewing", "go_on"): "active",
    ("in_notice_window", "go_on"): "active",
    ("renegotiating", "go_on"): "active",
    ("active", "end"): "ended",
    ("in_notice_window", "end"): "ended",
    ("renegotiating", "end"): "ended",
    ("renewing", "end"): "ended",
    ("terminating", "end"): "ended",
    ("draft", "withdraw"): "ended",
    ("legal_review", "withdraw"): "ended",
    ("approval", "withdraw"): "ended",
    ("signed", "withdraw"): "ended",
}


def test_what_is_not_in_the_table_of_a_contracts_life_does_not_happen():
    actions = {move.action for move in CONTRACT_WORKFLOW}
    found = {
        (status, action): target
        for status in ContractStatus.values
        for action in actions
        if (target := CONTRACT_WORKFLOW.target(status, action)) is not None
    }
    assert found == LIFE_OF_A_CONTRACT


# --- Drafting -------------------------------------------------------------------------------------


def test_a_draft_has_its_reference_and_its_terms(cast):
    contract = a_contract(cast)

    assert contract.reference == f"CON-{contract.pk:06}"
    assert list(contract.terms.values_list("number", "ends_on", "decision_deadline_on")[:3]) == [
        (1, date(2024, 12, 31), date(2024, 10, 2)),
        (2, date(2025, 12, 31), date(2025, 10, 2)),
        (3, date(2026, 12, 31), date(2026, 10, 2)),
    ]


WRONG = {
    "no duration": ({"initial_term": "one year"}, "initial_term"),
    "no term at all": ({"initial_term": "P0D"}, "initial_term"),
    "a term of business days": ({"initial_term": "10 business days"}, "initial_term"),
    "hours": ({"notice": "PT4H"}, "notice"),
    "negative duration": ({"notice": "P-30D"}, "notice"),
    "renewal without term": ({"renewal_term": ""}, "renewal_term"),
    "term without renewal": ({"renewal": "none", "renewal_term": "P1Y"}, "renewal_term"),
    "unknown renewal": ({"renewal": "tacit"}, "renewal"),
    "notice longer than the term": ({"notice": "P13M"}, "notice"),
    "notice longer than the renewal": ({"renewal_term": "P1M", "notice": "P3M"}, "notice"),
    "lead longer than the rest": ({"notice": "P6M", "internal_lead": "P7M"}, "internal_lead"),
    "no currency": ({"currency": "XXX"}, "currency"),
    "gold": ({"currency": "XAU"}, "currency"),
    "negative amount": ({"total_value": Decimal(-1)}, "total_value"),
    "too fine": ({"total_value": Decimal("1.001")}, "total_value"),
    "pesos with cents where there are none": (
        {"currency": "CLP", "total_value": Decimal("1.50")},
        "total_value",
    ),
    "not a number": ({"total_value": Decimal("NaN")}, "total_value"),
    "too much": ({"total_value": Decimal(10) ** 17}, "total_value"),
    "long ago": ({"starts_on": date(1900, 1, 1)}, "starts_on"),
    "far ahead": ({"starts_on": date(9999, 1, 1)}, "starts_on"),
    "no title": ({"title": "  "}, "title"),
    "a fixed rise without figure": ({"uplift": "fixed"}, None),
    "a rise of more than all": (
        {"uplift": "fixed", "uplift_percent": Decimal(101)},
        "uplift_percent",
    ),
}


@pytest.mark.parametrize(("wrong", "field"), WRONG.values(), ids=WRONG)
def test_a_contract_that_cannot_be_is_refused_by_field(cast, wrong, field):
    with pytest.raises(ValidationError) as refusal:
        a_contract(cast, **wrong)

    assert field is None or field in refusal.value.message_dict
    assert not Contract.objects.exists()


def test_two_contracts_do_not_have_one_number(cast):
    a_contract(cast, number="C-2024/7")

    with pytest.raises(ValidationError):
        a_contract(cast, number="c-2024/7")
    assert Contract.objects.count() == 1


def test_a_contract_may_be_worth_nothing(cast):
    assert a_contract(cast, total_value=Decimal(0)).total_value == 0


def test_no_contract_with_a_vendor_that_is_gone(cast):
    with pytest.raises(ValidationError, match="buy from"):
        a_contract(cast, vendor=a_vendor(status="exited"))


def test_a_draft_that_is_corrected_has_other_terms(cast):
    contract = a_contract(cast)
    services.edit_contract(contract, actor=cast.vendor_manager, starts_on=date(2024, 2, 29))

    assert contract.terms.get(number=1).ends_on == date(2025, 2, 28)


def test_only_whose_role_says_so_drafts_a_contract(cast):
    for name in ("finance", "approver", "senior_approver", "auditor", "agent_l1", "admin"):
        with pytest.raises(NotAllowed):
            services.draft_contract(actor=cast[name], **facts_of_contract(cast))
    with pytest.raises(NotAllowed):
        a_contract(cast, vendor=a_vendor(country="CO"))
    assert not Contract.objects.exists()


def test_payments_add_up_to_no_more_than_the_value(cast):
    contract = a_contract(cast, total_value=Decimal(100))
    day = date(2024, 1, 31)
    services.plan_payments(
        contract, actor=cast.vendor_manager, payments=[(day, Decimal(60), "First")]
    )
    for payments in (
        [(day, Decimal(60), ""), (day, Decimal("40.01"), "")],
        [(day, Decimal(0), "")],
        [(day, Decimal(-5), "")],
    ):
        with pytest.raises(ValidationError):
            services.plan_payments(contract, actor=cast.vendor_manager, payments=payments)
    assert list(contract.payments.values_list("amount", flat=True)) == [Decimal(60)]


# --- Documents ------------------------------------------------------------------------------------


def test_a_documents_versions_are_numbered_and_hashed(cast):
    contract, manager = a_contract(cast), cast.vendor_manager
    for text in (b"one", b"two"):
        services.attach_document(contract, actor=manager, title="Text", name="c.txt", data=text)

    found = contract.documents.order_by("number")
    assert [(one.number, one.sha256[:8]) for one in found] == [(1, "7692c3ad"), (2, "3fc4ccfe")]


def test_the_same_bytes_are_no_new_version_and_lies_are_refused(cast):
    contract, manager = a_contract(cast), cast.vendor_manager
    services.attach_document(contract, actor=manager, title="Text", name="c.txt", data=b"one")
    for name, data in (
        ("c.txt", b"one"),
        ("c.pdf", b"MZ\x90\x00 no pdf"),
        ("c.exe", b"MZ"),
        ("c.txt", b"x" * (26 * 2**20)),
    ):
        with pytest.raises(ValidationError):
            services.attach_document(contract, actor=manager, title="Text", name=name, data=data)
    assert contract.documents.count() == 1


# --- Into force -----------------------------------------------------------------------------------


def test_a_draft_without_text_and_clauses_is_not_submitted(cast):
    contract = a_contract(cast)
    with pytest.raises(Refused) as refusal:
        services.submit_contract(contract, actor=cast.vendor_manager)

    assert [str(reason) for reason in refusal.value.reasons] == [
        "its text is not attached",
        "8 clauses are not answered",
    ]
    made_ready(contract, cast)
    assert services.submit_contract(contract, actor=cast.vendor_manager).status == "legal_review"


def test_a_contract_comes_into_force_by_several_hands(cast):
    contract = a_contract(cast, "active")

    assert contract.status == "active"
    approval = ContractApproval.objects.get()
    assert (approval.step, approval.approved_by, approval.round) == ("finance", cast.finance, 1)
    assert len(approval.content_sha256) == 64


def test_nobody_approves_their_own_contract(cast):
    own = a_contract(cast, "legal_review", budget_owner=cast.approver)

    with pytest.raises(Refused, match="of your own"):
        services.pass_legal_review(own, actor=cast.approver)
    with pytest.raises(NotAllowed):
        services.pass_legal_review(own, actor=cast.vendor_manager)
    own.refresh_from_db()
    assert own.status == "legal_review"


def test_much_money_and_much_dependence_need_more_hands_and_each_person_gives_one(cast):
    contract = a_contract(
        cast,
        "approval",
        vendor=a_vendor(tier="strategic"),
        total_value=Decimal(5_000_000),
    )
    services.approve_contract(contract, actor=cast.approver)
    with pytest.raises(Refused, match="approved a step already"):
        services.approve_contract(contract, actor=cast.approver)
    with pytest.raises(Refused, match="it waits for others: Finance, Senior approver"):
        services.approve_contract(contract, actor=cast.approver2)
    services.approve_contract(contract, actor=cast.senior_approver)
    with pytest.raises(Refused, match="not approved yet by: Finance"):
        services.sign_contract(contract, actor=cast.vendor_manager)
    services.approve_contract(contract, actor=cast.finance)
    assert services.sign_contract(contract, actor=cast.vendor_manager).status == "signed"


def test_a_contract_that_is_returned_is_approved_anew(cast):
    contract = a_contract(cast, "approval")
    services.approve_contract(contract, actor=cast.finance)
    services.return_contract(contract, actor=cast.finance, note="The price is wrong")
    contract = services.edit_contract(
        contract, actor=cast.vendor_manager, total_value=Decimal(1_000)
    )
    services.submit_contract(contract, actor=cast.vendor_manager)
    services.pass_legal_review(contract, actor=cast.approver2)

    with pytest.raises(Refused, match="not approved yet by: Finance"):
        services.sign_contract(contract, actor=cast.vendor_manager)


def test_what_was_submitted_stays_by_form_and_by_database(cast):
    contract = a_contract(cast, "legal_review")

    with pytest.raises(ValidationError, match="as it was submitted"):
        services.edit_contract(contract, actor=cast.vendor_manager, total_value=Decimal(1))
    services.edit_contract(contract, actor=cast.vendor_manager, title="Switching, 2024")
    for sql in (
        "UPDATE vendors_contract SET total_value = 1",
        "UPDATE vendors_contract SET notice = 'P1D'",
        "DELETE FROM vendors_contract",
        "UPDATE vendors_contractterm SET decision_deadline_on = ends_on",
        "DELETE FROM vendors_contractterm",
        "DELETE FROM vendors_contractclause",
    ):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql)


def test_a_contract_does_not_come_into_force_before_it_begins(cast):
    later = date.today() + timedelta(days=40)  # noqa: DTZ011 -- only that it lies ahead matters
    contract = a_contract(cast, "signed", starts_on=later)

    with pytest.raises(Refused, match="it begins on"):
        services.activate_contract(contract, actor=cast.vendor_manager)


def test_stored_terms_are_those_of_the_shape(cast):
    from vendors.contract_shape import shape_of

    contract = a_contract(cast, starts_on=date(2025, 1, 31), initial_term="P1M", renewal_term="P1M",
                          notice="10 business days")  # fmt: skip
    stored = list(contract.terms.order_by("number"))
    worked_out = terms_until(shape_of(contract), stored[-1].starts_on)

    assert [(t.number, t.starts_on, t.ends_on, t.decision_deadline_on) for t in stored] == [
        (t.number, t.starts_on, t.ends_on, t.decision_deadline_on) for t in worked_out
    ]
    assert ContractTerm.objects.count() > 12
