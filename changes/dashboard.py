"""The card about changes: what waits for one's vote, and what one has a part in."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from changes import (
    control_cards,  # noqa: F401 -- offers its own cards
    page,
)
from changes.models import Change
from core.cards import Line, Lines, Link
from core.dashboard import Content, card, list_url, record_url

MOST = 6


@card("changes", _("Changes"), permission="changes.view_change")
def changes(user: Any, now: datetime) -> Content:
    """The next step of whoever votes on changes or makes them."""
    seen = Change.objects.visible_to(user)
    parts = []
    if user.has_perm("changes.approve_change"):
        asked = _lines(seen.awaiting_vote_of(user, now))
        more = Link(_("Everything that awaits my vote"), f"{list_url(Change)}?tab=vote")
        nothing = _("No change waits for your vote.")
        parts.append(Lines(asked, nothing, _("Awaiting my vote"), more))
    own = _lines(seen.open().playing_a_part(user))
    if own or not parts:
        more = Link(_("All of mine"), f"{list_url(Change)}?tab=mine")
        nothing = _("You have a part in no open change.")
        parts.append(Lines(own, nothing, _("Mine"), more))
    return Content(tuple(parts), list_url(Change))


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
