"""The card about changes: what waits for one's vote, and what one has a part in."""

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from changes import (
    control_cards,  # noqa: F401 -- offers its own cards
    page,
)
from changes.enums import MeetingStatus
from changes.meeting_lists import status_badge
from changes.models import Change, Meeting
from core.cards import Line, Lines, Link
from core.dashboard import Content, card, list_url, record_url
from core.showing import span

MOST = 6
MOST_MEETINGS = 3
SOON = timedelta(days=2)


@card("changes", _("Changes"), permission="changes.view_change")
def changes(user: Any, now: datetime) -> Content:
    """The next step of whoever votes on changes or makes them."""
    seen = Change.objects.visible_to(user)
    parts = []
    if user.has_perm("changes.approve_change"):
        asked = _lines(seen.awaiting_vote_of(user, now))
        more = Link(_("Decide one after the other"), reverse("admin:changes_workbench"))
        nothing = _("No change waits for your vote.")
        parts.append(Lines(asked, nothing, _("Awaiting my vote"), more))
        if meetings := _meetings(user, now):
            everything = Link(_("All meetings"), list_url(Meeting))
            parts.append(Lines(meetings, "", _("Meetings"), everything))
    own = _lines(seen.open().playing_a_part(user))
    if own or not parts:
        more = Link(_("All of mine"), f"{list_url(Change)}?tab=mine")
        nothing = _("You have a part in no open change.")
        parts.append(Lines(own, nothing, _("Mine"), more))
    return Content(tuple(parts), list_url(Change))


def _meetings(user: Any, now: datetime) -> tuple[Line, ...]:
    """What is in session, what comes within two days, and minutes that wait for one's signature."""
    found = Meeting.objects.visible_to(user).select_related("board")
    soon = found.to_come(now).filter(starts_at__lt=now + SOON)
    closed = found.filter(status=MeetingStatus.CLOSED, opened_by=user.pk)
    return tuple(
        Line(
            meeting.board.name,
            record_url(meeting),
            meeting.reference,
            badges=(status_badge(meeting),),
            facts=(span(meeting.starts_at, meeting.ends_at),),
        )
        for meeting in (soon | closed).order_by("starts_at", "pk")[:MOST_MEETINGS]
    )


def _lines(found: Any) -> tuple[Line, ...]:
    rows = found.select_related("team").defer("search").order_by("planned_start_at", "pk")[:MOST]
    return tuple(
        Line(
            change.title,
            record_url(change),
            change.reference,
            badges=tuple(b for b in (page.status_badge(change), page.risk_badge(change)) if b),
            facts=(page.window_of(change),),
        )
        for change in rows
    )
