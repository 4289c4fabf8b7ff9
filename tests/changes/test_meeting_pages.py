"""The pages of meetings and the workbench: who gets what, what they say, and how many queries."""

import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone
from pypdf import PdfReader

from changes import services
from changes.models import Meeting, Vote
from changes.sitting import KEY
from notifications.models import Message
from tests.changes.meetings import a_meeting, before_the_board
from tests.factories import a_change, vote

pytestmark = pytest.mark.django_db
BENCH = "/changes/change/workbench/"


def _room(meeting):
    return f"/changes/meeting/{meeting.pk}/room/"


def _confirm(client):
    client.post("/accounts/reauthenticate/", {"password": "demo"})


@pytest.fixture
def confirmed(client_of, settings, cast):
    """A browser of somebody who has just given the password again."""

    def sign_in(user):
        user.set_password("demo")
        user.save()
        client = client_of(user)
        _confirm(client)
        return client

    return sign_in


@pytest.mark.parametrize("status", ["planned", "in_session", "closed", "signed", "cancelled"])
def test_members_and_auditors_get_the_pages_and_nobody_else(cast, client_of, status):
    before_the_board(cast)
    meeting = a_meeting(cast, status)
    for address in (f"/changes/meeting/{meeting.pk}/change/", _room(meeting)):
        found = {name: client_of(cast[name]).get(address).status_code for name in (
            "cab_chair", "approver", "auditor", "requester", "outsider", "admin", "norole",
        )}  # fmt: skip
        assert found == {
            "cab_chair": 200, "approver": 200, "auditor": 200,
            "requester": 404, "outsider": 404, "admin": 404, "norole": 404,
        }  # fmt: skip


def test_minutes_are_a_pdf_that_names_every_change_with_its_decision(cast, client_of):
    changes = [before_the_board(cast, title=f"Cambio número {n}: año “ñandú”") for n in range(3)]
    meeting = a_meeting(cast, "in_session")
    item = meeting.items.get(change=changes[0])
    services.start_item(item, actor=cast.cab_chair)
    vote(changes[0], cast.approver)
    vote(changes[0], cast.cab_chair)
    meeting = services.close_meeting(meeting, actor=cast.cab_chair)
    address = f"/changes/meeting/{meeting.pk}/minutes.pdf"
    answer = client_of(cast.approver).get(address)
    assert answer["Content-Type"] == "application/pdf"
    text = "\n".join(p.extract_text() for p in PdfReader(io.BytesIO(answer.content)).pages)
    for n, change in enumerate(changes):
        assert change.reference in text
        assert f"Cambio número {n}: año “ñandú”" in text
    assert text.count("No decision") >= 2
    assert "Approved" in text
    assert meeting.minutes.sha256 in text
    assert "Page 1 of" in text.replace("\n", " ")
    assert client_of(cast.requester).get(address).status_code == 404
    cast.approver.language = "es-mx"
    cast.approver.save()
    assert client_of(cast.approver).get(address).content != answer.content


def test_no_minutes_before_the_meeting_is_closed(cast, client_of):
    meeting = a_meeting(cast, "in_session")
    answer = client_of(cast.cab_chair).get(f"/changes/meeting/{meeting.pk}/minutes.pdf")
    assert answer.status_code == 404


def test_the_chair_signs_after_confirming_the_password(cast, client_of, confirmed):
    before_the_board(cast)
    meeting = a_meeting(cast, "closed")
    address = f"/changes/meeting/{meeting.pk}/action/sign/"
    answer = client_of(cast.cab_chair).post(address, {"sha256": meeting.minutes.sha256})
    assert "/accounts/reauthenticate/" in answer["Location"]
    assert confirmed(cast.approver).post(address, {"sha256": meeting.minutes.sha256}).status_code in (400, 409)  # fmt: skip  # noqa: E501 -- one line says it
    client = confirmed(cast.cab_chair)
    page = client.get(address)
    assert meeting.minutes.sha256 in page.content.decode()
    client.post(address, {"sha256": meeting.minutes.sha256})
    meeting.refresh_from_db()
    assert (meeting.status, meeting.authentication) == ("signed", "password")


def test_the_room_follows_what_happens_with_a_tag(cast, client_of):
    before_the_board(cast)
    meeting = a_meeting(cast, "in_session")
    client = client_of(cast.approver)
    asked = {"HTTP_X_FRAGMENT": "1"}
    first = client.get(_room(meeting), **asked)
    again = client.get(_room(meeting), **asked, HTTP_IF_NONE_MATCH=first["ETag"])
    assert (first.status_code, again.status_code) == (200, 304)
    services.sign_in(meeting, actor=cast.approver2)
    later = client.get(_room(meeting), **asked, HTTP_IF_NONE_MATCH=first["ETag"])
    assert later.status_code == 200


