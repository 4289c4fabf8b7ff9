"""When: each rule looks at a meeting and gives the reason against an action, or None."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from changes.attendance import chairs
from changes.enums import MeetingStatus
from changes.models import Meeting
from core.errors import Reason


def is_its_chair(meeting: Meeting, actor: Any) -> Reason | None:
    """The chair of its board, or whoever stands in for them."""
    if actor is None or chairs(meeting.board_id, told_moment(), actor):
        return None
    return _("only the chair of the board does this")


def is_the_only_one(meeting: Meeting, actor: Any) -> Reason | None:
    """A board is in one meeting at a time."""
    others = Meeting.objects.filter(board=meeting.board_id, status=MeetingStatus.IN_SESSION)
    return _("another meeting of this board is in session") if others.exists() else None
