"""Being in a meeting: people sign in and out themselves, and say where they think otherwise."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from changes.enums import AttendanceKind
from changes.meeting_querysets import seats_at
from changes.models import Absence, AgendaItem, Attendance, Dissent, Meeting
from changes.services.meeting_locking import TABLE, held, must_be_in_session
from core.errors import NotAllowed, Refused
from records.services import mask_fields


def sign_in(meeting: Meeting, *, actor: Any) -> Attendance:
    """“I am here”: as a member, for the seat of somebody away, or as a guest. Twice is once."""
    with held(meeting, "sign_in", actor=actor) as row:
        must_be_in_session(row)
        return take_seat(row, actor)


def take_seat(row: Meeting, actor: Any) -> Attendance:
    """The same, of a meeting that the caller holds."""
    if actor is None or actor.person_id is None:
        raise NotAllowed(_("an account without a person takes part in no meeting"))
    here = Attendance.objects.filter(meeting=row, left_at__isnull=True)
    present = here.filter(person=actor.person_id).first()
    if present is not None:
        return present
    at = told_moment()
    kind, seat_of = _seat(row, actor, at, taken=here.values("seat_of"))
    return Attendance.objects.create(
        meeting=row,
        user=actor,
        person_id=actor.person_id,
        kind=kind,
        seat_of_id=seat_of,
        arrived_at=at,
    )


def sign_out(meeting: Meeting, *, actor: Any) -> Attendance | None:
    """Leaves; None where they were not there."""
    with held(meeting, "sign_out", actor=actor) as row:
        must_be_in_session(row)
        here = Attendance.objects.filter(meeting=row, left_at__isnull=True)
        present = here.filter(person=actor.person_id).first()
        if present is not None:
            present.left_at = max(told_moment(), present.arrived_at)
            present.save(update_fields=["left_at"])
    return present


def record_dissent(item: AgendaItem, *, actor: Any, text: str) -> Dissent:
    """Keep that a member thinks otherwise; it stands in the minutes beside what was decided.

    Refused to guests, before the item has begun, and twice.
    """
    with held(item.meeting, "record_dissent", actor=actor) as row:
        must_be_in_session(row)
        seats = Attendance.objects.filter(meeting=row, person=actor.person_id, left_at=None)
        if not seats.exclude(kind=AttendanceKind.GUEST).exists():
            raise NotAllowed(_("only members who are in the meeting record a dissent"))
        if not row.items.filter(pk=item.pk, started_at__isnull=False).exists():
            raise Refused(_("this item has not begun"))
        if Dissent.objects.filter(item=item, user=actor).exists():
            raise Refused(_("your dissent stands in the minutes already"))
        told = mask_fields(TABLE, {"text": text}, actor=actor, reference=row.reference)
        return Dissent.objects.create(
            meeting=row, item=item, user=actor, text=told["text"], said_at=told_moment()
        )


def _seat(row: Meeting, actor: Any, at: Any, taken: Any) -> tuple[AttendanceKind, int | None]:
    seats = seats_at(at).filter(board=row.board_id)
    free = seats.exclude(user__person__in=taken.filter(seat_of__isnull=False))
    if seats.filter(user__person=actor.person_id).exists():
        if free.filter(user__person=actor.person_id).exists():
            return AttendanceKind.MEMBER, actor.person_id
        return AttendanceKind.GUEST, None  # their substitute sits there
    away = Absence.objects.in_force(at).filter(substitute=actor.pk).values("user")
    stands_in = free.filter(Q(user__in=away)).order_by("-is_chair", "pk").first()
    if stands_in is not None:
        return AttendanceKind.SUBSTITUTE, stands_in.user.person_id
    return AttendanceKind.GUEST, None
