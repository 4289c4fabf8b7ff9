"""Requests of data subjects: terms of the law, two approvals by two persons, blocked, then gone."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.core.files.storage import storages
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from audit.erasing import list_path
from audit.models import ErasureWarrant, LegalHold
from audit.roles import ensure_roles
from audit.verifying import verify
from core.errors import NotAllowed, Refused
from incidents.services import attach_to_incident, comment_on_incident
from people import services
from people.enums import PrivacyStatus
from people.models import Person, PrivacyApproval, PrivacyRequest
from people.privacy_terms import answer_due, execute_due
from records.personal_data import PERSONAL_DATA, find_subject
from tests.audit.test_erasing import places_with, seal_all
from tests.cast import assemble_cast
from tests.factories import an_incident
from tests.people.privacy import a_request, accepted, approved, erase_now

CANARY = "Canaria Xóchitl-7Q93"


# --- Terms and answers ---------------------------------------------------------------------------


def test_the_terms_are_business_days_of_mexico():
    # 16 September is a holiday: 20 business days after the 1st end a day later for it.
    assert answer_due(date(2026, 9, 1)) == date(2026, 9, 30)
    assert answer_due(date(2026, 9, 1), extended=True) == date(2026, 10, 28)
    assert execute_due(date(2026, 9, 30)) == date(2026, 10, 21)


@pytest.mark.django_db
def test_a_term_is_extended_once_with_a_reason(cast, refuses):
    request = a_request(cast)
    first = request.answer_due_on
    request = services.extend_term(request, actor=cast.hr_partner, reason="many records")
    assert request.answer_due_on == answer_due(request.received_on, extended=True) > first
    with refuses(Refused, "no term is left"):
        services.extend_term(request, actor=cast.hr_partner, reason="again")


@pytest.mark.django_db
def test_an_answer_needs_its_ground_and_sets_the_term_to_carry_it_out(cast, refuses):
    request = a_request(cast)
    with refuses(ValidationError):
        accepted(cast, request, ground=" ")
    request = accepted(cast, request)
    assert request.status == PrivacyStatus.ACCEPTED
    assert request.execute_due_on == execute_due(timezone.localdate())


@pytest.mark.django_db
def test_access_is_carried_out_without_erasing_and_a_cancellation_is_not(cast, refuses):
    access = accepted(cast, a_request(cast, kind="access"))
    with refuses(Refused, "only a cancellation"):
        services.approve_erasure(access, actor=cast.security_admin)
    done = services.carry_out_request(access, actor=cast.hr_partner, answer="Sent by post")
    assert done.status == PrivacyStatus.CARRIED_OUT
    cancellation = accepted(cast, a_request(cast))
    with refuses(Refused, "two approvals"):
        services.carry_out_request(cancellation, actor=cast.hr_partner, answer="x")


@pytest.mark.django_db
def test_only_those_who_keep_requests_see_or_record_them(cast, refuses):
    a_request(cast)
    for who in ("hr_partner", "security_admin", "senior_approver"):
        assert PrivacyRequest.objects.visible_to(cast[who]).count() == 1
    for who in ("admin", "auditor", "agent_l1", "team_lead", "service_manager", "norole"):
        assert not PrivacyRequest.objects.visible_to(cast[who]).exists()
    with refuses(NotAllowed):
        services.record_request(
            actor=cast.senior_approver, kind="access", subject="x", address="x", asked="x",
            received_on=timezone.localdate(),
        )  # fmt: skip


@pytest.mark.django_db
def test_somebody_is_found_wherever_a_model_says_that_personal_data_lie(cast):
    incident = an_incident(cast, title=f"Call of {CANARY}")
    comment_on_incident(incident, actor=cast.agent_l1, text=f"told {CANARY.upper()}")
    Person.objects.filter(pk=cast.agent_l2.person_id).update(full_name=CANARY)
    found = {hit.data.model for hit in find_subject([CANARY])}
    assert {"incidents.Incident", "incidents.IncidentComment", "people.Person"} <= found
    assert find_subject(["abc"]) == []  # too short: it would find everybody


def test_every_declared_column_is_there():
    for _name, data in PERSONAL_DATA:
        fields = {field.name for field in data.model_class._meta.concrete_fields}
        assert {*data.columns, *data.searched} <= fields


# --- Two persons ---------------------------------------------------------------------------------


def chosen(cast, *rows):
    codes = [f"{row._meta.label}:{row.pk}" for row in rows]
    request = services.choose_records(a_request(cast), actor=cast.hr_partner, codes=codes)
    return accepted(cast, request)


@pytest.mark.django_db
def test_two_approvals_by_two_persons_of_whom_none_asked(cast, refuses):
    request = chosen(cast, cast.agent_l1.person)
    with refuses(Refused, "does not approve it"):
        services.approve_erasure(request, actor=cast.hr_partner)
    services.approve_erasure(request, actor=cast.security_admin)
    assert not ErasureWarrant.objects.exists()
    with refuses(Refused, "approved it already"):
        services.approve_erasure(request, actor=cast.security_admin)
    services.approve_erasure(request, actor=cast.senior_approver)
    made = ErasureWarrant.objects.get()
    assert (made.kind, made.request) == ("block", request.reference)
    assert {made.first_by, made.second_by} == {cast.security_admin, cast.senior_approver}


@pytest.mark.django_db
def test_a_second_account_is_no_second_person(cast, refuses):
    request = chosen(cast, cast.agent_l1.person)
    services.approve_erasure(request, actor=cast.security_admin)
    twin = services.create_account(
        actor=cast.admin, username="twin", email="twin@cobalto.example",
        person=cast.security_admin.person,
    )  # fmt: skip
    services.grant_role(twin, "hr_partner", actor=None, reason="x", country="MX")
    with refuses(Refused, "approved it already"):
        services.approve_erasure(request, actor=twin)
    with pytest.raises(DatabaseError, match="one person approves once"), transaction.atomic():
        PrivacyApproval.objects.create(
            request=request, step="block", approved_by=twin, approved_at=timezone.now()
        )
    with pytest.raises(DatabaseError, match="somebody else"), transaction.atomic():
        PrivacyApproval.objects.create(
            request=request, step="block", approved_by=cast.hr_partner, approved_at=timezone.now()
        )


@pytest.mark.django_db
def test_what_was_approved_cannot_be_chosen_anew(cast, refuses):
    request = chosen(cast, cast.agent_l1.person)
    services.approve_erasure(request, actor=cast.security_admin)
    with refuses(Refused, "has approved"):
        services.choose_records(request, actor=cast.hr_partner, codes=[])


@pytest.mark.django_db
def test_a_legal_hold_stops_the_approvals(cast, refuses):
    request = chosen(cast, cast.agent_l1.person)
    held = services.place_hold(cast.agent_l1.person, actor=cast.security_admin, reason="suit")
    with refuses(Refused, "under legal hold"):
        services.approve_erasure(request, actor=cast.security_admin)
    with refuses(Refused, "held already"):
        services.place_hold(cast.agent_l1.person, actor=cast.security_admin, reason="again")
    with refuses(NotAllowed):
        services.lift_hold(held, actor=cast.admin, reason="x")
    services.lift_hold(held, actor=cast.hr_partner, reason="settled")
    services.approve_erasure(request, actor=cast.security_admin)
    assert LegalHold.objects.get().lifted_by == cast.hr_partner


# --- Blocked, then gone --------------------------------------------------------------------------


@pytest.fixture
def world(transactional_db, settings, tmp_path):
    settings.VAR_DIR = tmp_path
    ensure_roles()
    ensure_roles()
    return assemble_cast()


def plant(cast):
    incident = an_incident(cast, title=f"Call of {CANARY}", description=f"{CANARY} cannot pay")
    comment = comment_on_incident(incident, actor=cast.agent_l1, text=f"Told {CANARY}")
    file = attach_to_incident(
        incident, actor=cast.agent_l1, name=f"{CANARY}.log", data=f"{CANARY}\n".encode()
    )
    Person.objects.filter(pk=cast.agent_l2.person_id).update(full_name=CANARY)
    return incident, comment, file


@pytest.mark.django_db(transaction=True)
def test_blocked_data_are_unreadable_everywhere_then_suppressed_for_good(world, client_of, api_of):
    cast = world
    incident, _comment, file = plant(cast)
    storage, stored = storages["default"], file.file.name
    request = a_request(cast, subject=CANARY)
    codes = [hit.code for hit in find_subject([CANARY]) if "PrivacyRequest" not in hit.data.model]
    request = services.choose_records(request, actor=cast.hr_partner, codes=codes)
    request = accepted(cast, request)
    approved(cast, request)
    seal_all()
    erase_now()
    request.refresh_from_db()
    assert request.status == PrivacyStatus.BLOCKED
    seal_all()

    browser = client_of(cast.agent_l1)
    for address in (
        f"/incidents/incident/{incident.pk}/change/",
        f"/incidents/incident/{incident.pk}/history/",
        "/incidents/incident/?tab=all",
    ):
        html = browser.get(address).content.decode()
        assert "7Q93" not in html
    assert "[blocked]" in browser.get(f"/incidents/incident/{incident.pk}/change/").content.decode()
    api = api_of(cast.agent_l1)
    assert api.get("/api/v1/incidents/?search=Xóchitl-7Q93").json()["results"] == []
    assert "7Q93" not in api.get(f"/api/v1/incidents/{incident.reference}/").content.decode()
    assert (
        "7Q93" not in api.get(f"/api/v1/incidents/{incident.reference}/history/").content.decode()
    )
    left = {place.split(".")[0] for place in places_with(CANARY)}
    assert left == {"audit_sealedvalue", "people_privacyrequest", "people_historicalprivacyrequest",
                    "audit_ledgerentry"}  # fmt: skip
    assert storage.exists(stored)

    approved(cast, request)
    seal_all()
    erase_now()
    seal_all()
    request.refresh_from_db()
    assert (request.status, request.subject) == (PrivacyStatus.SUPPRESSED, "[erased]")
    assert places_with(CANARY) == []
    assert places_with("7Q93") == []
    assert not storage.exists(stored)
    assert verify().flaws == []
    assert "7Q93" not in list_path().read_text()


@pytest.mark.django_db(transaction=True)
def test_nothing_is_suppressed_before_the_day_until_which_it_is_blocked(world):
    cast = world
    later = timezone.localdate() + timedelta(days=400)
    codes = [f"people.Person:{cast.agent_l2.person_id}"]
    request = services.choose_records(a_request(cast), actor=cast.hr_partner, codes=codes)
    request = accepted(cast, request, blocked_until=later)
    approved(cast, request)
    seal_all()
    erase_now()
    request.refresh_from_db()
    with pytest.raises(Refused, match="blocked until"):
        services.approve_erasure(request, actor=cast.security_admin)
    with pytest.raises(DatabaseError, match="until a later day"), transaction.atomic():
        connection.cursor().execute(
            "INSERT INTO people_privacyapproval (request_id, step, approved_by_id, approved_at)"
            " VALUES (%s, 'suppress', %s, now())",
            [request.pk, cast.security_admin.pk],
        )


@pytest.mark.django_db
def test_the_pages_lead_through_a_request(cast, client_of):
    browser = client_of(cast.hr_partner)
    yesterday = (timezone.localdate() - timedelta(days=1)).isoformat()
    answer = browser.post(
        "/people/privacyrequest/add/",
        {
            "kind": "cancellation", "subject": "Alma Núñez", "address": "alma@example.org",
            "asked": "Delete it", "received_on": yesterday, "person": "",
        },
    )  # fmt: skip
    assert answer.status_code == 302
    request = PrivacyRequest.objects.get()
    page = f"/people/privacyrequest/{request.pk}/change/"
    assert "Alma Núñez" in browser.get(page).content.decode()
    url = f"/people/privacyrequest/{request.pk}/action/choose/"
    code = f"people.Person:{cast.agent_l1.person_id}"
    assert code in browser.get(url).content.decode()
    assert browser.post(url, {"version": 1, "records": ["people.User:x"]}).status_code == 400
    assert browser.post(url, {"version": 1, "records": [code]}).status_code == 302
    request.refresh_from_db()
    assert request.targets == [code]
    assert client_of(cast.auditor).get(page).status_code in (403, 404)
    assert client_of(cast.agent_l1).get("/people/privacyrequest/").status_code == 403
