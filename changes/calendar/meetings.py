"""The meetings of boards, in the calendar and in a member's own."""

from django.urls import reverse

from changes.calendar.events import Asked, Event, Standing
from changes.enums import MeetingStatus
from changes.meeting_querysets import MeetingQuerySet
from changes.models import Meeting

MOST = 500
_AHEAD = (MeetingStatus.PLANNED, MeetingStatus.IN_SESSION)


def meetings_held(asked: Asked) -> list[Event]:
    """The meetings that a person sees, but for those that were cancelled."""
    return _events(
        Meeting.objects.visible_to(asked.user).exclude(status=MeetingStatus.CANCELLED), asked
    )


def own_meetings(asked: Asked) -> list[Event]:
    """Those of their boards; cancelled ones too, so that a program takes them out."""
    return _events(Meeting.objects.visible_to(asked.user).of_boards_of(asked.user), asked)


def _events(meetings: MeetingQuerySet, asked: Asked) -> list[Event]:
    span = meetings.filter(starts_at__lt=asked.end, ends_at__gt=asked.start)
    found = span.select_related("board").order_by("starts_at", "pk")[:MOST]
    return [
        Event(
            kind="meeting",
            key=meeting.reference,
            title=meeting.board.name,
            starts_at=meeting.starts_at,
            ends_at=meeting.ends_at,
            url=reverse("admin:changes_meeting_change", args=[meeting.pk]),
            reference=meeting.reference,
            tone="blue" if meeting.status in _AHEAD else "plain",
            state=meeting.get_status_display(),
            standing=_standing(meeting),
            sequence=meeting.version,
        )
        for meeting in found
    ]


def _standing(meeting: Meeting) -> Standing:
    if meeting.status == MeetingStatus.CANCELLED:
        return Standing.CANCELLED
    return Standing.CONFIRMED
