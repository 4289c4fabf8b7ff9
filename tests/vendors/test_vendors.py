"""Vendors: due diligence before engagement, yearly reviews, fourth parties, contacts."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.errors import NotAllowed, Refused
from notifications.models import Message
from people.roles import Role
from people.services import grant_role
from tests.factories import a_vendor
from tests.vendors.contracts import a_contract
from tests.vendors.vendors import ALL_MET, REPORT, a_prospect
from vendors import services
from vendors.assurance.dates import a_year_after
from vendors.enums import VendorStatus
from vendors.models import (
    DiligenceAnswer,
    DueDiligence,
    MonitoringReview,
    Vendor,
    VendorSubcontractor,
)
from vendors.vendor_workflow import VENDOR_WORKFLOW

pytestmark = pytest.mark.django_db

LIFE_OF_A_VENDOR = {
    ("prospect", "begin_diligence"): "due_diligence",
    ("refused", "begin_diligence"): "due_diligence",
    ("approved", "begin_diligence"): "due_diligence",
    ("due_diligence", "submit"): "assessed",
    ("assessed", "approve"): "approved",
    ("assessed", "refuse"): "refused",
    ("assessed", "return"): "due_diligence",
    ("approved", "engage"): "engaged",
    ("engaged", "begin_exit"): "exiting",
    ("exiting", "stay"): "engaged",
    ("exiting", "exit"): "exited",
    ("prospect", "drop"): "exited",
    ("due_diligence", "drop"): "exited",
    ("approved", "drop"): "exited",
    ("refused", "drop"): "exited",
    ("exited", "reconsider"): "prospect",
}


def test_what_is_not_in_the_table_of_a_vendors_life_does_not_happen():
    actions = {move.action for move in VENDOR_WORKFLOW}
    found = {
        (status, action): target
        for status in VendorStatus.values
        for action in actions
        if (target := VENDOR_WORKFLOW.target(status, action)) is not None
    }
    assert found == LIFE_OF_A_VENDOR


# --- Due diligence before engagement --------------------------------------------------------------


def test_a_vendor_that_people_add_is_a_prospect(cast):
    assert a_prospect(cast).status == "prospect"


def test_people_do_not_add_vendors_that_are_engaged_already(cast, refuses):
    with refuses(NotAllowed, "prospects"):
        services.add_vendor(
            actor=cast.vendor_manager,
            name="Quick",
            tier="tactical",
            country="MX",
            taken_over_on=date(2020, 1, 1),
        )
    assert not Vendor.objects.filter(name="Quick").exists()


def test_a_prospect_is_engaged_after_somebody_else_approved_it(cast):
    vendor = a_prospect(cast, "engaged")
    diligence = vendor.diligences.get()

    assert (vendor.status, vendor.taken_over_on) == ("engaged", None)
    assert (diligence.status, diligence.assessor, diligence.decided_by) == (
        "approved",
        cast.vendor_manager,
        cast.approver2,
    )
    assert vendor.next_review_on == a_year_after(vendor.engaged_on)


def test_nothing_is_submitted_without_answers_and_evidence(cast, refuses):
    vendor = a_prospect(cast, "due_diligence")
    with refuses(Refused, "12 questions are not answered.*no evidence"):
        services.submit_diligence(vendor, actor=cast.vendor_manager)
    services.answer_questions(vendor, actor=cast.vendor_manager, answers=ALL_MET)
    with refuses(Refused, "no evidence is attached"):
        services.submit_diligence(vendor, actor=cast.vendor_manager)


def test_a_vendor_whose_service_nobody_wrote_down_is_not_looked_at(cast, refuses):
    vendor = a_prospect(cast, services="")
    with refuses(Refused, "what it does"):
        services.begin_diligence(vendor, actor=cast.vendor_manager)


def test_nobody_decides_about_a_vendor_that_they_assessed_or_answer_for(cast, refuses):
    vendor = a_prospect(cast, "assessed", owner=cast.approver2)
    with refuses(Refused, "you do not decide"):
        services.approve_vendor(vendor, actor=cast.approver2)
    with refuses(NotAllowed):
        services.approve_vendor(vendor, actor=cast.vendor_manager)
    assert services.approve_vendor(vendor, actor=cast.approver).status == "approved"


def test_finance_does_not_decide_about_vendors_that_could_hurt_us(cast, refuses):
    vendor = a_prospect(cast, "assessed", could_affect_security=True)
    with refuses(Refused, "risk or a senior approver"):
        services.approve_vendor(vendor, actor=cast.finance)
    harmless = a_prospect(cast, "assessed")
    assert services.approve_vendor(harmless, actor=cast.finance).status == "approved"


def test_a_refused_vendor_may_be_looked_at_again_and_both_looks_stay(cast):
    vendor = a_prospect(cast, "assessed")
    services.refuse_vendor(vendor, actor=cast.approver2, note="No restores tested")
    vendor = services.begin_diligence(vendor, actor=cast.vendor_manager)

    assert vendor.status == "due_diligence"
    assert list(vendor.diligences.values_list("number", "status")) == [(2, "open"), (1, "refused")]


def test_an_approval_is_used_within_a_year(cast, refuses):
    vendor = a_prospect(cast, "approved")
    with (
        time_machine.travel(timezone.now() + timedelta(days=367), tick=False),
        refuses(Refused, "more than a year ago"),
    ):
        services.engage_vendor(vendor, actor=cast.vendor_manager)


@pytest.mark.parametrize("status", ["approved", "engaged", "exiting"])
def test_the_database_engages_nobody_who_was_not_approved(cast, refuses, status):
    vendor = a_prospect(cast, "assessed")
    with refuses(DatabaseError, "assessed first"), transaction.atomic():
        Vendor.objects.filter(pk=vendor.pk).update(status=status)


def test_the_database_takes_over_nobody_later(cast, refuses):
    vendor = a_prospect(cast)
    with refuses(DatabaseError, "not said later"), transaction.atomic():
        Vendor.objects.filter(pk=vendor.pk).update(taken_over_on=date(2020, 1, 1))
    with refuses(DatabaseError, "assessed first"), transaction.atomic():
        Vendor.objects.create(name="Raw", tier="tactical", country="MX", status="engaged")
    with refuses(DatabaseError, "not deleted"), transaction.atomic():
        vendor.delete()


def test_the_database_keeps_what_was_submitted_and_who_decided(cast, refuses):
    vendor = a_prospect(cast, "assessed")
    looks = DueDiligence.objects.filter(vendor=vendor)
    answers = DiligenceAnswer.objects.filter(diligence__vendor=vendor)
    with refuses(DatabaseError, "what was submitted"), transaction.atomic():
        looks.update(summary="Better")
    with refuses(DatabaseError, "what was submitted"), transaction.atomic():
        answers.update(answer="met", note="Better")
    with refuses(DatabaseError, "by_another"), transaction.atomic():
        looks.update(status="approved", decided_at=timezone.now(), decided_by=cast.vendor_manager)
    services.approve_vendor(vendor, actor=cast.approver2)
    with refuses(DatabaseError, "what was submitted"), transaction.atomic():
        looks.update(status="refused")


def a_mexican_manager(cast):
    grant_role(cast.norole, Role.VENDOR_MANAGER, actor=None, reason="covers", country="MX")
    return cast.norole


def test_only_who_keeps_vendors_of_the_country_writes_them(cast, refuses):
    vendor = a_prospect(cast, "due_diligence")
    for who in (cast.finance, cast.auditor, cast.service_manager):
        with refuses(NotAllowed):
            services.answer_questions(vendor, actor=who, answers=ALL_MET)
    mexican, abroad = a_mexican_manager(cast), a_vendor(country="CO", name="Redeban")
    with refuses(Vendor.DoesNotExist):
        services.edit_vendor(abroad, actor=mexican, tier="tactical")
    with refuses(NotAllowed, "country"):
        services.edit_vendor(vendor, actor=mexican, country="CO")


def test_evidence_whose_type_lies_or_is_there_already_is_refused(cast, refuses):
    vendor, manager = a_prospect(cast, "due_diligence"), cast.vendor_manager
    with refuses(ValidationError):
        services.attach_evidence(
            vendor, actor=manager, title="Report", name="r.pdf", data=b"MZ\x90\x00 no pdf"
        )
    services.attach_evidence(vendor, actor=manager, title="Report", name="r.txt", data=REPORT)
    with refuses(ValidationError, "there already"):
        services.attach_evidence(vendor, actor=manager, title="Again", name="r.txt", data=REPORT)


def test_nobody_exits_from_a_vendor_whose_contract_is_in_force(cast, refuses):
    vendor = a_vendor(tier="tactical")
    contract = a_contract(cast, "active", vendor=vendor)
    services.begin_exit(vendor, actor=cast.vendor_manager, note="Too dear")
    with refuses(Refused, contract.reference):
        services.exit_vendor(vendor, actor=cast.vendor_manager, note="All data returned")


def test_nobody_contracts_with_a_vendor_that_was_left(cast, refuses):
    vendor = a_prospect(cast)
    vendor = services.drop_vendor(vendor, actor=cast.vendor_manager, note="Others are better")
    with refuses(ValidationError, "do not buy"):
        a_contract(cast, vendor=vendor)


# --- Yearly reviews -------------------------------------------------------------------------------


def review(cast, vendor, **given):
    facts = {"outcome": "satisfactory"} | given
    return services.review_vendor(vendor, actor=cast.vendor_manager, **facts)


def test_a_review_sets_the_next_one_a_year_later(cast):
    vendor = review(cast, a_vendor())
    assert vendor.next_review_on == a_year_after(timezone.localdate())


@pytest.mark.parametrize(
    ("day", "later"),
    [(date(2026, 11, 23), date(2027, 11, 23)), (date(2024, 2, 29), date(2025, 3, 1))],
)
def test_a_year_later_is_a_day_that_there_is(day, later):
    assert a_year_after(day) == later


def test_reviews_to_come_out_of_order_or_rare_are_refused(cast, refuses):
    vendor, today = a_vendor(), timezone.localdate()
    for wrong in (
        {"reviewed_on": today + timedelta(days=2)},
        {"next_on": today + timedelta(days=800)},
        {"next_on": today},
        {"outcome": "with_gaps"},
    ):
        with refuses(ValidationError):
            review(cast, vendor, **wrong)
    review(cast, vendor)
    with refuses(ValidationError, "that day or later"):
        review(cast, vendor)
    prospect = a_prospect(cast)
    with refuses(Refused, "not engaged"):
        review(cast, prospect)


def test_the_database_keeps_reviews(cast, refuses):
    vendor = review(cast, a_vendor())
    with refuses(DatabaseError, "append-only"), transaction.atomic():
        MonitoringReview.objects.filter(vendor=vendor).update(outcome="unsatisfactory", gaps="x")


def test_owners_hear_once_before_and_once_after_a_review_is_due(cast):
    today = timezone.localdate()
    facts = {"owner": cast.service_owner, "manager": cast.vendor_manager}
    a_vendor(next_review_on=today + timedelta(days=31), **facts)
    soon = a_vendor(next_review_on=today + timedelta(days=30), **facts)
    late = a_vendor(next_review_on=today - timedelta(days=1), manager=cast.vendor_manager)
    a_prospect(cast, manager=cast.vendor_manager)

    for _again in (1, 2):
        assert services.keep_vendors(timezone.now()) == 2
    told = Message.objects.filter(kind="vendor_to_review").order_by("reference")
    assert [(one.reference, one.recipient) for one in told] == [
        (soon.reference, cast.service_owner),
        (late.reference, cast.vendor_manager),
    ]
    services.keep_vendors(timezone.now() + timedelta(days=31))
    assert told.filter(reference=soon.reference).count() == 2


# --- Fourth parties, contacts, places -------------------------------------------------------------


def below(cast, vendor, other):
    return services.add_subcontractor(
        vendor, actor=cast.vendor_manager, subcontractor=other, service="Hosting", country="MX"
    )


def test_a_chain_of_subcontractors_does_not_come_back_to_its_beginning(cast, refuses):
    first, second, third = a_vendor(), a_vendor(), a_vendor()
    below(cast, first, second)
    below(cast, second, third)
    with refuses(ValidationError, "beginning"):
        below(cast, third, first)
    with refuses(ValidationError, "beginning"):
        below(cast, first, first)
    with refuses(DatabaseError, "beginning"), transaction.atomic():
        VendorSubcontractor.objects.create(
            vendor=third, subcontractor=first, service="x", country="MX"
        )
    below(cast, first, third)  # two ways to the same one are no circle


def test_a_fourth_party_is_one_of_our_vendors_or_a_name(cast, refuses):
    vendor, manager = a_vendor(), cast.vendor_manager
    facts = {"service": "Hosting", "country": "US"}
    for wrong in ({}, {"name": "Hoster", "subcontractor": a_vendor()}):
        with refuses(ValidationError):
            services.add_subcontractor(vendor, actor=manager, **facts, **wrong)
    services.add_subcontractor(vendor, actor=manager, name="Hoster", **facts)
    with refuses(ValidationError):
        services.add_subcontractor(vendor, actor=manager, name="HOSTER", **facts)


def test_a_contact_can_be_reached(cast, refuses):
    vendor, manager = a_vendor(), cast.vendor_manager
    for wrong in ({}, {"phone": "1", "level": 6}, {"email": "no address"}):
        with refuses(ValidationError):
            services.add_contact(vendor, actor=manager, **{"name": "Ana", "level": 1} | wrong)
    contact = services.add_contact(vendor, actor=manager, name="Ana", level=1, phone="55 1234")
    services.remove_contact(vendor, actor=manager, contact=contact)
    assert not vendor.contacts.exists()


# --- In the portal and by REST --------------------------------------------------------------------

LIST = "/vendors/vendor/"


def told_vendor(cast):
    """With something in every tab that could leak."""
    vendor = a_prospect(cast, "engaged", name="Prosa", representative="Zoila Secreta")
    manager = cast.vendor_manager
    services.add_contact(vendor, actor=manager, name="Zoila", level=1, phone="55 1234")
    services.add_location(
        vendor, actor=manager, use="main_centre", place="Zoilaville", country="US"
    )
    other = a_vendor(name="Zoila Hosting", country="CO")
    services.add_subcontractor(vendor, actor=None, subcontractor=other, service="x", country="CO")
    return vendor


def test_who_sees_names_is_told_no_more_in_the_portal_and_by_rest(cast, client_of, api_of):
    vendor = told_vendor(cast)
    for who in (cast.agent_l1, cast.requester):
        browser, api = client_of(who), api_of(who)
        page = browser.get(f"{LIST}{vendor.pk}/change/").content.decode()
        assert "Prosa" in page
        assert "Zoila" not in page
        assert "engaged" not in page.lower()
        answer = api.get(f"/api/v1/vendors/{vendor.reference}/").json()
        assert answer == {"reference": vendor.reference, "name": "Prosa"}
        for order in ("next_review_on", "-next_review_on"):
            assert api.get("/api/v1/vendors/", {"ordering": order}).status_code == 400
        assert api.get("/api/v1/vendors/", {"review_overdue": "true"}).status_code == 400
        for part in ("contacts", "diligence", "evidence", "locations", "reviews", "transitions"):
            assert api.get(f"/api/v1/vendors/{vendor.reference}/{part}/").status_code == 403


def test_the_page_shows_what_makes_us_trust_it(cast, client_of):
    mexican = a_mexican_manager(cast)
    mexican.language = "en"
    mexican.save()
    vendor = told_vendor(cast)
    page = client_of(mexican).get(f"{LIST}{vendor.pk}/change/").content.decode()

    for text in ("Letters to card holders", "Zoila Secreta", "Zoilaville", "55 1234", "Report"):
        assert text in page
    assert "A vendor that you do not see" in page
    assert "Zoila Hosting" not in page


def test_a_vendor_walks_from_prospect_to_engaged_by_rest(cast, api_of):
    vendor, manager, risk = a_prospect(cast), api_of(cast.vendor_manager), api_of(cast.approver2)
    address = f"/api/v1/vendors/{vendor.reference}/"

    def take(api, action, **answers):
        return api.post(f"{address}transitions/", {"action": action, **answers}, format="json")

    assert take(manager, "begin_diligence", risk="high").status_code == 200
    answers = [{"question": str(question), "answer": "met"} for question in ALL_MET]
    told = manager.post(f"{address}diligence/", {"answers": answers}, format="json")
    assert told.status_code == 200
    upload = {"title": "Report", "file": _file()}
    assert manager.post(f"{address}evidence/", upload, format="multipart").status_code == 201
    assert take(manager, "submit").status_code == 200
    assert take(manager, "approve").status_code == 403
    assert take(risk, "approve", note="Sound").json()["status"] == "approved"
    assert take(manager, "engage").json()["status"] == "engaged"
    told = manager.get(f"{address}diligence/").json()
    assert (told[0]["status"], len(told[0]["answers"])) == ("approved", 12)


def _file():
    from django.core.files.uploadedfile import SimpleUploadedFile

    return SimpleUploadedFile("r.txt", REPORT)


def test_lists_and_pages_take_as_many_queries_for_many_rows(cast, client_of):
    browser, counts = client_of(cast.vendor_manager), []
    vendor = told_vendor(cast)
    for number in (1, 3):
        for _each in range(number):
            told = a_vendor(owner=cast.service_owner)
            below(cast, vendor, told)
            services.add_contact(vendor, actor=None, name="Ana", level=2, phone="55 1234")
        browser.get(LIST)
        with CaptureQueriesContext(connection) as queries:
            browser.get(LIST)
            browser.get(f"{LIST}{vendor.pk}/change/")
        counts.append(len(queries))
    assert counts[0] == counts[1]


def test_overdue_reviews_are_found(cast, api_of):
    today = timezone.localdate()
    late = a_vendor(next_review_on=today - timedelta(days=1))
    never = a_vendor()
    a_vendor(next_review_on=today)
    a_prospect(cast)
    rows = api_of(cast.vendor_manager).get("/api/v1/vendors/", {"review_overdue": "true"}).json()
    assert {row["reference"] for row in rows["results"]} == {late.reference, never.reference}


def test_an_answer_that_is_not_met_says_why(cast, refuses):
    vendor = a_prospect(cast, "due_diligence")
    with refuses(ValidationError):
        services.answer_questions(
            vendor, actor=cast.vendor_manager, answers={"exit": ("not_met", "")}
        )
