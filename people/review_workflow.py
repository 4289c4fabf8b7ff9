"""What becomes of a review of access: the table of transitions, who, and its rules."""

from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext_lazy

from core.errors import Reason
from core.transitions import Transition, Workflow
from people.enums import ReviewStatus
from people.models import AccessRemoval
from people.scope import scope_of


def may_run_reviews(actor: Any) -> bool:
    """Nobody stands for the system: it starts what is due."""
    return actor is None or "people.change_accessreview" in scope_of(actor).permissions


def may_sign_reviews(actor: Any) -> bool:
    """Management, which runs no review itself."""
    return actor is not None and "people.sign_accessreview" in scope_of(actor).permissions


def may_review_access(actor: Any) -> bool:
    return "people.change_accessreviewitem" in scope_of(actor).permissions


def everything_is_decided(review: Any, actor: Any) -> Reason | None:
    left = review.items.undecided().count()
    text = ngettext_lazy(
        "%(n)s account is not decided yet", "%(n)s accounts are not decided yet", "n"
    )
    return text % {"n": left} if left else None


def nothing_is_left_to_remove(review: Any, actor: Any) -> Reason | None:
    left = AccessRemoval.objects.open().filter(item__review=review).count()
    text = ngettext_lazy(
        "%(n)s removal of access is not done yet", "%(n)s removals of access are not done yet", "n"
    )
    return text % {"n": left} if left else None


def reviewed_nobody_in_it(review: Any, actor: Any) -> Reason | None:
    """Whoever reviewed, under whichever account, does not sign for it."""
    if actor is None:
        return None
    mine = review.items.filter(reviewer=actor.pk)
    if actor.person_id:
        mine = mine | review.items.filter(reviewer__person=actor.person_id)
    return _("you reviewed access in it yourself") if mine.exists() else None


def nobody_reviewed_themselves(review: Any, actor: Any) -> Reason | None:
    found = review.items.reviewed_by_themselves()
    return _("somebody would have reviewed their own access") if found.exists() else None


REVIEW_WORKFLOW = Workflow(
    Transition(
        "start",
        (ReviewStatus.ANNOUNCED,),
        ReviewStatus.RUNNING,
        may_run_reviews,
        _("Take the list and start"),
    ),
    Transition(
        "sign_off",
        (ReviewStatus.RUNNING,),
        ReviewStatus.CLOSED,
        may_sign_reviews,
        _("Sign off"),
        (
            everything_is_decided,
            nothing_is_left_to_remove,
            reviewed_nobody_in_it,
            nobody_reviewed_themselves,
        ),
    ),
    Transition(
        "cancel",
        (ReviewStatus.ANNOUNCED,),
        ReviewStatus.CANCELLED,
        may_run_reviews,
        _("Cancel the review"),
    ),
)
