"""Actions and improvement plans that service reviews agree on, until somebody else says that they
are done."""

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from core.errors import Refused, ValidationError
from records.services import mask_fields
from vendors.models import ImprovementPlan, ReviewAction, ServiceReview
from vendors.reviews.enums import ActionStatus, PlanStatus, ReviewStatus
from vendors.reviews.workflow import ACTION_WORKFLOW, PLAN_WORKFLOW
from vendors.services.service_reviews import MINUTE, TABLE, holding


def add_action(
    review: ServiceReview,
    *,
    actor: Any,
    what: str,
    due_on: date,
    owner: Any = None,
    contact: str = "",
) -> ServiceReview:
    """Agree that somebody of ours, or of the vendor, does something until a day. Refused before the
    review was held and after it was cancelled."""
    with holding(review, "add_action", actor=actor, permission=MINUTE) as row:
        _check_held(row)
        if (owner is None) == (not contact.strip()):
            text = _("Name somebody of ours or of the vendor, not both.")
            raise ValidationError({"contact": text})
        given = {"what": what, "contact": contact}
        told = mask_fields(TABLE, given, actor=actor, reference=row.reference)
        action = ReviewAction(
            review=row,
            what=told["what"].strip(),
            owner=owner,
            contact=told["contact"].strip(),
            due_on=due_on,
        )
        _check_day(due_on, row)
        action.full_clean(exclude=["review"])
        action.save()
    return row


def finish_action(review: ServiceReview, *, actor: Any, part: ReviewAction, note: str) -> Any:
    """Report an action as done, with its evidence."""
    with holding(review, "finish_action", actor=actor, permission=MINUTE) as row:
        action = _move_action(row, part, "finish", actor)
        action.note = _said(row, note, actor)
        action.done_at, action.done_by = told_moment(), actor
        action.save()
    return row


def verify_action(review: ServiceReview, *, actor: Any, part: ReviewAction) -> Any:
    """Say that it is done indeed. Not by its owner, nor by whoever reported it."""
    with holding(review, "verify_action", actor=actor, permission=MINUTE) as row:
        action = _move_action(row, part, "verify", actor)
        action.verified_at, action.verified_by = told_moment(), actor
        action.save()
    return row


def reopen_action(review: ServiceReview, *, actor: Any, part: ReviewAction, note: str) -> Any:
    """It is not done after all."""
    said = _said(review, note, actor)
    with holding(review, "reopen_action", actor=actor, permission=MINUTE, note=said) as row:
        action = _move_action(row, part, "reopen", actor)
        action.done_at = action.done_by = None
        action.save()
    return row


def drop_action(review: ServiceReview, *, actor: Any, part: ReviewAction, note: str) -> Any:
    """It is not done, for a reason."""
    with holding(review, "drop_action", actor=actor) as row:
        action = _move_action(row, part, "drop", actor)
        action.note = _said(row, note, actor)
        action.save()
    return row


def draft_improvement(
    review: ServiceReview,
    *,
    actor: Any,
    kpi: str,
    target_value: Decimal,
    due_on: date,
    measures: str,
    contact: str,
    owner: Any,
) -> ServiceReview:
    """Draft by when a figure of the review's scorecard reaches what, by which measures.

    Refused: a figure that is not known, a target that is no better, and a day that is past.
    """
    with holding(review, "draft_improvement", actor=actor, permission=MINUTE) as row:
        _check_held(row)
        lines = row.scorecard.lines.select_related("kpi")
        line = lines.filter(kpi__key=kpi, value__isnull=False).first()
        if line is None:
            raise ValidationError({"kpi": _("Nothing is known of this figure.")})
        rises = line.kpi.target > line.kpi.floor
        is_better = target_value > line.value if rises else target_value < line.value
        if not is_better:
            raise ValidationError({"target_value": _("This is no better than what it is.")})
        if row.plans.filter(kpi=line.kpi).exists():
            raise Refused(_("this review has a plan for this figure already"))
        _check_day(due_on, row)
        given = {"measures": measures, "contact": contact}
        told = mask_fields(TABLE, given, actor=actor, reference=row.reference)
        plan = ImprovementPlan(
            review=row,
            kpi=line.kpi,
            from_value=line.value,
            target_value=target_value,
            due_on=due_on,
            measures=told["measures"].strip(),
            contact=told["contact"].strip(),
            owner=owner,
            drafted_by=actor,
        )
        plan.full_clean(exclude=["review", "kpi", "drafted_by"])
        plan.save()
    return row


def agree_improvement(review: ServiceReview, *, actor: Any, part: ImprovementPlan) -> Any:
    """Both sides agree to a plan; from now on it says the same."""
    with holding(review, "agree_improvement", actor=actor, permission=MINUTE) as row:
        plan = _move_plan(row, part, "agree", actor)
        plan.agreed_at, plan.agreed_by = told_moment(), actor
        plan.save()
    return row


def end_improvement(
    review: ServiceReview, *, actor: Any, part: ImprovementPlan, met: bool, note: str
) -> Any:
    """Close a plan as met or not met. Not by whoever drafted it."""
    with holding(review, "end_improvement", actor=actor, permission=MINUTE) as row:
        plan = _move_plan(row, part, "meet" if met else "miss", actor)
        plan.note = _said(row, note, actor)
        plan.ended_at, plan.ended_by = told_moment(), actor
        plan.save()
    return row


def _move_action(review: ServiceReview, part: ReviewAction, action: str, actor: Any) -> Any:
    row = review.actions.select_for_update(of=("self",), no_key=True).get(pk=part.pk)
    row.status = ActionStatus(ACTION_WORKFLOW.check(row, action, actor).target)
    return row


def _move_plan(review: ServiceReview, part: ImprovementPlan, action: str, actor: Any) -> Any:
    row = review.plans.select_for_update(of=("self",), no_key=True).get(pk=part.pk)
    row.status = PlanStatus(PLAN_WORKFLOW.check(row, action, actor).target)
    return row


def _check_held(review: ServiceReview) -> None:
    if review.status not in (ReviewStatus.HELD, ReviewStatus.CLOSED):
        raise Refused(_("the review has not been held"))


def _check_day(day: date, review: ServiceReview) -> None:
    if day < timezone.localdate(review.held_at):
        raise ValidationError({"due_on": _("Choose a day on or after that of the review.")})


def _said(review: ServiceReview, note: str, actor: Any) -> str:
    told = mask_fields(TABLE, {"note": note}, actor=actor, reference=review.reference)
    if not told["note"].strip():
        raise ValidationError({"note": _("Say how or why.")})
    return told["note"].strip()
