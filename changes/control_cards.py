"""Cards about the controls of change: the exceptions by kind, and the reviews that are due."""

from datetime import datetime
from typing import Any

from django.db.models import Count
from django.utils.translation import gettext_lazy as _

from changes.enums import ControlKind
from changes.freeze_exception_page import state_badge
from changes.models import ControlException, FreezeException
from changes.permissions import may_review_freeze_exceptions
from core.cards import Figure, Figures, Line, Lines
from core.dashboard import Content, card, list_url, record_url
from core.showing import span

MOST = 6


@card("control_exceptions", _("Control exceptions"), permission="changes.view_controlexception")
def control_exceptions(user: Any, now: datetime) -> Content:
    """How many of each kind there are; each number opens its rows."""
    seen = ControlException.objects.visible_to(user).order_by()
    counts = dict(seen.values_list("kind").annotate(n=Count("pk")))
    figures = tuple(
        Figure(
            kind.label,
            counts.get(kind.value, 0),
            list_url(ControlException, kind=kind.value),
            tone="orange" if counts.get(kind.value) else "",
        )
        for kind in ControlKind
    )
    return Content((Figures(figures),), list_url(ControlException))


@card("freeze_reviews", _("Freeze exceptions to review"), permission="changes.view_freezewindow")
def freeze_reviews(user: Any, now: datetime) -> Content | None:
    """For who answers for freezes: what was let in, is over, and nobody has reviewed."""
    if not user.has_perm("changes.change_freezewindow") or not may_review_freeze_exceptions(user):
        return None
    seen = FreezeException.objects.visible_to(user).awaiting_review(now)
    rows = seen.exclude(asked_by__person=user.person_id).select_related("change", "window")
    lines = tuple(
        Line(
            held.change.title,
            f"{record_url(held.change)}#freezes",
            held.change.reference,
            badges=(state_badge(held),),
            facts=(str(held.window), span(held.occurs_at, held.ends_at)),
        )
        for held in rows.order_by("review_due_at", "pk")[:MOST]
    )
    if not lines:
        return None
    return Content((Lines(lines, _("No freeze exception waits for a review.")),))
