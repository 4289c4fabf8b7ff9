"""Meetings of a board: agenda, attendance, quorum, minutes, signature."""

import json
from datetime import date, time, timedelta

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import timezone

from changes import services
from changes.attendance import present_for
from changes.content import hash_of
from changes.enums import MeetingStatus
from changes.meeting_workflow import MEETING_WORKFLOW
from changes.models import ApprovalStep, Board, Meeting
from core.errors import NotAllowed, Refused, ValidationError
from tests.changes.meetings import a_meeting, before_the_board, sign
from tests.factories import boards, vote

pytestmark = pytest.mark.django_db
_DAY = timedelta(days=1)
_cursor = connection.cursor

LIFE_OF_A_MEETING = {
    ("planned", "open"): "in_session",
    ("planned", "cancel"): "cancelled",
    ("in_session", "close"): "closed",
    ("closed", "sign"): "signed",
}


def test_the_workflow_is_the_literal():
    actions = {move.action for move in MEETING_WORKFLOW}
    found = {
        (status, action): target
        for status in MeetingStatus.values
        for action in actions
        if (target := MEETING_WORKFLOW.target(status, action))
    }
    assert found == LIFE_OF_A_MEETING


def test_a_board_meets_by_its_rhythm_and_the_next_agenda_is_what_awaits_it(cast):
    boards(cast)
    board = Board.objects.get(is_emergency=False)
    change = before_the_board(cast)
    services.set_rhythm(
        board, actor=cast.cab_chair, rhythm="FREQ=WEEKLY;BYDAY=TH", meets_from_on=date(2026, 1, 1),
        meets_clock=time(10), meets_for=timedelta(hours=1), time_zone="America/Mexico_City",
    )  # fmt: skip
    assert services.plan_meetings(timezone.now()) == 0  # setting the rhythm made them
    planned = list(board.meetings.order_by("starts_at"))
    assert len(planned) == 4
    assert {m.starts_at.astimezone().weekday() for m in planned} == {3}
    assert [[i.change for i in m.items.all()] for m in planned] == [[change], [], [], []]

    services.set_rhythm(board, actor=cast.cab_chair, rhythm="")
    assert {m.status for m in board.meetings.all()} == {"cancelled"}


def test_nobody_but_the_chair_and_administrators_set_the_rhythm(cast, refuses):
    boards(cast)
    board = Board.objects.get(is_emergency=False)
    given = {"rhythm": "FREQ=DAILY", "meets_from_on": date(2026, 1, 1), "meets_clock": time(10)}
    with refuses(NotAllowed):
        services.set_rhythm(board, actor=cast.approver, **given, meets_for=timedelta(hours=1))
    with refuses(ValidationError):
        services.set_rhythm(board, actor=cast.cab_chair, **given)
    with refuses(ValidationError, "cannot be"):
        services.set_rhythm(
            board,
            actor=cast.cab_chair,
            **{**given, "rhythm": "FREQ=WEEKLY;BYDAY=XX"},
            meets_for=timedelta(hours=1),
        )


def test_an_agenda_forgets_what_nobody_is_asked_about_any_more_and_keeps_what_was_decided(cast):
    kept, gone = before_the_board(cast), before_the_board(cast)
    meeting = a_meeting(cast)
    services.refresh_agenda(meeting, actor=cast.cab_chair)
    assert {item.change for item in meeting.items.all()} == {kept, gone}
    vote(kept, cast.approver)
    vote(kept, cast.approver2)
    services.cancel_change(gone, actor=cast.requester, note="Not needed")
    services.refresh_agenda(meeting, actor=cast.cab_chair)
    assert [item.change for item in meeting.items.all()] == [kept]


def test_the_chair_orders_the_agenda(cast, refuses):
    changes = [before_the_board(cast) for _ in range(3)]
    meeting = a_meeting(cast, "in_session")
    first, second, third = meeting.items.order_by("position")
    services.move_item(third, actor=cast.cab_chair, places=-2)
    assert list(meeting.items.order_by("position")) == [third, first, second]
    services.start_item(third, actor=cast.cab_chair)
    with refuses(Refused, "talked about"):
        services.move_item(third, actor=cast.cab_chair, places=1)
    with refuses(NotAllowed, "chair"):
        services.move_item(first, actor=cast.approver, places=1)
    assert {item.change for item in meeting.items.all()} == set(changes)


def test_one_item_at_a_time_and_its_time_is_the_servers(cast):
    before_the_board(cast)
    before_the_board(cast)
    meeting = a_meeting(cast, "in_session")
    first, second = meeting.items.order_by("position")
    started = services.start_item(first, actor=cast.cab_chair).started_at
    assert services.start_item(first, actor=cast.cab_chair).started_at == started
    services.start_item(second, actor=cast.cab_chair)
    first.refresh_from_db()
    assert first.ended_at is not None
    with pytest.raises(Refused):
        services.start_item(first, actor=cast.cab_chair)


