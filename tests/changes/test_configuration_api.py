"""Boards, policies, absences, standard changes and files of changes by the API."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from changes.models import Absence, ApprovalPolicy, Board, ChangeTemplate
from tests.changes.test_template_pages import a_template
from tests.factories import a_change, boards

pytestmark = pytest.mark.django_db
API = "/api/v1/"


def test_a_board_is_founded_and_seats_are_given(cast, api_of):
    admin = api_of(cast.admin)
    made = admin.post(f"{API}boards/", {"name": "CAB Norte"})
    assert made.status_code == 201, made.json()
    seats = f"{API}boards/{made.json()['id']}/seats/"
    given = {"user": "approver", "starts_on": "2026-01-01", "is_chair": True}
    shown = admin.post(seats, given)
    assert shown.status_code == 201, shown.json()
    assert [(s["user"], s["is_chair"]) for s in shown.json()["seats"]] == [("approver", True)]
    again = admin.post(seats, given)
    assert (again.status_code, again.json()["reasons"]) == (
        409,
        ["this person has a seat already"],
    )
    assert admin.post(seats, given | {"user": "agent_l1"}).status_code == 400
    assert api_of(cast.cab_chair).post(seats, given).status_code == 403


def test_the_next_policy_replaces_the_one_before(cast, api_of):
    boards(cast)
    before = ApprovalPolicy.objects.get(type="normal", risk="low")
    body = {
        "name": "Low risk, quickly",
        "type": "normal",
        "risk": "low",
        "steps": [{"kind": "peer", "due_in": "PT4H"}],
    }
    assert api_of(cast.cab_chair).post(f"{API}approval-policies/", body).status_code == 403
    made = api_of(cast.admin).post(f"{API}approval-policies/", body)

    assert made.status_code == 201, made.json()
    assert [(s["kind"], s["due_in"]) for s in made.json()["steps"]] == [("peer", "PT4H")]
    before.refresh_from_db()
    assert not before.is_active
    none = api_of(cast.admin).post(f"{API}approval-policies/", body | {"steps": []})
    assert none.status_code == 400
    assert (
        ApprovalPolicy.objects.get(type="normal", risk="low", is_active=True).name == body["name"]
    )


def test_people_name_their_substitute_and_come_back(cast, api_of):
    now = timezone.now()
    body = {
        "substitute": "cab_chair",
        "starts_at": now.isoformat(),
        "ends_at": (now + timedelta(days=3)).isoformat(),
    }
    made = api_of(cast.approver).post(f"{API}absences/", body)
    assert made.status_code == 201, made.json()
    one = f"{API}absences/{made.json()['id']}/"
    assert api_of(cast.approver2).get(one).status_code == 404
    assert api_of(cast.cab_chair).get(one).json()["user"] == "approver"
    assert api_of(cast.cab_chair).post(f"{one}end/").status_code == 403
    assert api_of(cast.approver).post(f"{one}end/").status_code == 200
    assert Absence.objects.get().ends_at <= timezone.now() + timedelta(seconds=2)


def test_a_standard_change_is_described_edited_and_approved_by_a_voting_token(cast, api_of):
    template = a_template(cast)
    one = f"{API}standard-changes/{template.pk}/"
    expires_on = (timezone.localdate() + timedelta(days=90)).isoformat()
    chair = api_of(cast.cab_chair, scopes=["vote"])
    body = {"expires_on": expires_on}
    assert api_of(cast.cab_chair).post(f"{one}approve/", body).status_code == 403
    approved = chair.post(f"{one}approve/", body)
    assert approved.status_code == 200, approved.json()
    assert approved.json()["approved_by"] == "cab_chair"

    owner = api_of(cast.service_owner)
    etag = owner.get(one)["ETag"]
    edited = owner.patch(one, {"test_plan": "Two lines."}, headers={"If-Match": etag})
    assert (edited.json()["revision"], edited.json()["approved_at"]) == (2, None)
    stale = owner.patch(one, {"test_plan": "Three."}, headers={"If-Match": etag})
    assert stale.status_code == 412
    assert (
        owner.patch(one, {"is_suspended": False}, headers={"If-Match": edited["ETag"]}).status_code
        == 400
    )
    assert ChangeTemplate.objects.get().test_plan == "Two lines."


def test_files_of_a_change_are_given_listed_and_downloaded(cast, api_of):
    change, hidden = a_change(cast, "awaiting_approval"), a_change(cast, team=cast.wallet_co)
    address = f"{API}changes/{change.reference}/attachments/"
    file = SimpleUploadedFile("result.log", b"passed", content_type="text/plain")
    owner = api_of(cast.requester)
    made = owner.post(address, {"file": file}, format="multipart")
    assert made.status_code == 201, made.json()
    (listed,) = api_of(cast.peer).get(address).json()
    assert (listed["name"], listed["size"], listed["uploaded_by"]) == ("result.log", 6, "requester")
    answer = api_of(cast.peer).get(f"{address}{listed['id']}/content/")
    assert b"".join(answer.streaming_content) == b"passed"
    assert api_of(cast.norole).get(f"{address}{listed['id']}/content/").status_code == 404
    elsewhere = f"{API}changes/{hidden.reference}/attachments/{listed['id']}/content/"
    assert owner.get(elsewhere).status_code == 404
    file = SimpleUploadedFile("other.log", b"x", content_type="text/plain")
    assert api_of(cast.peer).post(address, {"file": file}, format="multipart").status_code == 403


def test_who_sees_boards(cast, api_of):
    boards(cast)
    shown = api_of(cast.auditor).get(f"{API}boards/").json()["results"]
    assert {board["name"] for board in shown} == {board.name for board in Board.objects.all()}
    assert api_of(cast.norole).get(f"{API}boards/").json()["results"] == []
