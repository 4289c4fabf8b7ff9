"""Draws of quality: whose work of a month is reviewed, and by whom. Anybody can draw it again."""

from collections import Counter
from datetime import date, datetime, time, timedelta
from secrets import token_hex
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold
from notifications.enums import MessageKind
from notifications.services import notify
from people.models import (
    QualityDraw,
    QualityPlan,
    QualityReview,
    ReviewedWork,
    Rubric,
    User,
)
from people.quality import sampling
from people.quality.sampling import Piece
from people.quality.sources import SOURCES
from people.services.quality_plans import leads_team


def draw_month(plan: QualityPlan, *, actor: Any, month: date, seed: str = "") -> QualityDraw:
    """Draw what a team finished in a month that is over, and give it to the plan's reviewers. The
    seed is made here; only the demo brings one. Refused where it was drawn, where nothing was
    finished and where nobody can review."""
    first = month.replace(day=1)
    end = (first + timedelta(days=32)).replace(day=1)
    with transaction.atomic(), acting(actor=actor, action="quality_plan.draw"):
        row = hold(plan, actor=actor)
        if actor is not None and not leads_team(actor, row.team_id):
            raise NotAllowed(_("your role does not include this action"))
        if end > timezone.localdate(told_moment()):
            raise ValidationError({"month": _("This month is not over yet.")})
        if row.draws.filter(month=first).exists():
            raise Refused(_("this month was drawn already"))
        rubric = Rubric.objects.active().filter(key=row.rubric_key).first()
        if rubric is None:
            raise Refused(_("its rubric is not in force"))
        if row.source not in SOURCES:
            raise Refused(_("there is no such work"))
        source = SOURCES[row.source]
        pieces = source.population(row.team, _midnight(first), _midnight(end))
        if not pieces:
            raise Refused(_("nothing was finished in this month"))
        text = sampling.population_text(pieces)
        draw = QualityDraw.objects.create(
            plan=row,
            rubric=rubric,
            month=first,
            size=row.per_person,
            seed=seed or token_hex(16),
            population=text,
            population_hash=sampling.population_hash(text),
            drawn_at=told_moment(),
            drawn_by=actor,
        )
        draw.refresh_from_db()
        works = [
            ReviewedWork.objects.create(
                draw=draw, reference=piece.reference, person_id=piece.person, stratum=piece.stratum
            )
            for piece in draw_again(draw)
        ]
        source.link(works)
        _assign(draw, works)
    return draw


def draw_again(draw: QualityDraw) -> list[Piece]:
    """What its population, seed and size give, as anybody else would draw it."""
    pieces = sampling.read_population(draw.population)
    return sampling.draw(pieces, draw.size, draw.seed)


def draw_due(at: datetime) -> int:
    """Draw last month for every plan that has not; returns for how many. What cannot be drawn is
    tried again the next day."""
    last = (timezone.localdate(at).replace(day=1) - timedelta(days=1)).replace(day=1)
    plans = QualityPlan.objects.filter(is_active=True).exclude(draws__month=last)
    drawn = 0
    for plan in plans.order_by("pk"):
        try:
            draw_month(plan, actor=None, month=last)
        except Refused:
            continue
        drawn += 1
    return drawn


def _assign(draw: QualityDraw, works: list[ReviewedWork]) -> None:
    """Each piece to who has the fewest so far, among equals by lot; nobody reviews their own work
    but as such."""
    due_on = timezone.localdate(told_moment()) + timedelta(days=draw.plan.days)
    rows = draw.plan.reviewers.select_related("user").filter(user__is_active=True)
    reviewers = [one.user for one in rows.order_by("pk")]
    given: Counter[int] = Counter()
    told: dict[int, User] = {}
    for work in works:
        fit = [user for user in reviewers if user.person_id != work.person_id]
        if not fit:
            raise Refused(_("nobody can review the work of everybody who was drawn"))
        fit.sort(key=lambda u: (given[u.pk], sampling.lot(draw.seed, f"{work} {u.username}")))
        chosen = fit[: draw.plan.reviews_each]
        given.update(user.pk for user in chosen)
        for user in chosen:
            QualityReview.objects.create(work=work, reviewer=user, due_on=due_on)
            told[user.pk] = user
        if draw.plan.has_self_review:
            own = User.objects.filter(person=work.person_id, is_active=True).order_by("pk").first()
            if own is not None:
                QualityReview.objects.create(
                    work=work, reviewer=own, due_on=due_on, is_own_work=True
                )
                told[own.pk] = own
    notify(
        list(told.values()),
        MessageKind.QUALITY_REVIEW,
        reference=str(draw.reference),
        context={
            "reference": str(draw.reference),
            "due_at": _midnight(due_on).isoformat(),
            "path": "/people/qualityreview/?tab=todo",
        },
        key=f"{draw.reference}:drawn",
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
