"""Meetings of boards: planned by their rhythm or called, opened, closed with minutes, signed."""

from datetime import date, datetime, time, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from changes.content import canonical, hash_of
from changes.enums import Authentication, MeetingStatus
from changes.meeting_rules import is_its_chair
from changes.models import AgendaItem, Attendance, Board, Meeting, Minutes
from changes.recurrence import Recurring, occurrences
from changes.services.agenda import end_running_item, fill_agenda
from changes.services.attending import take_seat
from changes.services.meeting_locking import moved
from changes.services.minutes import content_of_meeting
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold
from people.scope import scope_of

AHEAD = timedelta(days=28)


def rhythm_of(board: Board) -> Recurring | None:
    """When the board meets; None without a rhythm. ValidationError for a rule that is none."""
    if not board.rhythm or not (board.meets_from_on and board.meets_clock and board.meets_for):
        return None
    begins = datetime.combine(board.meets_from_on, board.meets_clock)
    return Recurring(board.rhythm, begins, board.meets_for, board.time_zone)


@transaction.atomic
def set_rhythm(
    board: Board,
    *,
    actor: Any,
    rhythm: str,
    meets_from_on: date | None = None,
    meets_clock: time | None = None,
    meets_for: timedelta | None = None,
    time_zone: str = "America/Mexico_City",
) -> Board:
    """When the board meets from now on; meetings to come that the rhythm does not have are
    cancelled. For its chair and for who configures boards."""
    with acting(actor=actor, action="board.set_rhythm"):
        row = hold(board, actor=actor)
        may = actor is None or "changes.change_board" in scope_of(actor).permissions
        if not may and is_its_chair(Meeting(board=row), actor):
            raise NotAllowed(_("only the chair of the board does this"))
        row.rhythm, row.time_zone = rhythm.strip(), time_zone
        given = (meets_from_on, meets_clock, meets_for) if row.rhythm else (None, None, None)
        row.meets_from_on, row.meets_clock, row.meets_for = given
        row.full_clean()
        window = rhythm_of(row)
        row.save()
        now = told_moment()
        spans = set(occurrences(window, now, now + AHEAD)) if window else set()
        kept = [start for start, _end in spans]
        planned = row.meetings.filter(status=MeetingStatus.PLANNED, starts_at__gt=now)
        for meeting in planned.exclude(starts_at__in=kept):
            meeting.status = MeetingStatus.CANCELLED
            meeting.save(update_fields=["status"])
        _plan(row, now)
    return row


def call_meeting(board: Board, *, actor: Any, starts_at: datetime, ends_at: datetime) -> Meeting:
    """A meeting beside the rhythm. Refused to all but the chair; in the past; twice at a time."""
    with transaction.atomic(), acting(actor=actor, action="meeting.call"):
        row = hold(board, actor=actor)
        meeting = Meeting(board=row, starts_at=starts_at, ends_at=ends_at)
        if reason := is_its_chair(meeting, actor):
            raise NotAllowed(reason)
        if ends_at <= starts_at:
            raise ValidationError({"ends_at": _("It ends before it starts.")})
        if ends_at <= told_moment():
            raise ValidationError({"ends_at": _("This is over already.")})
        if ends_at - starts_at > timedelta(hours=12):
            raise ValidationError({"ends_at": _("A meeting takes twelve hours at most.")})
        if row.meetings.filter(starts_at=starts_at).exists():
            raise Refused(_("the board has a meeting at that time already"))
        meeting.save()
        meeting.refresh_from_db()
    return meeting


def plan_meetings(moment: datetime) -> int:
    """Make the meetings of the next weeks and bring the agenda of each board's next one up to
    date; returns how many meetings are new. Each board in its own transaction."""
    made = 0
    for board in Board.objects.order_by("pk"):
        with transaction.atomic(), acting(action="changes.plan_meetings"):
            made += _plan(board, moment)
            following = board.meetings.to_come(moment).order_by("starts_at").first()
            if following is not None and following.status == MeetingStatus.PLANNED:
                fill_agenda(following)
    return made


def _plan(board: Board, moment: datetime) -> int:
    window = rhythm_of(board)
    if window is None:
        return 0
    made = 0
    for starts_at, ends_at in occurrences(window, moment, moment + AHEAD):
        _meeting, is_new = Meeting.objects.get_or_create(
            board=board, starts_at=starts_at, defaults={"ends_at": ends_at}
        )
        made += is_new
    return made


def open_meeting(meeting: Meeting, *, actor: Any, with_what_awaits: bool = True) -> Meeting:
    """It begins: its agenda is what awaits the board now, and who opens it is there. Whoever tells
    the past has made the agenda already."""
    with moved(meeting, "open", actor=actor) as row:
        if with_what_awaits:
            fill_agenda(row)
        row.opened_at, row.opened_by = told_moment(), actor
        row.save()
        take_seat(row, actor)
    return row


def close_meeting(meeting: Meeting, *, actor: Any) -> Meeting:
    """It ends: the item under discussion too, everybody leaves, and the minutes are frozen."""
    with moved(meeting, "close", actor=actor) as row:
        at = told_moment()
        end_running_item(row)
        for there in Attendance.objects.filter(meeting=row, left_at__isnull=True):
            there.left_at = max(at, there.arrived_at)
            there.save(update_fields=["left_at"])
        row.closed_at, row.closed_by = at, actor
        text = canonical(content_of_meeting(row))
        Minutes.objects.create(meeting=row, content=text, sha256=hash_of(text), made_at=at)
    return row


def sign_minutes(meeting: Meeting, *, actor: Any, authentication: str, sha256: str) -> Meeting:
    """The chair answers for the minutes as the hash names them: for good.

    Refused: other minutes than those that were shown, and anything but the chair.
    """
    with moved(meeting, "sign", actor=actor) as row:
        if row.minutes.sha256 != sha256:
            raise Refused(_("these are not the minutes of this meeting"))
        row.signed_at, row.signed_by = told_moment(), actor
        row.signed_hash = row.minutes.sha256
        row.authentication = Authentication(authentication)
    return row


def cancel_meeting(meeting: Meeting, *, actor: Any, note: str) -> Meeting:
    """It does not take place; what awaits the board comes to the next one."""
    with moved(meeting, "cancel", actor=actor, note=note) as row:
        AgendaItem.objects.filter(meeting=row).delete()
    return row
