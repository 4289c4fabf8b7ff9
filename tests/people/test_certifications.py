"""Certifications: claimed by their holder, verified by who leads them, watched to their end."""

from datetime import date, timedelta

import pytest
import time_machine
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.errors import NotAllowed, Refused, ValidationError
from evidence.exception_reports import EXCEPTION_REPORTS
from evidence.period import Period
from notifications.models import Message
from people.growth.workflow import CERTIFICATION_WORKFLOW
from people.models import Certification, CertificationDocument, User
from people.services import certifications
from people.services.certification_messages import may_see_certification, remind_of_expiry
from tests.people.certified import a_certification, facts

pytestmark = pytest.mark.django_db
LIFE_OF_A_CERTIFICATION = {("claimed", "verify"): "verified", ("claimed", "reject"): "rejected"}
API = "/api/v1/certifications/"


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def page_of(row):
    return f"/people/certification/{row.pk}/change/"


def test_the_table_is_the_life_of_a_certification():
    statuses = [status for status, _label in Certification._meta.get_field("status").choices]
    actions = {move.action for move in CERTIFICATION_WORKFLOW}
    found = {(s, a): CERTIFICATION_WORKFLOW.target(s, a) for s in statuses for a in actions}
    assert {move: to for move, to in found.items() if to} == LIFE_OF_A_CERTIFICATION


# --- Claiming -------------------------------------------------------------------------------------


def test_people_claim_their_own_with_its_proof(cast):
    row = a_certification(cast)
    assert (row.reference[:4], row.status) == ("CRT-", "claimed")
    assert row.holder == cast.agent_l1.person
    assert len(row.documents.get().sha256) == 64


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"expires_on": date(2020, 1, 1), "issued_on": date(2020, 1, 1)}, "expires after"),
        ({"name": " "}, "blank"),
        ({"issuer": ""}, "blank"),
        ({"issued_on": date(2999, 1, 1), "expires_on": None}, "not come yet"),
        ({"status": "verified"}, "cannot be edited"),
        ({"holder": None}, "cannot be edited"),
    ],
)
def test_what_does_not_fit_is_not_written_down(cast, refuses, given, words):
    with refuses(ValidationError, words):
        certifications.claim_certification(actor=cast.agent_l1, **facts(**given))


@pytest.mark.parametrize("who", ["admin", "security_admin", "auditor", "norole"])
def test_whose_role_includes_no_certifications_claims_none(cast, refuses, who):
    with refuses(NotAllowed):
        certifications.claim_certification(actor=cast[who], **facts())


def test_only_the_holder_writes_and_only_until_it_is_decided(cast, refuses):
    row = a_certification(cast)
    for who in (cast.team_lead, cast.service_manager, cast.auditor):
        with refuses(NotAllowed):
            certifications.edit_certification(row, actor=who, name="Mine")
        with refuses(NotAllowed):
            certifications.attach_proof(row, actor=who, name="a.txt", data=b"x")
    for who in (cast.agent_l2, cast.outsider, cast.admin):
        with refuses(Certification.DoesNotExist):
            certifications.edit_certification(row, actor=who, name="Mine")
    row = certifications.edit_certification(row, actor=cast.agent_l1, number="GR-2")
    assert row.number == "GR-2"
    certifications.verify_certification(row, actor=cast.team_lead)
    with refuses(Refused, "decided"):
        certifications.edit_certification(row, actor=cast.agent_l1, number="GR-3")
    with refuses(Refused, "decided"):
        certifications.attach_proof(row, actor=cast.agent_l1, name="a.txt", data=b"x")


def test_the_same_bytes_or_a_type_that_lies_are_refused(cast, refuses):
    row = a_certification(cast, proof=False)
    certifications.attach_proof(row, actor=cast.agent_l1, name="a.txt", data=b"Page")
    with refuses(ValidationError, "already"):
        certifications.attach_proof(row, actor=cast.agent_l1, name="b.txt", data=b"Page")
    with refuses(ValidationError):
        certifications.attach_proof(row, actor=cast.agent_l1, name="a.pdf", data=b"MZ no PDF")


# --- Deciding -------------------------------------------------------------------------------------


def test_who_leads_the_person_verifies(cast):
    row = a_certification(cast, verified=True)
    assert (row.status, row.reviewed_by) == ("verified", cast.team_lead)
    row = certifications.reject_certification(
        a_certification(cast), actor=cast.service_manager, note="Blurred"
    )
    assert (row.status, row.review_note) == ("rejected", "Blurred")