def test_attendance_makes_the_quorum_but_guests_do_not(cast):
    """Two of three approve and three must take part: the third one's coming decides it."""
    change = before_the_board(cast)
    step = ApprovalStep.objects.get(status="open")
    ApprovalStep.objects.filter(pk=step.pk).update(present=3)
    meeting = a_meeting(cast, "in_session")  # cab_chair is there by opening it
    item = services.start_item(meeting.items.get(), actor=cast.cab_chair)
    services.sign_in(meeting, actor=cast.auditor)
    assert present_for(step) == {cast.cab_chair.person_id}
    services.sign_out(meeting, actor=cast.cab_chair)
    vote(change, cast.approver)
    vote(change, cast.approver2)
    change.refresh_from_db()
    assert change.status == "awaiting_approval"
    services.sign_in(meeting, actor=cast.cab_chair)
    services.end_item(item, actor=cast.cab_chair)
    change.refresh_from_db()
    assert change.status == "approved"


def test_a_substitute_fills_the_seat_of_who_is_away_and_one_comes_once(cast):
    meeting = a_meeting(cast, "in_session")
    now = timezone.now()
    services.configuring.name_substitute(
        actor=cast.approver, substitute=cast.peer, starts_at=now, ends_at=now + timedelta(days=1)
    )
    there = services.sign_in(meeting, actor=cast.peer)
    assert (there.kind, there.seat_of) == ("substitute", cast.approver.person)
    assert services.sign_in(meeting, actor=cast.peer) == there
    late = services.sign_in(meeting, actor=cast.approver)
    assert (late.kind, late.seat_of) == ("guest", None)
    assert services.sign_out(meeting, actor=cast.peer).left_at is not None
    assert services.sign_out(meeting, actor=cast.peer) is None


def test_who_does_not_see_a_meeting_does_not_come(cast):
    meeting = a_meeting(cast, "in_session")
    with pytest.raises(Meeting.DoesNotExist):
        services.sign_in(meeting, actor=cast.requester)


def test_minutes_keep_votes_dissent_conditions_and_who_was_there(cast):
    change = before_the_board(cast)
    left = before_the_board(cast, title="Another one")
    meeting = a_meeting(cast, "in_session")
    services.sign_in(meeting, actor=cast.approver)
    services.sign_in(meeting, actor=cast.auditor)
    item = meeting.items.get(change=change)
    services.start_item(item, actor=cast.cab_chair)
    vote(change, cast.approver2, "reject", comment="The window is too short.")
    vote(change, cast.approver)
    services.set_condition(
        change, actor=cast.approver, text="The back-up is confirmed", owner=cast.implementer
    )
    vote(change, cast.cab_chair)
    services.record_dissent(item, actor=cast.approver, text="Only because of the deadline.")
    services.end_item(item, actor=cast.cab_chair, note="Watched from the bridge.")
    meeting = services.close_meeting(meeting, actor=cast.cab_chair)
    told = json.loads(meeting.minutes.content)
    assert meeting.minutes.sha256 == hash_of(meeting.minutes.content)
    about, other = sorted(told["items"], key=lambda each: each["change"])
    assert (about["change"], about["decision"], about["note"]) == (
        change.reference, "approved", "Watched from the bridge.",
    )  # fmt: skip
    assert [(v["name"], v["decision"], v["in_meeting"]) for v in about["votes"]] == [
        (cast.approver2.get_full_name(), "reject", True),
        (cast.approver.get_full_name(), "approve", True),
        (cast.cab_chair.get_full_name(), "approve", True),
    ]
    assert [(d["name"], d["text"], d["vote"]) for d in about["dissent"]] == [
        (cast.approver2.get_full_name(), "The window is too short.", True),
        (cast.approver.get_full_name(), "Only because of the deadline.", False),
    ]
    assert [(c["text"], c["owner"]) for c in about["conditions"]] == [
        ("The back-up is confirmed", cast.implementer.get_full_name())
    ]
    assert (other["change"], other["decision"]) == (left.reference, "open")
    here = {m["name"]: bool(m["here"]) for m in told["members"]}
    assert here == {
        cast.cab_chair.get_full_name(): True,
        cast.approver.get_full_name(): True,
        cast.approver2.get_full_name(): False,
    }
    assert [g["name"] for g in told["guests"]] == [cast.auditor.get_full_name()]


def test_a_guest_records_no_dissent_and_nobody_twice(cast, refuses):
    before_the_board(cast)
    meeting = a_meeting(cast, "in_session")
    item = meeting.items.get()
    services.sign_in(meeting, actor=cast.auditor)
    with refuses(Refused, "not begun"):
        services.record_dissent(item, actor=cast.cab_chair, text="No")
    services.start_item(item, actor=cast.cab_chair)
    with refuses(NotAllowed):
        services.record_dissent(item, actor=cast.auditor, text="No")
    services.record_dissent(item, actor=cast.cab_chair, text="No")
    with refuses(Refused, "already"):
        services.record_dissent(item, actor=cast.cab_chair, text="No")


