"""The card about reviews of access: what waits for oneself, and how far it is for who runs it."""

from datetime import datetime
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.cards import Figure, Figures, Line, Lines
from core.dashboard import Content, card, list_url, record_url
from core.showing import shown
from people.models import AccessRemoval, AccessReview, AccessReviewItem
from people.review_lists import status_badge, with_progress

MOST = 5


@card("access_reviews", _("Reviews of access"), permission="people.view_accessreview")
def access_reviews(user: Any, now: datetime) -> Content | None:
    """Only where a review is open: one's own accounts, the late ones, and open removals."""
    seen = AccessReview.objects.visible_to(user).open().select_related("team")
    reviews = list(with_progress(seen).order_by("-pk")[:MOST])
    if not reviews:
        return None
    on = timezone.localdate(now)
    items = AccessReviewItem.objects.visible_to(user)
    mine = items.waiting().filter(reviewer=user.pk)
    late = items.late(on).count()
    removals = AccessRemoval.objects.visible_to(user).open().count()
    own = mine.count()
    rows = list_url(AccessReviewItem)
    figures = (
        Figure(_("Wait for me"), own, f"{rows}?tab=mine", tone="orange" if own else ""),
        Figure(_("Overdue"), late, f"{rows}?tab=all&is_late=true", tone="red" if late else ""),
        Figure(
            _("Open removals"), removals, f"{rows}?tab=removals", tone="orange" if removals else ""
        ),
    )
    lines = tuple(
        Line(
            review.scope,
            record_url(review),
            review.reference,
            badges=(status_badge(review),),
            facts=(_("due on"), shown(review.due_on)),
        )
        for review in reviews
    )
    return Content((Figures(figures), Lines(lines, "")), list_url(AccessReview))