def test_what_is_refused_in_the_room_is_said_and_changes_nothing(cast, client_of):
    before_the_board(cast)
    meeting = a_meeting(cast, "in_session")
    item = meeting.items.get()
    client = client_of(cast.approver)
    page = client.post(_room(meeting), {"do": "start", "item": item.pk}, follow=True)
    assert "only the chair of the board does this" in page.content.decode()
    item.refresh_from_db()
    assert item.started_at is None
    for wrong in ({"do": "explode"}, {}, {"do": "start\x00"}):
        assert client.post(_room(meeting), wrong).status_code == 404
    assert client.get(_room(meeting) + "?item=%00abc").status_code == 200
    assert client.get(_room(meeting) + "?item=99999999999999999999").status_code == 200


def test_the_room_takes_as_many_queries_for_one_item_as_for_four(cast, client_of):
    def asked(meeting):
        client = client_of(cast.approver)
        client.get(_room(meeting))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(_room(meeting)).status_code == 200
        return len(queries)

    before_the_board(cast)
    a_change(cast, "scheduled")  # so that there is a conflict to name in either case
    meeting = a_meeting(cast, "in_session")
    few = asked(meeting)
    for _ in range(3):
        before_the_board(cast)
    services.refresh_agenda(meeting, actor=cast.cab_chair)
    assert meeting.items.count() == 4
    assert asked(meeting) == few


def test_the_list_of_meetings_takes_the_same_queries_for_one_and_three(cast, client_of):
    def asked():
        client = client_of(cast.approver)
        client.get("/changes/meeting/")
        with CaptureQueriesContext(connection) as queries:
            assert client.get("/changes/meeting/").status_code == 200
        return len(queries)

    before_the_board(cast)
    services.refresh_agenda(a_meeting(cast), actor=cast.cab_chair)
    few = asked()
    now = timezone.now()
    for day in (3, 4):
        a_meeting(
            cast,
            starts_at=now + timedelta(days=day),
            ends_at=now + timedelta(days=day, hours=1),
        )
    assert asked() == few


# --- The workbench ------------------------------------------------------------------------------


def test_the_workbench_walks_what_awaits_one_and_ends_calmly(cast, confirmed):
    first, second = before_the_board(cast), before_the_board(cast)
    client = confirmed(cast.approver)
    assert client.get(BENCH)["Location"] == f"{BENCH}{first.pk}/"
    page = client.get(f"{BENCH}{first.pk}/").content.decode()
    assert "1 of 2" in page
    assert first.title in page
    answer = client.post(f"{BENCH}{first.pk}/", _saying(first, "approve"))
    assert answer["Location"] == f"{BENCH}{second.pk}/"
    page = client.get(f"{BENCH}{second.pk}/").content.decode()
    assert "2 of 2" in page
    answer = client.post(f"{BENCH}{second.pk}/", _saying(second, "reject", comment="Too soon"))
    assert answer["Location"] == BENCH
    page = client.get(BENCH).content.decode()
    assert "Nothing awaits you" in page
    assert "You decided about 2 changes." in page
    assert set(Vote.objects.filter(cast_by=cast.approver).values_list("decision", flat=True)) == {
        "approve", "reject",
    }  # fmt: skip


def _saying(change, decision, **more):
    return {"decision": decision, "version_hash": change.version_hash, "comment": "", **more}


def test_a_vote_wants_a_confirmed_password_once_a_sitting(cast, client_of, confirmed):
    change = before_the_board(cast)
    stranger = client_of(cast.approver)
    answer = stranger.post(f"{BENCH}{change.pk}/", _saying(change, "approve"))
    assert answer["Location"] == f"{BENCH}{change.pk}/?say=approve"
    assert "/accounts/reauthenticate/" in stranger.get(answer["Location"])["Location"]
    assert not Vote.objects.filter(cast_by=cast.approver).exists()


def test_a_confirmation_lasts_for_a_sitting_and_no_longer(cast, confirmed, time_machine):
    change = before_the_board(cast)
    client = confirmed(cast.approver)
    now = timezone.now()
    for minutes in (10, 20, 29):  # one is at it: a session left alone ends earlier
        time_machine.move_to(now + timedelta(minutes=minutes))
        assert "data-confirmed" in client.get(f"{BENCH}{change.pk}/").content.decode()
    time_machine.move_to(now + timedelta(minutes=31))
    assert "data-confirmed" not in client.get(f"{BENCH}{change.pk}/").content.decode()


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"decision": "reject"}, "Say why."),
        ({"decision": "perhaps"}, "Select a valid choice"),
        ({}, "required"),
        ({"decision": "approve", "version_hash": "0" * 64}, "something else by now"),
    ],
)
def test_a_wrong_answer_is_told_in_words(cast, confirmed, given, said):
    change = before_the_board(cast)
    client = confirmed(cast.approver)
    facts = {"version_hash": change.version_hash, "comment": ""} | given
    answer = client.post(f"{BENCH}{change.pk}/", facts)
    assert answer.status_code == 400
    assert said.lower() in answer.content.decode().lower()
    assert not Vote.objects.filter(cast_by=cast.approver).exists()


