"""Attestations of vendors: received, reviewed by somebody else, superseded, watched."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

import pytest
import time_machine
from django.db import DatabaseError, transaction
from django.utils import timezone

from core.errors import NotAllowed, Refused, ValidationError
from notifications.models import Message
from records.file_types import MAX_BYTES
from tests.factories import a_vendor
from tests.vendors.attested import accepted, received, soc2, told
from vendors import services
from vendors.attestations.currency import attestation_currency, needs_of, standings, step_of
from vendors.attestations.workflow import ATTESTATION_WORKFLOW
from vendors.models import Attestation
from vendors.scorecards.periods import Period

pytestmark = pytest.mark.django_db
LIFE_OF_AN_ATTESTATION = {
    ("received", "accept"): "accepted",
    ("received", "accept_with_gaps"): "with_gaps",
    ("received", "reject"): "rejected",
}


@pytest.fixture
def vendor():
    return a_vendor(name="Nube", country="MX", tier="tactical")


@pytest.fixture
def card_vendor():
    return a_vendor(name="Switch", could_affect_security=True, data_access="cardholder")


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def test_the_table_is_the_life_of_an_attestation():
    statuses = [status for status, _label in Attestation._meta.get_field("status").choices]
    actions = {move.action for move in ATTESTATION_WORKFLOW}
    found = {(s, a): ATTESTATION_WORKFLOW.target(s, a) for s in statuses for a in actions}
    assert {move: to for move, to in found.items() if to} == LIFE_OF_AN_ATTESTATION


# --- Receiving ------------------------------------------------------------------------------------


def test_what_a_vendor_gave_us_is_written_down(cast, vendor):
    row = received(cast, vendor, requirements=["12.8.5", "3", "3"])
    assert (row.reference[:4], row.status, row.received_by) == (
        *("ATT-", "received"),
        cast.vendor_manager,
    )
    assert row.requirements == ["12.8.5", "3"]
    assert len(row.documents.get(title="AOC").sha256) == 64


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"expires_on": "issued_on"}, "expires after"),
        ({"kind": "pci_aoc", "opinion": "unqualified"}, "others have none"),
        ({"kind": "soc2_type1"}, "have an opinion"),
        ({"kind": "soc2_type2", "opinion": "unqualified"}, "about a period"),
        ({"kind": "soc3"}, "soc3"),
        ({"starts_on": date(2026, 1, 1)}, "period has both"),
        ({"starts_on": date(2025, 2, 1), "ends_on": date(2025, 1, 1)}, "period has both"),
        ({"requirements": ["13"]}, "numbers of PCI DSS"),
        ({"requirements": ["12.8.5; DROP"]}, "numbers of PCI DSS|12 characters"),
        ({"assessor": " "}, "blank"),
        ({"services": ""}, "blank"),
        ({"issued_on": date(2999, 1, 1), "expires_on": date(2999, 2, 1)}, "not come yet"),
        ({"status": "accepted"}, "cannot be edited"),
    ],
)
def test_what_does_not_fit_is_not_written_down(cast, vendor, refuses, facts, words):
    given = told(**facts)
    if facts.get("expires_on") == "issued_on":
        given["expires_on"] = given["issued_on"]
    with refuses(ValidationError, words):
        services.receive_attestation(actor=cast.vendor_manager, vendor=vendor, **given)


def test_only_who_keeps_attestations_of_the_country_writes_them(cast, vendor, refuses):
    row = received(cast, vendor)
    for who in (cast.finance, cast.auditor, cast.agent_l1, cast.approver2):
        with refuses(NotAllowed):
            services.receive_attestation(actor=who, vendor=vendor, **told())
    for who in (cast.finance, cast.auditor, cast.approver2):
        with refuses(NotAllowed):
            services.edit_attestation(row, actor=who, assessor="Mine")
    for who in (cast.agent_l1, cast.outsider):
        with refuses(Attestation.DoesNotExist):
            services.edit_attestation(row, actor=who, assessor="Mine")


def test_a_document_whose_type_lies_is_too_large_or_there_already_is_refused(cast, vendor, refuses):
    row = received(cast, vendor, document=False)
    add = {"actor": cast.vendor_manager, "title": "AOC"}
    services.attach_attestation(row, name="a.txt", data=b"Page", **add)
    with refuses(ValidationError, "already"):
        services.attach_attestation(row, name="b.txt", data=b"Page", **add)
    with refuses(ValidationError):
        services.attach_attestation(row, name="a.pdf", data=b"MZ this is no PDF", **add)
    with refuses(ValidationError, "25 MB"):
        services.attach_attestation(row, name="a.txt", data=b"x" * (MAX_BYTES + 1), **add)
    with refuses(ValidationError, "which document"):
        services.attach_attestation(row, **add | {"title": " "}, name="c.txt", data=b"Other")


# --- Exceptions, and what is expected of us -------------------------------------------------------


def test_exceptions_are_assessed_before_it_is_accepted(cast, vendor, refuses):
    row = received(cast, vendor)
    manager = cast.vendor_manager
    one = services.note_exception(row, actor=manager, text="Two leavers kept their access")
    with refuses(Refused, "1 exception is not assessed"):
        services.accept_attestation(row, actor=cast.approver2)
    with refuses(ValidationError, "why it is mitigated"):
        services.assess_exception(
            row, actor=manager, exception=one, assessment=" ", treatment="mitigated"
        )
    services.assess_exception(
        row, actor=manager, exception=one, assessment="Not our tenant", treatment="accepted"
    )
    other = services.note_exception(row, actor=manager, text="By mistake")
    services.remove_exception(row, actor=manager, exception=other)
    assert services.accept_attestation(row, actor=cast.approver2).status == "accepted"
    assert [str(one) for one in row.exceptions.all()] == ["Two leavers kept their access"]


def test_what_is_expected_of_us_is_a_control_of_ours_or_explained(cast, vendor, refuses):
    row = received(cast, vendor)
    manager = cast.vendor_manager
    services.map_user_control(row, actor=manager, text="Remove leavers", control="PCI-6.5.1")
    services.map_user_control(row, actor=manager, text="Own DNS", reason="We do not use it")
    with refuses(ValidationError, "no such control"):
        services.map_user_control(row, actor=manager, text="x", control="PCI-99")
    with refuses(ValidationError, "say why there is none"):
        services.map_user_control(row, actor=manager, text="x")
    services.remove_user_control(row, actor=manager, user_control=row.user_controls.get(control=""))
    assert row.user_controls.get().control == "PCI-6.5.1"


# --- Reviewing ------------------------------------------------------------------------------------


def test_somebody_else_accepts_what_covers_our_services(cast, vendor):
    row = accepted(cast, vendor)
    assert (row.status, row.coverage, row.reviewed_by) == ("accepted", "yes", cast.approver2)
    assert row.reviewed_at is not None


def test_gaps_and_refusals_say_what_lacks(cast, vendor, refuses):
    row = received(cast, vendor)
    for call in (services.accept_attestation_with_gaps, services.reject_attestation):
        with refuses(ValidationError, "Say why"):
            call(row, actor=cast.approver2, note=" ")
    with refuses(ValidationError, "another service is not accepted"):
        services.accept_attestation_with_gaps(row, actor=cast.approver2, note="x", coverage="no")
    row = services.accept_attestation_with_gaps(
        row, actor=cast.approver2, note="Not the call centre", coverage="partly"
    )
    assert (row.status, row.coverage, row.review_note) == (
        *("with_gaps", "partly"),
        "Not the call centre",
    )
    other = services.reject_attestation(
        received(cast, vendor), actor=cast.approver2, note="Of their cloud, not the switch"
    )
    assert (other.status, other.coverage) == ("rejected", "no")


def test_an_expired_one_is_not_accepted_but_may_be_rejected(cast, vendor, refuses):
    row = received(cast, vendor, issued_on=in_days(-400), expires_on=in_days(-1))
    for call in (services.accept_attestation, services.accept_attestation_with_gaps):
        with refuses(Refused, "it has expired"):
            call(row, actor=cast.approver2, note="x")
    assert services.reject_attestation(row, actor=cast.approver2, note="Old").status == "rejected"


def test_without_its_document_nothing_is_accepted(cast, vendor, refuses):
    row = received(cast, vendor, document=False)
    with refuses(Refused, "not attached"):
        services.accept_attestation(row, actor=cast.approver2)


@pytest.mark.parametrize("opinion", ["qualified", "adverse", "disclaimer"])
def test_an_opinion_that_is_not_clean_is_accepted_with_gaps_only(cast, vendor, refuses, opinion):
    row = received(cast, vendor, **soc2(opinion=opinion))
    with refuses(Refused, "not unqualified"):
        services.accept_attestation(row, actor=cast.approver2)
    row = services.accept_attestation_with_gaps(row, actor=cast.approver2, note="See page 9")
    assert row.status == "with_gaps"


def test_nobody_reviews_what_they_received_or_answer_for(cast, refuses):
    mine = a_vendor(country="MX", tier="tactical", owner=cast.approver2)
    row = received(cast, mine)
    with refuses(Refused, "received or answer for"):
        services.accept_attestation(row, actor=cast.approver2)
    with refuses(NotAllowed):
        services.accept_attestation(row, actor=cast.vendor_manager)
    assert services.accept_attestation(row, actor=cast.finance).status == "accepted"


def test_finance_does_not_review_attestations_of_vendors_that_could_hurt_us(
    cast, card_vendor, refuses
):
    row = received(cast, card_vendor)
    with refuses(Refused, "could hurt us"):
        services.accept_attestation(row, actor=cast.finance)


def test_a_newer_one_supersedes(cast, vendor):
    old = accepted(cast, vendor, expires_on=in_days(20))
    other_kind = accepted(cast, vendor, **soc2())
    new = accepted(cast, vendor)
    late = accepted(cast, vendor, expires_on=in_days(10))
    for row in (old, other_kind, new, late):
        row.refresh_from_db()
    assert (old.superseded_by, new.superseded_by, late.superseded_by) == (new, None, new)
    assert other_kind.superseded_by is None
    assert set(Attestation.objects.current(in_days(0))) == {new, other_kind}


def test_what_was_reviewed_stays(cast, vendor, refuses):
    row = accepted(cast, vendor)
    manager = cast.vendor_manager
    with refuses(Refused, "reviewed already"):
        services.edit_attestation(row, actor=manager, assessor="Other")
    with refuses(Refused, "reviewed already"):
        services.note_exception(row, actor=manager, text="Late")
    with refuses(Refused, "does not allow"):
        services.reject_attestation(row, actor=cast.approver2, note="After all")


@pytest.mark.parametrize(
    "changes",
    [
        {"status": "received", "coverage": "", "reviewed_at": None, "reviewed_by": None},
        {"status": "rejected", "review_note": "x"},
        {"expires_on": date(2999, 1, 1)},
        {"services": "Everything"},
        {"requirements": ["1"]},
        {"review_note": "Fine"},
        {"received_at": datetime(2020, 1, 1, tzinfo=UTC)},
    ],
)
def test_the_database_keeps_what_was_reviewed(cast, vendor, refuses, changes):
    row = accepted(cast, vendor)
    with refuses(DatabaseError, "what was reviewed stays"), transaction.atomic():
        Attestation.objects.filter(pk=row.pk).update(**changes)
    with refuses(DatabaseError, "what was reviewed stays"), transaction.atomic():
        row.documents.all().update(title="Other")


def test_the_database_accepts_nothing_that_we_could_not_rely_on(cast, vendor, refuses):
    reviewed = {"status": "accepted", "coverage": "yes", "reviewed_at": timezone.now()}
    reviewed |= {"reviewed_by": cast.approver2}

    def change(row, words, **more):
        with refuses(DatabaseError, words), transaction.atomic():
            Attestation.objects.filter(pk=row.pk).update(**reviewed | more)

    bare = received(cast, vendor, document=False)
    change(bare, "needs its document")
    with refuses(DatabaseError, "is not deleted"), transaction.atomic():
        Attestation.objects.filter(pk=bare.pk).delete()
    old = received(cast, vendor, issued_on=in_days(-400), expires_on=in_days(-3))
    change(old, "expired attestation is not accepted")
    row = received(cast, vendor)
    change(row, "reviewed_by_another", reviewed_by=cast.vendor_manager)
    change(row, "vendors_attestation_coverage", coverage="partly")
    change(row, "vendors_attestation_coverage", coverage="no", status="with_gaps", review_note="x")
    change(row, "says_what_lacks", status="with_gaps")
    change(row, "reviewed_pair", reviewed_at=None)
    change(row, "what was reviewed stays", services="More")
    services.note_exception(row, actor=cast.vendor_manager, text="x")
    change(row, "every exception is assessed")
    with refuses(DatabaseError, "expires_after_issued"), transaction.atomic():
        Attestation.objects.filter(pk=row.pk).update(expires_on=row.issued_on)
    adverse = received(cast, vendor, **soc2(opinion="adverse"))
    change(adverse, "clean_opinion")
    with refuses(DatabaseError, "received first"), transaction.atomic():
        Attestation.objects.create(
            vendor=vendor, received_by=cast.vendor_manager, **told(), **reviewed
        )
    first, second = accepted(cast, vendor, expires_on=in_days(20)), accepted(cast, a_vendor())
    with refuses(DatabaseError, "takes its place"), transaction.atomic():
        Attestation.objects.filter(pk=first.pk).update(superseded_by=second)


# --- What a vendor must have ----------------------------------------------------------------------


def test_who_sees_card_data_needs_an_aoc_or_a_soc_2(cast, vendor, card_vendor):
    cards = ("pci_aoc", "soc2_type1", "soc2_type2")
    assert needs_of([vendor, card_vendor]) == {vendor.pk: [], card_vendor.pk: [cards]}
    required = services.add_required_attestation(
        card_vendor, actor=cast.vendor_manager, kind="iso_27001", reason="By contract"
    )
    services.add_required_attestation(card_vendor, actor=cast.vendor_manager, kind="pci_aoc")
    assert needs_of([card_vendor])[card_vendor.pk] == [("iso_27001",), ("pci_aoc",)]
    services.remove_required_attestation(card_vendor, actor=cast.vendor_manager, required=required)
    assert needs_of([card_vendor])[card_vendor.pk] == [("pci_aoc",)]


def test_a_kind_is_required_once_and_by_who_keeps_the_vendor(cast, vendor, refuses):
    services.add_required_attestation(vendor, actor=cast.vendor_manager, kind="soc1")
    with refuses(ValidationError, "required already"):
        services.add_required_attestation(vendor, actor=cast.vendor_manager, kind="soc1")
    with refuses(ValidationError):
        services.add_required_attestation(vendor, actor=cast.vendor_manager, kind="soc9")
    with refuses(NotAllowed):
        services.add_required_attestation(vendor, actor=cast.finance, kind="iso_27001")


@pytest.mark.parametrize(
    ("days", "step"),
    [(61, ""), (60, "60"), (31, "60"), (30, "30"), (7, "7"), (1, "7"), (0, "0"), (-1, "late")],
)
def test_reminders_come_in_steps(days, step):
    today = date(2026, 2, 1)
    assert step_of(today + timedelta(days=days), today) == step


def test_managers_hear_once_at_each_step_before_it_expires(cast, card_vendor):
    card_vendor.manager, card_vendor.owner = cast.vendor_manager, cast.service_owner
    card_vendor.next_review_on = in_days(900)
    card_vendor.save()
    now = timezone.now()
    messages = Message.objects.filter(kind="vendor_attestation")
    services.keep_vendors(now)
    services.keep_vendors(now)
    assert messages.count() == 1  # there is none at all
    accepted(cast, card_vendor, expires_on=in_days(65))
    heard = []
    for days in (0, 4, 5, 6, 35, 36, 58, 65, 65, 66, 80):
        services.keep_vendors(now + timedelta(days=days))
        heard.append(messages.count() - 1)
    assert heard == [0, 0, 1, 1, 2, 2, 3, 4, 4, 5, 5]
    assert set(messages.values_list("recipient", flat=True)) == {cast.vendor_manager.pk}
    accepted(cast, card_vendor, **soc2(expires_on=in_days(300)))
    assert services.keep_vendors(now + timedelta(days=66)) == 0


def test_vendors_that_do_nothing_for_us_are_not_watched(cast):
    a_vendor(could_affect_security=True, data_access="cardholder", status="exited")
    assert services.keep_vendors(timezone.now()) == 0


# --- As a figure of scorecards --------------------------------------------------------------------


def test_currency_is_told_of_the_last_day_of_a_period(cast, vendor, card_vendor):
    services.add_required_attestation(card_vendor, actor=cast.vendor_manager, kind="pci_aoc")
    services.add_required_attestation(card_vendor, actor=cast.vendor_manager, kind="iso_27001")
    with time_machine.travel(datetime(2026, 5, 10, 12, tzinfo=UTC), tick=False):
        facts = {"issued_on": date(2026, 4, 1), "expires_on": date(2026, 9, 15)}
        row = accepted(cast, card_vendor, **facts)
    now = datetime(2026, 11, 5, 12, tzinfo=UTC)
    ids = [vendor.pk, card_vendor.pk]

    def value(month):
        return attestation_currency(ids, Period("month", date(2026, month, 1)), now)

    assert {m: value(m)[card_vendor.pk].value for m in (3, 4, 5, 8, 9)} == {
        3: Decimal(0),
        4: Decimal(0),  # issued, but nobody had accepted it
        5: Decimal(50),
        8: Decimal(50),
        9: Decimal(0),
    }
    assert vendor.pk not in value(5)
    assert value(5)[card_vendor.pk].rows == [
        {
            "model": "vendors.attestation",
            "id": row.pk,
            "reference": row.reference,
            "said": "2026-09-15",
        }
    ]
    told_by_day = standings([card_vendor], date(2026, 9, 15))[card_vendor.pk]
    assert [(one.need, one.is_current) for one in told_by_day] == [
        (("iso_27001",), False),
        (("pci_aoc",), True),
    ]
