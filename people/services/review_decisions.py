"""What reviewers decide about one account, and the removals that follow."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused
from core.writing import hold
from people.enums import ReviewDecision, ReviewStatus
from people.models import AccessRemoval, AccessReview, AccessReviewItem, RoleGrant, User
from people.review_schedule import REMOVED_WITHIN
from people.review_workflow import may_review_access, may_run_reviews
from people.services.authority import is_same_person
from people.services.review_messages import ask_for_removal, ask_one_reviewer
from people.services.reviews import ask_for_sign_off, refusals_of_the_database
from records.services import mask_fields

TABLE = "people_accessreviewitem"


def keep_access(item: AccessReviewItem, *, actor: Any, comment: str = "") -> AccessReviewItem:
    """The account keeps what the list says."""
    with _deciding(item, ReviewDecision.KEEP, actor=actor, comment=comment) as row:
        pass
    return row


def change_access(
    item: AccessReviewItem, *, actor: Any, comment: str, grants: Iterable[RoleGrant]
) -> AccessReviewItem:
    """Some of its grants have to end. ValidationError for none, or for one that is not there."""
    with _deciding(item, ReviewDecision.CHANGE, actor=actor, comment=comment) as row:
        chosen = {grant.pk for grant in grants}
        found = list(grants_left(row).filter(pk__in=chosen))
        if not found or len(found) != len(chosen):
            raise ValidationError({"grants": _("Choose among the roles that the account holds.")})
        row.wanted = found
    return row


def remove_access(item: AccessReviewItem, *, actor: Any, comment: str) -> AccessReviewItem:
    """The account has to be disabled; of one that is disabled already, every grant has to end."""
    with _deciding(item, ReviewDecision.REMOVE, actor=actor, comment=comment) as row:
        row.wanted = [None] if row.account.is_active else list(grants_left(row))
        if not row.wanted:
            raise Refused(_("nothing is left to take away"))
    return row


def assign_reviewer(
    item: AccessReviewItem, *, actor: Any, reviewer: User, reason: str
) -> AccessReviewItem:
    """Ask somebody else. Refused for the account's own person and once it is decided."""
    if actor is not None and not may_run_reviews(actor):
        raise NotAllowed(_("your role does not include this action"))
    if not reason.strip():
        raise ValidationError({"reason": _("Give a reason.")})
    with (
        refusals_of_the_database(),
        acting(actor=actor, action="access_review.assign"),
    ):
        row = hold(item, actor=actor)
        review = AccessReview.objects.get(pk=row.review_id)
        if review.status != ReviewStatus.RUNNING or row.decision:
            raise Refused(_("only accounts that wait for a decision get another reviewer"))
        if is_same_person(reviewer, row.account):
            raise Refused(_("nobody reviews their own access"))
        if not (reviewer.is_active and may_review_access(reviewer)):
            raise ValidationError({"reviewer": _("The role of this account does not review.")})
        told = mask_fields(TABLE, {"reason": reason.strip()}, actor=actor)
        with acting(reason=told["reason"]):
            row.reviewer = reviewer
            row.save()
        ask_one_reviewer(review, reviewer)
    row.refresh_from_db()
    return row


def grants_left(item: AccessReviewItem) -> Any:
    """What the account still holds of roles, now or later."""
    return RoleGrant.objects.not_ended(told_moment()).filter(user=item.account_id)


def note_ended_access(account: User | None = None) -> int:
    """Mark the removals of which nothing is left, of one account or of all; with when it ended.
    Returns how many. In the caller's transaction, or in one of its own."""
    at = told_moment()
    rows = AccessRemoval.objects.really_ended(at).filter(item__review__status=ReviewStatus.RUNNING)
    if account is not None:
        rows = rows.filter(item__account=account)
    done = list(rows.select_related("grant", "item__review").order_by("pk"))
    for row in done:
        ended = row.grant.ends_at if row.grant and row.grant.ends_at else at
        row.done_at = max(ended, row.asked_at)
        row.save(update_fields=["done_at"])
    for review in {row.item.review for row in done}:
        ask_for_sign_off(review)
    return len(done)


@contextmanager
def _deciding(
    item: AccessReviewItem, decision: ReviewDecision, *, actor: Any, comment: str
) -> Iterator[Any]:
    """Yields the locked item, checked; saves the decision, and the removals in `wanted`."""
    with (
        refusals_of_the_database(),
        acting(actor=actor, action=f"access_review.{decision}"),
    ):
        row: Any = hold(item, actor=actor)
        row.wanted = []
        _check(row, actor)
        comment = comment.strip()
        if decision != ReviewDecision.KEEP and not comment:
            raise ValidationError({"comment": _("Say why, where access is not kept.")})
        told = mask_fields(TABLE, {"comment": comment}, actor=actor)
        with acting(reason=told["comment"]):
            yield row
            at = told_moment()
            row.decision, row.comment = decision, told["comment"]
            row.decided_by, row.decided_at = actor, at
            row.save()
            due_on = timezone.localdate(at) + REMOVED_WITHIN
            for grant in row.wanted:
                AccessRemoval.objects.create(item=row, grant=grant, asked_at=at, due_on=due_on)
        if row.wanted:
            ask_for_removal(row)
        ask_for_sign_off(row.review)
    row.refresh_from_db()


def _check(row: AccessReviewItem, actor: Any) -> None:
    if row.review.status != ReviewStatus.RUNNING:
        raise Refused(_("the review is not running"))
    if is_same_person(actor, row.account):
        raise NotAllowed(_("nobody reviews their own access"))
    if actor is None or row.reviewer_id != actor.pk or not may_review_access(actor):
        raise NotAllowed(_("somebody else reviews this account"))
    if row.decision in (ReviewDecision.CHANGE, ReviewDecision.REMOVE):
        raise Refused(_("this access is being taken away already"))
