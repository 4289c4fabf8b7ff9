"""Disputes about a rating: raised by whose work it is, answered by the reviewer, decided by the
arbiter; each of the three has a week."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import Refused, ValidationError
from core.writing import hold
from notifications.enums import MessageKind
from notifications.services import notify
from people.models import QualityDispute, QualityReview, User
from people.quality.enums import DisputeStatus, Scale
from people.quality.workflow import DISPUTE_WORKFLOW, REVIEW_WORKFLOW
from people.services.quality_reviews import score_of
from people.services.reviews import refusals_of_the_database
from records.services import mask_fields

TABLE = "people_qualitydispute"
A_STEP = timedelta(days=7)
LONGEST = 2_000


def raise_dispute(
    review: QualityReview, *, actor: Any, criterion: str, proposed: int, reason: str
) -> QualityDispute:
    """Propose another rating for a criterion, with a reason. Of the own work, within 30 days of
    when its reviews were told, once for each rating."""
    with refusals_of_the_database(), acting(actor=actor, action="quality_review.dispute"):
        row = hold(review, actor=actor)
        REVIEW_WORKFLOW.check(row, "dispute", actor)
        rating = row.ratings.select_related("criterion").filter(criterion__key=criterion).first()
        if rating is None or rating.rating is None:
            raise ValidationError({"criterion": _("It was not rated.")})
        if proposed not in Scale(rating.criterion.scale).ratings:
            raise ValidationError({"proposed": _("This is not on the scale.")})
        if proposed == rating.rating:
            raise ValidationError({"proposed": _("This is the rating that it has.")})
        if QualityDispute.objects.filter(rating=rating).exists():
            raise Refused(_("this rating was disputed already"))
        dispute = QualityDispute(
            rating=rating,
            raised_by=actor,
            raised_at=told_moment(),
            proposed=proposed,
            reason=_words(reason, "reason", actor),
            due_on=_in_a_week(),
        )
        dispute.save()
        dispute.refresh_from_db()
        _tell(dispute, row.reviewer)
    return dispute


def concede_dispute(dispute: QualityDispute, *, actor: Any, note: str = "") -> QualityDispute:
    """The reviewer takes the proposed rating."""
    with _step(dispute, "concede", actor) as row:
        row.answer = _words(note, "note", actor) if note.strip() else ""
        _settle(row, actor, row.proposed)
        _tell(row, row.raised_by)
    return row


def keep_rating(dispute: QualityDispute, *, actor: Any, note: str) -> QualityDispute:
    """The reviewer keeps it and says why; who raised it accepts that or asks the arbiter."""
    with _step(dispute, "keep", actor) as row:
        row.answer = _words(note, "note", actor)
        row.due_on = _in_a_week()
        _tell(row, row.raised_by)
    return row


def withdraw_dispute(dispute: QualityDispute, *, actor: Any) -> QualityDispute:
    """Who raised it accepts the rating as it is."""
    with _step(dispute, "withdraw", actor) as row:
        _settle(row, actor, None)
    return row


def escalate_dispute(dispute: QualityDispute, *, actor: Any) -> QualityDispute:
    """Who raised it asks the arbiter."""
    with _step(dispute, "escalate", actor) as row:
        row.due_on = _in_a_week()
        _tell(row, row.rating.review.work.draw.plan.arbiter)
    return row


def decide_dispute(
    dispute: QualityDispute, *, actor: Any, rating: int, note: str
) -> QualityDispute:
    """The arbiter says which rating counts, the one that it has or another, and why."""
    with _step(dispute, "decide", actor) as row:
        if rating not in Scale(row.rating.criterion.scale).ratings:
            raise ValidationError({"rating": _("This is not on the scale.")})
        row.decision = _words(note, "note", actor)
        _settle(row, actor, None if rating == row.rating.rating else rating)
        _tell(row, row.raised_by)
    return row


def keep_disputes_moving(at: datetime) -> int:
    """What a reviewer left unanswered for a week goes to the arbiter; what was kept and nobody took
    further within a week is settled as it was. The arbiter has no end. Returns how many moved."""
    today = timezone.localdate(at)
    late = QualityDispute.objects.filter(due_on__lt=today)
    rows = late.filter(status__in=[DisputeStatus.RAISED, DisputeStatus.KEPT])
    moved = 0
    for found in rows.order_by("pk"):
        with refusals_of_the_database(), acting(action="quality_dispute.run_out"):
            row = hold(found, actor=None)
            if row.due_on >= today:
                continue
            if row.status == DisputeStatus.RAISED:
                row.status, row.due_on = DisputeStatus.ESCALATED, _in_a_week()
                _tell(row, row.rating.review.work.draw.plan.arbiter)
            elif row.status == DisputeStatus.KEPT:
                _settle(row, None, None)
            else:
                continue
            row.save()
            moved += 1
    return moved


def _settle(row: QualityDispute, actor: Any, settled: int | None) -> None:
    """Where another rating counts from now on, the review's score follows."""
    if settled is not None:
        review = QualityReview.objects.select_for_update(no_key=True).get(pk=row.rating.review_id)
        row.rating.settled = settled
        row.rating.save()
        review.score = score_of(review)
        review.save()
    row.status = DisputeStatus.SETTLED
    row.settled_at, row.settled_by = told_moment(), actor


@contextmanager
def _step(dispute: QualityDispute, action: str, actor: Any) -> Iterator[Any]:
    with refusals_of_the_database(), acting(actor=actor, action=f"quality_dispute.{action}"):
        row = hold(dispute, actor=actor)
        row.status = DISPUTE_WORKFLOW.check(row, action, actor).target
        yield row
        row.save()
        row.refresh_from_db()


def _words(text: str, field: str, actor: Any) -> str:
    if not text.strip():
        raise ValidationError({field: _("Say why.")})
    if len(text) > LONGEST:
        raise ValidationError({field: _("This is longer than %d characters.") % LONGEST})
    return mask_fields(TABLE, {field: text.strip()}, actor=actor)[field]


def _in_a_week() -> Any:
    return timezone.localdate(told_moment()) + A_STEP


def _tell(row: QualityDispute, user: User) -> None:
    notify(
        [user] if user.is_active else [],
        MessageKind.QUALITY_DISPUTE,
        reference=str(row.reference),
        context={
            "reference": str(row.reference),
            "title": row.rating.review.work.reference,
            "due_at": timezone.make_aware(datetime.combine(row.due_on, time(9))).isoformat(),
            "path": f"/people/qualitydispute/{row.pk}/change/",
        },
        key=f"{row.reference}:{row.status}",
    )