def test_the_chair_signs_the_minutes_that_were_shown_and_then_nothing_moves(cast, refuses):
    before_the_board(cast)
    meeting = a_meeting(cast, "closed")
    with refuses(NotAllowed, "role|chair"):
        services.sign_minutes(
            meeting, actor=cast.auditor, authentication="password", sha256=meeting.minutes.sha256
        )
    with refuses(Refused, "chair"):
        sign(meeting, cast.approver)
    with refuses(Refused, "not the minutes"):
        services.sign_minutes(
            meeting, actor=cast.cab_chair, authentication="password", sha256="0" * 64
        )
    signed = sign(meeting, cast.cab_chair)
    assert (signed.status, signed.signed_by, signed.signed_hash) == (
        "signed", cast.cab_chair, meeting.minutes.sha256,
    )  # fmt: skip
    with refuses(Refused, "does not allow"):
        sign(signed, cast.cab_chair)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE changes_minutes SET content = '{}'",
        "DELETE FROM changes_minutes",
        "UPDATE changes_meeting SET signed_hash = ''",
        "UPDATE changes_meeting SET status = 'in_session'",
        "UPDATE changes_meeting SET ends_at = ends_at + interval '1 hour'",
        "DELETE FROM changes_meeting",
        "UPDATE changes_agendaitem SET note = 'other'",
        "DELETE FROM changes_agendaitem",
        "UPDATE changes_attendance SET left_at = now() + interval '1 hour'",
        "DELETE FROM changes_attendance",
        "INSERT INTO changes_dissent (meeting_id, item_id, user_id, text, said_at)"
        " SELECT meeting_id, id, (SELECT min(id) FROM people_user), 'x', now()"
        " FROM changes_agendaitem",
    ],
)
def test_the_database_keeps_signed_minutes_and_what_they_are_made_of(cast, statement):
    before_the_board(cast)
    a_meeting(cast, "signed")
    refusal = r"changes_refused|append-only"
    with pytest.raises(DatabaseError, match=refusal), transaction.atomic(), _cursor() as cursor:
        cursor.execute(statement)


@pytest.mark.parametrize(
    ("status", "statement"),
    [
        ("in_session", "UPDATE changes_meeting SET status = 'closed', closed_at = now(),"
                       " closed_by_id = opened_by_id"),
        ("closed", "UPDATE changes_meeting SET status = 'signed', signed_at = now(),"
                   " signed_by_id = opened_by_id, signed_hash = repeat('0', 64)"),
        ("closed", "UPDATE changes_meeting SET status = 'in_session', closed_at = NULL,"
                   " closed_by_id = NULL"),
        ("planned", "INSERT INTO changes_meeting (board_id, starts_at, ends_at, status, version,"
                    " opened_at, signed_hash, authentication)"
                    " SELECT board_id, now(), now() + interval '1 hour', 'in_session', 1, now(),"
                    " '', '' FROM changes_meeting"),
    ],
)  # fmt: skip
def test_the_database_refuses_other_ways_to_the_end(cast, status, statement):
    before_the_board(cast)
    a_meeting(cast, status)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)


def test_a_board_is_in_one_meeting_at_a_time(cast, refuses):
    a_meeting(cast, "in_session")
    now = timezone.now()
    other = a_meeting(
        cast, starts_at=now + timedelta(days=2), ends_at=now + timedelta(days=2, hours=1)
    )
    with refuses(Refused, "another meeting"):
        services.open_meeting(other, actor=cast.cab_chair)


def test_meetings_are_called_by_the_chair_for_a_time_to_come(cast, refuses):
    now = timezone.now()
    for given, error in (
        ({"starts_at": now, "ends_at": now}, ValidationError),
        ({"starts_at": now - timedelta(days=2), "ends_at": now - _DAY}, ValidationError),
        ({"starts_at": now, "ends_at": now + timedelta(days=3)}, ValidationError),
    ):  # fmt: skip
        boards(cast)
        with refuses(error):
            a_meeting(cast, **given)
    meeting = a_meeting(cast)
    with refuses(Refused, "already"):
        a_meeting(cast, starts_at=meeting.starts_at, ends_at=meeting.ends_at)
    with refuses(NotAllowed, "chair"):
        services.call_meeting(
            meeting.board,
            actor=cast.approver,
            starts_at=now + timedelta(days=3),
            ends_at=now + timedelta(days=3, hours=1),
        )


def test_members_those_who_were_there_and_auditors_see_meetings(cast):
    meeting = a_meeting(cast, "in_session")
    seen = {
        name
        for name, user in cast.users.items()
        if Meeting.objects.visible_to(user).filter(pk=meeting.pk).exists()
    }
    assert seen == {"cab_chair", "approver", "approver2", "auditor"}
    now = timezone.now()
    services.configuring.name_substitute(
        actor=cast.approver, substitute=cast.peer, starts_at=now, ends_at=now + timedelta(hours=1)
    )
    services.sign_in(meeting, actor=cast.approver)
    board_seat = meeting.board.seats.get(user=cast.approver)
    assert Meeting.objects.visible_to(cast.peer).exists()
    services.configuring.end_seat(board_seat, actor=None, ends_on=timezone.localdate())
    assert not Meeting.objects.visible_to(cast.peer).exists()
    assert Meeting.objects.visible_to(cast.approver).exists()  # was there
