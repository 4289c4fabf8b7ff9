"""What becomes of a review and of a dispute about a rating: the transitions, who, and when."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from audit.context import told_moment
from core.errors import Reason
from core.transitions import Transition, Workflow
from people.models import QualityReview
from people.quality.enums import DisputeStatus as D
from people.quality.enums import QualityReviewStatus as R
from people.scope import scope_of

DISPUTED_WITHIN = timedelta(days=30)


def may_plan(actor: Any) -> bool:
    return "people.change_qualityplan" in scope_of(actor).permissions


def may_review(actor: Any) -> bool:
    return "people.change_qualityreview" in scope_of(actor).permissions


def _acts(actor: Any) -> bool:
    return actor is not None and may_review(actor)


def is_the_reviewer(review: Any, actor: Any) -> Reason | None:
    return None if actor.pk == review.reviewer_id else _("another person reviews this")


def is_not_revealed(review: Any, actor: Any) -> Reason | None:
    return _("the reviews of this work are told already") if review.work.revealed_at else None


def is_asked_by_somebody(review: Any, actor: Any) -> Reason | None:
    """Work without any review is none that was reviewed."""
    if review.is_own_work:
        return None
    others = QualityReview.objects.filter(work=review.work_id, is_own_work=False)
    left = others.filter(status__in=[R.ASSIGNED, R.SUBMITTED]).exclude(pk=review.pk)
    return None if left.exists() else _("nobody else reviews this work: ask for another reviewer")


def is_of_the_actor(review: Any, actor: Any) -> Reason | None:
    if actor.person_id is not None and actor.person_id == review.work.person_id:
        return None
    return _("only the person whose work it is disputes a rating")


def is_of_another(review: Any, actor: Any) -> Reason | None:
    return _("this is your own review") if review.is_own_work else None


def is_revealed_lately(review: Any, actor: Any) -> Reason | None:
    revealed = review.work.revealed_at
    if revealed is None:
        return _("its reviews are not told yet")
    if told_moment() > revealed + DISPUTED_WITHIN:
        return _("ratings are disputed within 30 days")
    return None


def reviewed_it(dispute: Any, actor: Any) -> Reason | None:
    return None if actor.pk == dispute.rating.review.reviewer_id else _("the reviewer answers this")


def raised_it(dispute: Any, actor: Any) -> Reason | None:
    return None if actor.pk == dispute.raised_by_id else _("only who raised it may do this")


def arbitrates(dispute: Any, actor: Any) -> Reason | None:
    arbiter = dispute.rating.review.work.draw.plan.arbiter_id
    return None if actor.pk == arbiter else _("the arbiter decides this")


REVIEW_WORKFLOW = Workflow(
    Transition(
        "submit",
        (R.ASSIGNED,),
        R.SUBMITTED,
        _acts,
        pgettext_lazy("quality review", "Submit"),
        (is_the_reviewer, is_not_revealed),
    ),
    Transition(
        "decline",
        (R.ASSIGNED,),
        R.DECLINED,
        _acts,
        pgettext_lazy("quality review", "Decline"),
        (is_the_reviewer, is_asked_by_somebody),
    ),
    Transition(
        "dispute",
        (R.SUBMITTED,),
        R.SUBMITTED,
        _acts,
        pgettext_lazy("quality review", "Dispute a rating"),
        (is_of_another, is_of_the_actor, is_revealed_lately),
    ),
)

DISPUTE_WORKFLOW = Workflow(
    Transition(
        "concede",
        (D.RAISED,),
        D.SETTLED,
        _acts,
        pgettext_lazy("dispute", "Accept the proposal"),
        (reviewed_it,),
    ),
    Transition(
        "keep",
        (D.RAISED,),
        D.KEPT,
        _acts,
        pgettext_lazy("dispute", "Keep the rating"),
        (reviewed_it,),
    ),
    Transition(
        "withdraw",
        (D.RAISED, D.KEPT, D.ESCALATED),
        D.SETTLED,
        _acts,
        pgettext_lazy("dispute", "Accept the rating"),
        (raised_it,),
    ),
    Transition(
        "escalate",
        (D.KEPT,),
        D.ESCALATED,
        _acts,
        pgettext_lazy("dispute", "Ask the arbiter"),
        (raised_it,),
    ),
    Transition(
        "decide",
        (D.ESCALATED,),
        D.SETTLED,
        _acts,
        pgettext_lazy("dispute", "Decide"),
        (arbitrates,),
    ),
)
