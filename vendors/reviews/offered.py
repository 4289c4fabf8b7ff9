"""Which dialogs of a service review are offered to whom while it is how far."""

from typing import Any

from vendors.reviews.enums import MOVING, ReviewStatus
from vendors.reviews.permissions import may_keep_reviews, may_minute_reviews

PLANNING = {"refresh", "hold", "cancel"}
KEEPING = {"add_item", "remove_item", "add_attendee", "remove_attendee"}
MINUTING = {"minute", "attendance"}
OUTCOMES = {
    *("add_action", "finish_action", "verify_action", "reopen_action"),
    *("draft_improvement", "agree_improvement", "end_improvement"),
}
BESIDE = {
    *("minute", "remove_item", "remove_attendee", "finish_action", "verify_action"),
    *("reopen_action", "drop_action", "agree_improvement", "end_improvement"),
}
"""They stand beside what they are about."""


def offered_to(user: Any, review: Any) -> set[str]:
    """The names of the dialogs."""
    offered: set[str] = set()
    is_held = review.status in (ReviewStatus.HELD, ReviewStatus.CLOSED)
    if may_keep_reviews(user):
        offered |= PLANNING if review.status == ReviewStatus.PLANNED else set()
        offered |= {"close"} if review.status == ReviewStatus.HELD else set()
        offered |= KEEPING if review.status in MOVING else set()
        offered |= {"drop_action"} if is_held else set()
    if may_minute_reviews(user):
        offered |= MINUTING if review.status == ReviewStatus.HELD else set()
        offered |= OUTCOMES if is_held else set()
    return offered