def test_nobody_verifies_their_own_without_proof_or_from_elsewhere(cast, refuses):
    own = a_certification(cast, holder=cast.team_lead)
    with refuses(Refused, "hold yourself"):
        certifications.verify_certification(own, actor=cast.team_lead)
    bare = a_certification(cast, proof=False)
    with refuses(Refused, "not attached"):
        certifications.verify_certification(bare, actor=cast.team_lead)
    row = a_certification(cast)
    with refuses(Refused):
        certifications.verify_certification(row, actor=cast.agent_l1)
    with refuses(Refused):
        certifications.verify_certification(row, actor=cast.auditor)
    with refuses(ValidationError, "Say why"):
        certifications.reject_certification(row, actor=cast.team_lead, note=" ")
    with refuses(Certification.DoesNotExist):
        certifications.verify_certification(row, actor=cast.outsider)


def test_the_database_keeps_what_was_decided(cast):
    claimed, decided = a_certification(cast, proof=False), a_certification(cast, verified=True)
    at, rows = timezone.now(), Certification.objects
    attempts = [
        lambda: rows.filter(pk=decided.pk).update(name="Other"),
        lambda: rows.filter(pk=decided.pk).update(
            status="claimed", reviewed_at=None, reviewed_by=None
        ),
        lambda: rows.filter(pk=decided.pk).delete(),
        lambda: rows.filter(pk=claimed.pk).update(
            status="verified", reviewed_at=at, reviewed_by=cast.team_lead
        ),
        lambda: rows.filter(pk=claimed.pk).update(
            status="rejected", reviewed_at=at, reviewed_by=cast.agent_l1, review_note="x"
        ),
        lambda: rows.filter(pk=claimed.pk).update(status="rejected", review_note="x"),
        lambda: rows.filter(pk=claimed.pk).update(holder=cast.team_lead.person),
        lambda: rows.create(
            holder=cast.agent_l2.person, recorded_by=cast.agent_l1, **facts(name="Theirs")
        ),
        lambda: CertificationDocument.objects.filter(certification=decided).delete(),
    ]
    for attempt in attempts:
        with pytest.raises(DatabaseError), transaction.atomic():
            attempt()


def test_a_second_account_of_the_holder_is_the_holder_to_the_database(cast):
    row = a_certification(cast)
    User.objects.filter(pk=cast.service_manager.pk).update(person=cast.agent_l1.person)
    told = {"status": "rejected", "reviewed_at": timezone.now(), "review_note": "x"}
    with pytest.raises(DatabaseError, match="what they hold"), transaction.atomic():
        Certification.objects.filter(pk=row.pk).update(reviewed_by=cast.service_manager, **told)


# --- Who sees what --------------------------------------------------------------------------------


def test_people_see_their_own_and_leads_those_of_their_people(cast, client_of):
    row = a_certification(cast)
    found = {}
    for who in ("agent_l1", "team_lead", "service_manager", "auditor"):
        found[who] = client_of(cast[who]).get(page_of(row)).status_code
        assert "ITIL 4 Foundation" in client_of(cast[who]).get("/people/certification/").text
    assert set(found.values()) == {200}
    for who in ("agent_l2", "finance", "hr_partner", "outsider"):
        assert client_of(cast[who]).get(page_of(row)).status_code in (302, 404), who
        assert "ITIL 4 Foundation" not in client_of(cast[who]).get("/people/certification/").text
    for who in ("admin", "security_admin", "norole"):
        assert client_of(cast[who]).get(page_of(row)).status_code in (302, 403, 404), who
        assert not Certification.objects.visible_to(cast[who]).exists()


def test_the_file_is_only_for_those_who_see_the_certification(cast, client_of):
    row = a_certification(cast)
    url = f"/people/certification/{row.pk}/documents/{row.documents.get().pk}/"
    answer = client_of(cast.team_lead).get(url)
    assert answer.getvalue().startswith(b"Certificate")
    for who in ("agent_l2", "outsider", "admin"):
        assert client_of(cast[who]).get(url).status_code in (302, 403, 404)


