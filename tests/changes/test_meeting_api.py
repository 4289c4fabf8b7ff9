"""A meeting through the API alone, as the demo accounts."""

import hashlib

import pytest

from tests.changes.meetings import a_meeting, before_the_board
from tests.factories import boards

pytestmark = pytest.mark.django_db
LIST = "/api/v1/cab-meetings/"


def test_a_meeting_from_its_call_to_the_signature(cast, api_of):
    boards(cast)
    change = before_the_board(cast)
    chair, member = api_of(cast.cab_chair), api_of(cast.approver)
    told = {
        "board": "CAB México",
        "starts_at": "2199-01-08T16:00:00Z",
        "ends_at": "2199-01-08T17:00:00Z",
    }
    made = chair.post(LIST, told, format="json")
    assert made.status_code == 201, made.json()
    at = f"{LIST}{made.json()['reference']}/"
    assert made.json()["reference"].startswith("CAB-")

    refused = member.post(f"{at}transitions/", {"action": "open"}, format="json")
    assert (refused.status_code, refused.json()["reasons"]) == (
        409, ["only the chair of the board does this"],
    )  # fmt: skip
    opened = chair.post(f"{at}transitions/", {"action": "open"}, format="json")
    assert opened.json()["status"] == "in_session"
    (item,) = chair.get(f"{at}agenda/").json()
    assert (item["change"], item["started_at"]) == (change.reference, None)
    started = chair.post(f"{at}agenda/", {"action": "start", "item": item["id"]}, format="json")
    assert started.json()[0]["started_at"] is not None
    come = member.post(f"{at}attendance/", {"action": "sign_in"}, format="json")
    assert [(a["username"], a["kind"]) for a in come.json()] == [
        ("cab_chair", "member"), ("approver", "member"),
    ]  # fmt: skip
    for name in ("approver", "cab_chair"):
        vote = api_of(cast[name], scopes=["vote"]).post(
            f"/api/v1/changes/{change.reference}/votes/",
            {"decision": "approve", "version_hash": change.version_hash},
            format="json",
        )
        assert vote.status_code in (201, 409)  # the board's step wants the portal
    condition = member.post(
        f"/api/v1/changes/{change.reference}/transitions/",
        {"action": "set_condition", "text": "The back-up is confirmed", "owner": "implementer"},
        format="json",
    )
    assert condition.status_code == 200, condition.json()
    (found,) = member.get(f"{at}conditions/").json()
    assert (found["change"], found["owner"]) == (change.reference, "implementer")
    end = {"action": "end", "item": item["id"], "note": "Nobody objected."}
    assert chair.post(f"{at}agenda/", end, format="json").json()[0]["note"] == "Nobody objected."
    assert chair.get(f"{at}minutes/").status_code == 404
    closed = chair.post(f"{at}transitions/", {"action": "close"}, format="json").json()
    data = member.get(f"{at}minutes-data/").json()
    assert hashlib.sha256(data["text"].encode()).hexdigest() == closed["minutes_hash"]
    assert data["content"]["items"][0]["change"] == change.reference
    assert member.get(f"{at}minutes/").content.startswith(b"%PDF")

    signature = {"sha256": closed["minutes_hash"]}
    assert chair.post(f"{at}signature/", signature, format="json").status_code == 403
    by_vote = api_of(cast.cab_chair, scopes=["vote"])
    wrong = by_vote.post(f"{at}signature/", {"sha256": "0" * 64}, format="json")
    assert wrong.status_code == 409
    signed = by_vote.post(f"{at}signature/", signature, format="json")
    assert (signed.status_code, signed.json()["status"]) == (200, "signed")


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"action": "explode"}, 400),
        ({"action": "start"}, 400),
        ({"action": "start", "item": 10**30}, 400),
        ({"action": "start", "item": "x"}, 400),
        ({"action": "box", "item": 0, "minutes": 0}, 400),
        ({"action": "refresh", "surprise": 1}, 400),
        ({}, 400),
    ],
)
def test_wrong_bodies_are_400(cast, api_of, body, status):
    meeting = a_meeting(cast, "in_session")
    answer = api_of(cast.cab_chair).post(f"{LIST}{meeting.reference}/agenda/", body, format="json")
    assert answer.status_code == status


def test_a_list_can_be_narrowed_by_board_and_status(cast, api_of):
    meeting = a_meeting(cast)
    api = api_of(cast.approver)
    found = [
        [row["reference"] for row in api.get(LIST, given).json()["results"]]
        for given in ({"status": "planned"}, {"status": "signed"}, {"board": "CAB México"})
    ]
    assert found == [[meeting.reference], [], [meeting.reference]]
    assert api.get(LIST, {"chair": "x"}).status_code == 400
