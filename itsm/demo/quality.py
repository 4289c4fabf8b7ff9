"""Quality of work in the demo world: a plan, two months drawn and reviewed, a dispute, and scores
of a machine beside them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from audit.context import Channel, acting
from core.errors import Refused, ValidationError
from itsm.demo.founding import World
from itsm.demo.piece import in_one_piece
from itsm.demo.rubrics import KEY
from people.models import QualityDraw, QualityPlan, QualityReview, ReviewedWork
from people.quality.sampling import lot
from people.services import quality_disputes, quality_plans
from people.services.calibrations import (
    close_calibration,
    rate_piece,
    start_calibration,
    unrated_by,
)
from people.services.external_scores import take_score
from people.services.quality_draws import draw_month
from people.services.quality_reviews import Given, submit_review

_NEEDED = ("team_lead", "service_manager", "agent_l1", "agent_l2")
_QUOTES = (
    "«El cliente confirma que ya puede transferir»",
    "«Reviso la bitácora del switch entre las 10:02 y las 10:09»",
    "«Sin respuesta del proveedor desde hace 40 minutos»",
)
_STATEMENTS = (
    "Buen diagnóstico; al cliente se le avisó tarde una vez.",
    "Clear from the first answer on. The note of the handover could be longer.",
    "La causa quedó demostrada y el registro permite continuar a cualquiera.",
)


def tell_quality(world: World, base: datetime) -> int:
    """Returns how many reviews were submitted."""
    users = world.users
    if QualityPlan.objects.exists() or not all(users.get(name) for name in _NEEDED):
        return 0
    lead = users["team_lead"]
    with in_one_piece(), _told(base - timedelta(days=100), lead):
        plan = quality_plans.draft_plan(
            actor=lead, title="Incidentes de la mesa de pagos", team=world.teams["payments-l1"],
            source="incidents", rubric_key=KEY, per_person=4, reviews_each=2,
            arbiter=users["service_manager"], shows_scores=True,
        )  # fmt: skip
        for name in ("team_lead", "agent_l2"):
            quality_plans.add_reviewer(plan, actor=lead, user=users[name])
    this = timezone.localdate(base).replace(day=1)
    last = (this - timedelta(days=1)).replace(day=1)
    done = sum(
        _tell_month(plan, month, base, lead, every=every)
        for month, every in (((last - timedelta(days=1)).replace(day=1), 1), (last, 2))
    )
    _tell_dispute(base)
    _tell_calibration(plan, last, base, lead)
    return done


def _tell_month(plan: Any, month: date, base: datetime, lead: Any, *, every: int) -> int:
    """Drawn; of the latest month every second piece waits for a reviewer yet."""
    at = base - timedelta(hours=6)
    try:
        with in_one_piece(), _told(at, lead):
            seed = lot("demo", f"{month:%Y-%m}")[:32]
            draw: QualityDraw = draw_month(plan, actor=lead, month=month, seed=seed)
    except Refused:  # a small world in which nothing was resolved then
        return 0
    done = 0
    for nth, work in enumerate(ReviewedWork.objects.filter(draw=draw).order_by("pk")):
        for review in QualityReview.objects.filter(work=work).order_by("pk"):
            if nth % every and review.reviewer_id != lead.pk:
                continue
            _review(review, at + timedelta(hours=1))
            done += 1
        with in_one_piece(), _told(at + timedelta(hours=2), lead):
            take_score(
                actor=lead, reference=work.reference, source="sentiment", model="tono-es",
                model_version="1.4", score=Decimal(50 + int(lot("s", work.reference)[:2], 16) % 50)
                / 100, explanation="Agradecimientos al cierre; una queja por la espera.",
                scored_at=at,
            )  # fmt: skip
    return done


def _review(review: QualityReview, at: datetime) -> None:
    luck = _luck(review.reviewer, review.work.reference)
    given = _marks(review.work.draw.rubric, review.reviewer, review.work.reference)
    with in_one_piece(), _told(at, review.reviewer):
        submit_review(review, actor=review.reviewer, ratings=given, statement=_STATEMENTS[luck % 3])


def _luck(who: Any, reference: str) -> int:
    return int(lot(str(who), reference)[:4], 16)


def _marks(rubric: Any, who: Any, reference: str) -> list[Given]:
    """Ratings that seldom lie far from the best, the same in every demo world."""
    luck, given = _luck(who, reference), []
    for nth, one in enumerate(rubric.criteria.order_by("pk")):
        top = one.scale
        rating = max(top - (luck >> nth) % (2 if top < 5 else 3), 1)
        is_out = one.is_conditional and luck % 3 > 0
        given.append(Given(one.key, None if is_out else rating, _QUOTES[(luck + nth) % 3]))
    return given


def _tell_dispute(base: datetime) -> None:
    """The first agent does not agree with a rating, and the reviewer keeps it."""
    rows = QualityReview.objects.by_others().filter(
        work__revealed_at__isnull=False, work__person__accounts__username="agent_l1"
    )
    for review in rows.order_by("pk"):
        found = review.ratings.filter(rating__lt=4, criterion__scale=5).first()
        owner = review.work.person.accounts.order_by("pk").first()
        if found is None or owner is None:
            continue
        with in_one_piece(), _told(base - timedelta(hours=3), owner):
            dispute = quality_disputes.raise_dispute(
                review, actor=owner, criterion=found.criterion.key, proposed=4,
                reason="El aviso al cliente está en la llamada, no en el registro.",
            )  # fmt: skip
        with in_one_piece(), _told(base - timedelta(hours=2), review.reviewer):
            quality_disputes.keep_rating(
                dispute, actor=review.reviewer, note="Lo que no está escrito no lo ve el turno."
            )
        return


def _tell_calibration(plan: Any, month: date, base: datetime, lead: Any) -> None:
    """Rated by both reviewers, talked about and closed."""
    at = base - timedelta(hours=5)
    calibration = None
    while calibration is None:
        try:
            with in_one_piece(), _told(at, lead):
                calibration = start_calibration(plan, actor=lead, month=month, pieces=3, days=7)
        except ValidationError:  # too little of this month was left: one before it
            month = (month - timedelta(days=1)).replace(day=1)
            if month < timezone.localdate(base - timedelta(days=200)):
                return
    for rater in calibration.raters.select_related("user").order_by("pk"):
        for piece in list(unrated_by(rater)):
            with in_one_piece(), _told(at + timedelta(hours=1), rater.user):
                rate_piece(
                    calibration, actor=rater.user, piece=piece.reference,
                    ratings=_marks(calibration.rubric, rater.user, piece.reference),
                )  # fmt: skip
    with in_one_piece(), _told(at + timedelta(hours=2), lead):
        close_calibration(
            calibration, actor=lead,
            summary="Un aviso dentro de los diez minutos cuenta como a tiempo, aun sin la causa.",
        )  # fmt: skip


@contextmanager
def _told(at: datetime, actor: Any) -> Iterator[None]:
    with acting(actor=actor, channel=Channel.DEMO, at=at):
        yield