def test_dialogs_are_offered_to_those_who_may(cast, client_of):
    row = a_certification(cast)

    def offered(who):
        text = client_of(cast[who]).get(page_of(row)).text
        return {word for word in ("verify", "reject", "attach") if f"/action/{word}/" in text}

    assert offered("agent_l1") == {"attach"}
    assert offered("team_lead") == {"verify", "reject"}
    assert offered("auditor") == set()
    url = f"/people/certification/{row.pk}/action/verify/"
    client_of(cast.team_lead).post(url, {"version": row.version, "note": "Seen"})
    assert Certification.objects.get(pk=row.pk).status == "verified"


def test_a_list_costs_the_same_with_one_row_and_with_three(cast, client_of):
    def queries(url):
        with CaptureQueriesContext(
            connection,
        ) as found:
            assert browser.get(url).status_code == 200
        return len(found)

    browser = client_of(cast.team_lead)
    row = a_certification(cast, verified=True)
    urls = ("/people/certification/", API, page_of(row))
    for url in urls:
        browser.get(url)
    before = [queries(url) for url in urls]
    a_certification(cast, name="Security+")
    a_certification(cast, holder=cast.agent_l2)
    assert [queries(url) for url in urls] == before


# --- REST -----------------------------------------------------------------------------------------


def test_certifications_by_rest(cast, client_of):
    browser, lead = client_of(cast.agent_l1), client_of(cast.team_lead)
    told = {"name": "RHCSA", "issuer": "Red Hat", "issued_on": in_days(-900).isoformat()}
    answer = browser.post(
        API, {**told, "expires_on": in_days(-1).isoformat()}, content_type="application/json"
    )
    assert answer.status_code == 201, answer.content
    shown = answer.json()
    assert (shown["status"], shown["is_expired"], shown["number"]) == ("claimed", True, "")
    one = f"{API}{shown['reference']}/"
    file = SimpleUploadedFile("rhcsa.txt", b"Passed")
    assert browser.post(f"{one}documents/", {"file": file}).status_code == 201
    assert len(lead.get(f"{one}documents/").json()) == 1
    answer = lead.post(f"{one}transitions/", {"action": "verify"}, content_type="application/json")
    assert answer.status_code == 200, answer.content
    for query, count in (
        ("expired=true", 1), ("expired=false", 0), ("status=verified", 1), ("status=claimed", 0),
        ("team=payments-l1", 1), ("recorded_by=agent_l1", 1),
    ):  # fmt: skip
        assert len(lead.get(f"{API}?{query}").json()["results"]) == count, query


# --- Watching -------------------------------------------------------------------------------------


def test_the_holder_hears_before_it_expires_once_each_time(cast):
    row = a_certification(cast, verified=True, expires_on=in_days(100))
    a_certification(cast, name="Claimed only", expires_on=in_days(5))
    a_certification(cast, name="For ever", verified=True, expires_on=None)
    messages, now = Message.objects.filter(kind="certification_expires"), timezone.now()
    heard = []
    for days in (39, 40, 41, 70, 93, 99, 101):
        with time_machine.travel(now + timedelta(days=days), tick=False):
            remind_of_expiry(timezone.now())
            remind_of_expiry(timezone.now())
            heard.append(messages.count())
    assert heard == [0, 1, 1, 2, 3, 3, 3]
    assert {(m.recipient, m.reference) for m in messages} == {(cast.agent_l1, row.reference)}
    assert may_see_certification(cast.agent_l1, row.reference)
    assert not may_see_certification(cast.agent_l2, row.reference)


def test_nobody_hears_of_one_that_a_newer_one_replaces(cast):
    a_certification(cast, verified=True, expires_on=in_days(5))
    a_certification(cast, verified=True, expires_on=in_days(400), name="itil 4 foundation")
    remind_of_expiry(timezone.now())
    assert not Message.objects.filter(kind="certification_expires").exists()


def test_expired_ones_of_active_people_are_an_exception(cast):
    gone = a_certification(cast, verified=True, expires_on=in_days(-1))
    a_certification(cast, name="Claimed", expires_on=in_days(-1))
    a_certification(cast, name="Renewed", verified=True, expires_on=in_days(-1))
    a_certification(cast, name="Renewed", verified=True, expires_on=in_days(300))
    report = EXCEPTION_REPORTS["certifications_expired"]
    period = Period(in_days(-30), in_days(1))
    assert [found.reference for found in report.find(period, cast.auditor)] == [gone.reference]
    assert list(report.find(period, cast.admin)) == []
    person = cast.agent_l1.person
    person.left_on = in_days(-3)
    person.save()
    assert list(report.find(period, cast.auditor)) == []
