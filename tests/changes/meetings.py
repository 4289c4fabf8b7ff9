"""Meetings for the tests: they come about as they do in the portal."""

from datetime import timedelta
from typing import Any

from django.utils import timezone

from changes import services
from changes.models import Meeting
from tests.factories import boards


def a_meeting(cast: Any, status: str = "planned", **given: Any) -> Meeting:
    """A meeting of the Mexican CAB that `cab_chair` called, and took as far as asked."""
    boards(cast)
    from changes.models import Board

    now = timezone.now()
    facts = {"starts_at": now + timedelta(days=1), "ends_at": now + timedelta(days=1, hours=1)}
    board = Board.objects.get(is_emergency=False)
    chair = cast.cab_chair
    meeting = services.call_meeting(board, actor=chair, **facts | given)
    if status in ("in_session", "closed", "signed"):
        meeting = services.open_meeting(meeting, actor=chair)
    if status in ("closed", "signed"):
        for item in meeting.items.all():
            services.start_item(item, actor=chair)
        meeting = services.close_meeting(meeting, actor=chair)
    if status == "signed":
        meeting = sign(meeting, chair)
    if status == "cancelled":
        meeting = services.cancel_meeting(meeting, actor=chair, note="Nothing awaits")
    return meeting


def sign(meeting: Meeting, user: Any) -> Meeting:
    return services.sign_minutes(
        meeting, actor=user, authentication="password", sha256=meeting.minutes.sha256
    )


def before_the_board(cast: Any, **given: Any) -> Any:
    """A change of medium risk that awaits the board alone."""
    from tests.factories import a_change, vote

    change = a_change(cast, "awaiting_approval", risk=given.pop("risk", "medium"), **given)
    vote(change, cast.peer)
    vote(change, cast.service_owner)
    change.refresh_from_db()
    return change