def test_the_workbench_is_for_those_who_vote_and_shows_what_one_may_see(cast, client_of):
    change = before_the_board(cast)
    found = {name: client_of(cast[name]).get(f"{BENCH}{change.pk}/").status_code for name in (
        "approver", "peer", "requester", "outsider", "admin",
    )}  # fmt: skip
    assert found == {"approver": 200, "peer": 200, "requester": 403, "outsider": 403, "admin": 403}
    assert client_of(cast.approver).get(f"{BENCH}999999/").status_code == 404
    hidden = a_change(cast, "draft")
    assert client_of(cast.approver).get(f"{BENCH}{hidden.pk}/").status_code == 404


def test_an_amendment_shows_what_changed_since_ones_vote(cast, client_of):
    change = a_change(cast, "awaiting_approval", risk="medium", title="Old name")
    vote(change, cast.peer)
    services.amend_change(
        change, actor=cast.requester, title="New name", note="It was a wrong name"
    )
    page = client_of(cast.peer).get(f"{BENCH}{change.pk}/").content.decode()
    assert "What changed since version 1, on which you voted" in page
    assert "<del>Old name</del> <ins>New name</ins>" in page
    page = client_of(cast.service_owner).get(f"{BENCH}{change.pk}/").content.decode()
    assert "What changed since version 1, about which you were asked" in page


def test_the_mail_leads_to_the_workbench_at_the_change_also_after_signing_in(cast, client):
    change = before_the_board(cast)
    message = Message.objects.filter(recipient=cast.approver, kind="change_asks_for_vote").get()
    assert message.context["path"] == f"{BENCH}{change.pk}/"
    answer = client.get(message.context["path"])
    assert answer["Location"].startswith("/accounts/login/?next=/changes/change/workbench/")


def test_what_comes_meanwhile_joins_the_sitting_at_its_end(cast, confirmed):
    first = before_the_board(cast)
    client = confirmed(cast.approver)
    client.get(BENCH)
    second = before_the_board(cast)
    client.get(f"{BENCH}{first.pk}/")
    assert client.session[KEY] == [first.pk, second.pk]


def test_a_vote_from_a_meeting_leads_back_into_it(cast, confirmed):
    change = before_the_board(cast)
    meeting = a_meeting(cast, "in_session")
    item = meeting.items.get()
    told = _saying(change, "approve", meeting=meeting.pk, item=item.pk)
    answer = confirmed(cast.approver).post(f"{BENCH}{change.pk}/", told)
    assert answer["Location"] == f"{_room(meeting)}?item={item.pk}"
    other = before_the_board(cast)
    told = _saying(other, "approve", meeting="https://evil.example", item="1")
    answer = confirmed(cast.approver).post(f"{BENCH}{other.pk}/", told)
    assert answer["Location"] == BENCH


def test_the_home_card_leads_to_the_workbench_and_the_meeting(cast, client_of):
    before_the_board(cast)
    meeting = a_meeting(cast)
    page = client_of(cast.approver).get("/").content.decode()
    assert reverse("admin:changes_workbench") in page
    assert meeting.reference in page


def test_the_pages_of_a_board_offer_the_rhythm_to_its_chair(cast, client_of):
    board = a_meeting(cast).board
    address = f"/changes/board/{board.pk}/action/set_rhythm/"
    told = {
        "rhythm": "FREQ=WEEKLY;BYDAY=TH", "meets_from_on": "2026-01-01", "meets_clock": "10:00",
        "meets_for": "01:00:00", "time_zone": "America/Mexico_City",
    }  # fmt: skip
    assert client_of(cast.approver).post(address, told).status_code == 404
    wrong = client_of(cast.cab_chair).post(address, told | {"time_zone": "Mars/Base"})
    assert wrong.status_code == 400
    assert client_of(cast.cab_chair).post(address, told).status_code == 302
    assert Meeting.objects.filter(board=board, status="planned").count() == 4


def test_the_named_person_clears_a_condition_on_the_page_of_the_change(cast, client_of):
    change = a_change(cast, "scheduled")
    condition = services.set_condition(
        change, actor=cast.peer, text="The back-up is confirmed", owner=cast.implementer
    )
    page = f"/changes/change/{change.pk}/change/"
    address = f"/changes/change/{change.pk}/action/clear_condition/"
    assert "clear_condition" in client_of(cast.implementer).get(page).content.decode()
    assert "clear_condition" not in client_of(cast.requester).get(page).content.decode()
    assert client_of(cast.requester).get(address).status_code == 404
    told = {"condition": condition.pk, "note": "Restored to a test host."}
    assert client_of(cast.implementer).post(address, told).status_code == 302
    condition.refresh_from_db()
    assert condition.cleared_by == cast.implementer
