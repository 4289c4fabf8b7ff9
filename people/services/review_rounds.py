"""What the days bring to reviews of access: the next one, its start, reminders, what has ended."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone

from people.models import AccessRemoval, AccessReview, User
from people.review_schedule import (
    ANNOUNCED_BEFORE,
    ESCALATED_AFTER,
    REMINDED_BEFORE,
    next_start,
)
from people.review_workflow import may_review_access
from people.roles import Role
from people.services.review_decisions import note_ended_access
from people.services.review_messages import (
    ask_reviewers,
    holders,
    tell_of_late,
    tell_of_late_removals,
)
from people.services.reviews import announce_review, start_review, starts_today


def keep_reviews(at: datetime) -> None:
    """Announce the next review of all accounts, start what is due, and remind."""
    with transaction.atomic():
        note_ended_access()
        announce_next(at)
        for review in starts_today(at):
            start_review(review, actor=None)
        on = timezone.localdate(at)
        for review in AccessReview.objects.running().select_related("owner", "team"):
            waits = review.items.undecided().exists()
            if waits and on > review.due_on + ESCALATED_AFTER:
                tell_of_late(review, is_escalated=True)
            elif waits and on > review.due_on:
                tell_of_late(review, is_escalated=False)
            elif waits and on >= review.due_on - REMINDED_BEFORE:
                ask_reviewers(review, occasion="reminder")
            if AccessRemoval.objects.late(on).filter(item__review=review).exists():
                tell_of_late_removals(review, on)


def announce_next(at: datetime) -> AccessReview | None:
    """Two weeks before six calendar months have passed since the last list of all accounts; at once
    where there never was one. None while one is open, or nobody could own it."""
    of_all = AccessReview.objects.of_everything()
    if of_all.open().exists():
        return None
    on = timezone.localdate(at)
    last = of_all.filter(extracted_at__isnull=False).order_by("-extracted_at").first()
    if last is None or last.extracted_at is None:
        starts_on = on + ANNOUNCED_BEFORE
    else:
        starts_on = next_start(timezone.localdate(last.extracted_at))
        if on < starts_on - ANNOUNCED_BEFORE:
            return None
    owner = _owner_after(last)
    if owner is None:
        return None
    return announce_review(actor=None, owner=owner, starts_on=max(starts_on, on))


def _owner_after(last: AccessReview | None) -> User | None:
    """Who owned the last one, while they still may; else a security administrator."""
    before = [last.owner] if last and last.owner.is_active else []
    for one in (*before, *holders(Role.SECURITY_ADMIN)):
        if may_review_access(one):
            return one
    return None
