"""Who is in a meeting and for whose seat, as far as it matters for a step: reading only."""

from typing import Any

from django.db.models import Q

from changes.enums import MeetingStatus, StepStatus
from changes.meeting_querysets import seats_at
from changes.models import Absence, AgendaItem, ApprovalStep, Attendance, Meeting


def present_seats(meeting: Meeting) -> set[int]:
    """The persons whose seats are taken now, by themselves or by a substitute; no guests."""
    here = Attendance.objects.filter(meeting=meeting, left_at__isnull=True)
    return set(here.filter(seat_of__isnull=False).values_list("seat_of", flat=True))


def present_for(step: ApprovalStep) -> set[int]:
    """The electors of a step who are in the meeting that has its change on the agenda. Whoever is
    there but has no seat in the step counts for nothing."""
    if step.board_id is None:
        return set()
    about = AgendaItem.objects.filter(
        meeting__board=step.board_id,
        meeting__status=MeetingStatus.IN_SESSION,
        change__versions__round__steps=step.pk,
    )
    here = Attendance.objects.filter(left_at__isnull=True, meeting__in=about.values("meeting"))
    electors = step.electors.values("person")
    return set(here.filter(seat_of__in=electors).values_list("seat_of", flat=True))


def step_of(meeting: Meeting, change: Any) -> ApprovalStep | None:
    """The latest step about a change that asked the meeting's board; voided ones too, where there
    is no other."""
    asked = ApprovalStep.objects.filter(board=meeting.board_id, round__content__change=change)
    return asked.select_related("round__content").order_by("-round__content__number").first()


def steps_of(meeting: Meeting) -> dict[int, ApprovalStep]:
    """The same for the whole agenda, by change, in one query."""
    asked = ApprovalStep.objects.filter(
        board=meeting.board_id, round__content__change__agenda_items__meeting=meeting
    )
    rows = asked.select_related("round__content").order_by("round__content__number")
    return {step.round.content.change_id: step for step in rows}


def open_steps_for(board_id: int) -> Any:
    """What awaits a board: its open steps about the versions that are current."""
    return ApprovalStep.objects.filter(
        board=board_id, status=StepStatus.OPEN, round__status=StepStatus.OPEN
    ).exclude(round__content__change__version_hash="")


def chairs(board_id: int, at: Any, user: Any) -> bool:
    """Whether somebody chairs a board, by their own seat or for a chair who is away."""
    if user is None or not user.is_active:
        return False
    away = Absence.objects.in_force(at).filter(substitute=user.pk).values("user")
    seats = seats_at(at).filter(board=board_id, is_chair=True)
    return bool(seats.filter(Q(user=user.pk) | Q(user__in=away)).exists())
