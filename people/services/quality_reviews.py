"""Reviews of drawn work: submitted in one piece, blind until all of them are there."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import ValidationError
from core.writing import hold
from notifications.enums import MessageKind
from notifications.services import notify
from people.models import Criterion, QualityRating, QualityReview, ReviewedWork, User
from people.quality.enums import QualityReviewStatus, Scale
from people.quality.scoring import Rated, review_score
from people.quality.workflow import REVIEW_WORKFLOW
from people.services.reviews import refusals_of_the_database
from records.services import mask_fields

TABLE = "people_qualityreview"
LONGEST = {"statement": 4_000, "quote": 2_000}


@dataclass(frozen=True)
class Given:
    """What a reviewer says of one criterion, by its key. `rating` None: it does not apply."""

    criterion: str
    rating: int | None
    quote: str = ""


def submit_review(
    review: QualityReview, *, actor: Any, ratings: Iterable[Given], statement: str
) -> QualityReview:
    """Rate every criterion, with words of the record for each rating below the highest, and say in
    words what one makes of it. It is final; others see it once all reviewers have submitted.
    ValidationError by the key of a criterion, as `rating_<key>` and `quote_<key>`."""
    with refusals_of_the_database(), acting(actor=actor, action="quality_review.submit"):
        row = hold(review, actor=actor)
        move = REVIEW_WORKFLOW.check(row, "submit", actor)
        work = ReviewedWork.objects.select_for_update(no_key=True).get(pk=row.work_id)
        criteria = list(Criterion.objects.filter(rubric__draws=work.draw_id).order_by("pk"))
        given = checked_ratings(criteria, list(ratings))
        told = _masked(row, actor, statement, given)
        for one in criteria:
            QualityRating.objects.create(
                review=row,
                criterion=one,
                rating=given[one.key].rating,
                quote=told[f"quote {one.key}"],
            )
        row.statement = told["statement"]
        row.status, row.ended_at = QualityReviewStatus(move.target), told_moment()
        row.score = score_of(row)
        row.save()
        _reveal(work)
    row.refresh_from_db()
    return row


def decline_review(review: QualityReview, *, actor: Any, note: str) -> QualityReview:
    """Leave it to the other reviewers, for a reason such as having had a part in the work. Refused
    to the only one."""
    told = mask_fields(TABLE, {"note": note.strip()}, actor=actor, reference=str(review.reference))
    if not told["note"]:
        raise ValidationError({"note": _("Say why.")})
    name = "quality_review.decline"
    with (
        refusals_of_the_database(),
        acting(actor=actor, action=name, reason=told["note"][:500]),
    ):
        row = hold(review, actor=actor)
        work = ReviewedWork.objects.select_for_update(no_key=True).get(pk=row.work_id)
        move = REVIEW_WORKFLOW.check(row, "decline", actor)
        row.status, row.ended_at = QualityReviewStatus(move.target), told_moment()
        row.save()
        _reveal(work)
    row.refresh_from_db()
    return row


def score_of(review: QualityReview) -> Decimal | None:
    """The score of the ratings that count, 0 to 1, to four decimals; None where none applied."""
    rows = review.ratings.select_related("criterion")
    score = review_score(
        Rated(
            one.counted,
            Scale(one.criterion.scale).lowest,
            one.criterion.scale,
            one.criterion.weight,
            one.criterion.is_critical,
        )
        for one in rows
    )
    return None if score is None else decimal_of(score)


def decimal_of(score: Fraction) -> Decimal:
    return (Decimal(score.numerator) / Decimal(score.denominator)).quantize(Decimal("0.0001"))


def _reveal(work: ReviewedWork) -> None:
    """Once the reviewers have all submitted or declined. What people had to say of their own work
    by then lapses: they would know the answers."""
    reviews = QualityReview.objects.filter(work=work)
    if reviews.by_others().open().exists():
        return
    for late in reviews.open().select_for_update(no_key=True):
        late.status, late.ended_at = QualityReviewStatus.LAPSED, told_moment()
        late.save()
    work.revealed_at = told_moment()
    work.save()
    people = User.objects.filter(person=work.person_id, is_active=True)
    told = reviews.by_others().filter(status=QualityReviewStatus.SUBMITTED).order_by("pk").first()
    if told is None:
        return
    notify(
        list(people),
        MessageKind.QUALITY_REVEALED,
        reference=str(told.reference),
        context={
            "reference": str(told.reference),
            "title": work.reference,
            "path": f"/people/qualityreview/{told.pk}/change/",
        },
        key=f"quality:{work.pk}:revealed",
    )


def checked_ratings(
    criteria: list[Criterion], ratings: list[Given], *, needs_quotes: bool = True
) -> dict[str, Given]:
    """What was given of each criterion, by its key; ValidationError unless it is whole."""
    known = {one.key: one for one in criteria}
    given = {one.criterion: one for one in ratings}
    wrong: dict[str, Any] = {}
    if len(given) != len(ratings):
        wrong["ratings"] = _("A criterion stands here twice.")
    for key in sorted(set(given) - set(known)):
        wrong[f"rating_{key}"] = _("The rubric has no such criterion.")
    for key, criterion in known.items():
        one = given.get(key)
        if one is None:
            wrong[f"rating_{key}"] = _("Rate this, too.")
        elif one.rating is None:
            if not criterion.is_conditional:
                wrong[f"rating_{key}"] = _("This applies always.")
        elif one.rating not in Scale(criterion.scale).ratings:
            wrong[f"rating_{key}"] = _("This is not on the scale.")
        elif needs_quotes and one.rating < criterion.scale and not one.quote.strip():
            wrong[f"quote_{key}"] = _("Quote what shows it.")
        if one is not None and len(one.quote) > LONGEST["quote"]:
            wrong[f"quote_{key}"] = _("This is longer than %d characters.") % LONGEST["quote"]
    if wrong:
        raise ValidationError(wrong)
    return given


def _masked(row: Any, actor: Any, statement: str, given: dict[str, Given]) -> dict[str, str]:
    if not statement.strip():
        raise ValidationError({"statement": _("Say in words what you make of it.")})
    if len(statement) > LONGEST["statement"]:
        told = _("This is longer than %d characters.") % LONGEST["statement"]
        raise ValidationError({"statement": told})
    texts = {f"quote {key}": one.quote.strip() for key, one in given.items()}
    texts["statement"] = statement.strip()
    return mask_fields(TABLE, texts, actor=actor, reference=str(row.reference))
