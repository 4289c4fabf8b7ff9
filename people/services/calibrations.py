"""Calibrations: reviewers rate the same work blind, see how far they agree, and agree on how the
criteria are read from now on."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from secrets import SystemRandom
from typing import Any

from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold
from notifications.enums import MessageKind
from notifications.services import notify
from people.calibration.enums import CalibrationStatus
from people.calibration.querysets import GOOD_FOR
from people.calibration.workflow import CALIBRATION_WORKFLOW
from people.models import (
    Calibration,
    CalibrationPiece,
    CalibrationRater,
    CalibrationRating,
    Criterion,
    QualityPlan,
    ReviewedWork,
    Rubric,
    User,
)
from people.quality.sampling import Piece
from people.quality.sources import SOURCES
from people.services.quality_plans import leads_team
from people.services.quality_reviews import Given, checked_ratings
from people.services.reviews import refusals_of_the_database
from records.services import mask_fields

TABLE = "people_calibration"
PIECES, DAYS = (2, 20), (1, 60)
LONGEST = {"summary": 4_000, "note": 2_000}


def start_calibration(
    plan: QualityPlan, *, actor: Any, month: date, pieces: int, days: int
) -> Calibration:
    """The plan's reviewers rate so many pieces of what the team finished in a month, chosen by lot
    among those that nobody reviewed yet and that are no rater's own. Refused with fewer than two
    reviewers and where a calibration of the plan runs; ValidationError by field."""
    first = month.replace(day=1)
    end = (first + timedelta(days=32)).replace(day=1)
    _check_between("pieces", pieces, PIECES)
    _check_between("days", days, DAYS)
    with refusals_of_the_database(), acting(actor=actor, action="calibration.start"):
        row = hold(plan, actor=actor)
        if not leads_team(actor, row.team_id):
            raise NotAllowed(_("your role does not include this action"))
        if first > timezone.localdate(told_moment()):
            raise ValidationError({"month": _("This month has not begun.")})
        running = (CalibrationStatus.RATING, CalibrationStatus.REVEALED)
        if row.calibrations.filter(status__in=running).exists():
            raise Refused(_("its reviewers are being calibrated already"))
        rubric = Rubric.objects.active().filter(key=row.rubric_key).first()
        if rubric is None:
            raise Refused(_("its rubric is not in force"))
        raters = _raters_of(row)
        calibration = Calibration.objects.create(
            plan=row,
            rubric=rubric,
            due_on=timezone.localdate(told_moment()) + timedelta(days=days),
            started_at=told_moment(),
            started_by=actor,
        )
        calibration.refresh_from_db()
        for piece in _choose(row, raters, first, end, pieces):
            CalibrationPiece.objects.create(
                calibration=calibration, reference=piece.reference, person_id=piece.person
            )
        for user in raters:
            CalibrationRater.objects.create(calibration=calibration, user=user)
        _tell(calibration, raters, "started")
    return calibration


def rate_piece(
    calibration: Calibration, *, actor: Any, piece: str, ratings: Iterable[Given]
) -> Calibration:
    """What the actor makes of one piece, by its reference, for good. With the last one the actor is
    done, and once all are done everybody sees everything. ValidationError as of `submit_review`;
    words of the record may be quoted and need not."""
    with _moving(calibration, "rate", actor) as row:
        rater = row.raters.get(user=actor)
        found = row.pieces.filter(reference=piece).first()
        if found is None:
            raise ValidationError({"piece": _("It is no piece of this calibration.")})
        if rater.ratings.filter(piece=found).exists():
            raise Refused(_("you have rated this piece already"))
        criteria = list(Criterion.objects.filter(rubric=row.rubric_id).order_by("pk"))
        given = checked_ratings(criteria, list(ratings), needs_quotes=False)
        told = mask_fields(
            "people_calibrationrating",
            {key: one.quote.strip() for key, one in given.items()},
            actor=actor,
            reference=str(row.reference),
        )
        for one in criteria:
            CalibrationRating.objects.create(
                rater=rater,
                piece=found,
                criterion=one,
                rating=given[one.key].rating,
                note=told[one.key],
            )
        if not unrated_by(rater).exists():
            rater.done_at = told_moment()
            rater.save()
            _reveal_when_done(row)
    calibration.refresh_from_db()
    return calibration


def leave_rater_out(calibration: Calibration, *, actor: Any, user: User, note: str) -> Calibration:
    """Go on without somebody who does not get to it. Refused where fewer than two would be left."""
    with _moving(calibration, "leave_out", actor, note) as row:
        rater = row.raters.filter(user=user, done_at__isnull=True, left_out_at__isnull=True).first()
        if rater is None:
            raise ValidationError({"user": _("They have nothing to rate here.")})
        if row.raters.filter(left_out_at__isnull=True).count() <= 2:
            raise Refused(_("it takes two to see whether they agree: cancel it instead"))
        rater.left_out_at = told_moment()
        rater.save()
        _reveal_when_done(row)
    calibration.refresh_from_db()
    return calibration


def close_calibration(calibration: Calibration, *, actor: Any, summary: str) -> Calibration:
    """They have talked about it; `summary` says how the criteria are read from now on. Those who
    rated count as calibrated for this rubric for half a year."""
    if not summary.strip():
        raise ValidationError({"summary": _("Say what was agreed on.")})
    if len(summary) > LONGEST["summary"]:
        longest = _("This is longer than %d characters.") % LONGEST["summary"]
        raise ValidationError({"summary": longest})
    with _moving(calibration, "close", actor) as row:
        told = {"summary": summary.strip()}
        masked = mask_fields(TABLE, told, actor=actor, reference=str(row.reference))
        row.summary = masked["summary"]
        row.closed_at, row.closed_by = told_moment(), actor
        raters = User.objects.filter(calibration_parts__in=row.raters.filter(done_at__isnull=False))
        _tell(row, list(raters), "closed")
    calibration.refresh_from_db()
    return calibration


def cancel_calibration(calibration: Calibration, *, actor: Any, note: str) -> Calibration:
    """It does not come about, for a reason; what was rated is never shown to others."""
    with _moving(calibration, "cancel", actor, note) as row:
        row.closed_at, row.closed_by = told_moment(), actor
    calibration.refresh_from_db()
    return calibration


def unrated_by(rater: CalibrationRater) -> Any:
    """The pieces that somebody has to rate yet, in their order."""
    rated = rater.ratings.order_by().values("piece")
    pieces = CalibrationPiece.objects.filter(calibration=rater.calibration_id)
    return pieces.exclude(pk__in=rated).order_by("pk")


def calibrated_until(rubric_key: str, users: Iterable[int], *, on: date) -> dict[int, date]:
    """Until when each of the accounts counts as calibrated for a rubric: half a year from the last
    closed calibration in which they rated everything. Who is not calibrated is left out."""
    rows = CalibrationRater.objects.filter(
        user__in=list(users),
        done_at__isnull=False,
        calibration__rubric__key=rubric_key,
        calibration__in=Calibration.objects.good_on(on).order_by().values("pk"),
    )
    last = rows.order_by().values_list("user").annotate(at=Max("calibration__closed_at"))
    return {user: timezone.localdate(at) + GOOD_FOR for user, at in last}


def remind_of_calibrations(at: datetime) -> int:
    """On the day on which it is due, or later where that was missed, whoever has not rated
    everything is told once more. Returns of how many calibrations."""
    rows = Calibration.objects.filter(
        status=CalibrationStatus.RATING, due_on__lte=timezone.localdate(at)
    )
    found = list(rows.order_by("pk"))
    for row in found:
        late = row.raters.filter(done_at__isnull=True, left_out_at__isnull=True)
        _tell(row, list(User.objects.filter(calibration_parts__in=late)), "due")
    return len(found)


def _raters_of(plan: QualityPlan) -> list[User]:
    users = User.objects.filter(is_active=True, pk__in=plan.reviewers.values("user"))
    raters = list(users.order_by("pk"))
    if len(raters) < 2:
        raise Refused(_("it takes two reviewers to see whether they agree"))
    return raters


def _choose(
    plan: QualityPlan, raters: list[User], first: date, end: date, count: int
) -> list[Piece]:
    if plan.source not in SOURCES:
        raise Refused(_("there is no such work"))
    found = SOURCES[plan.source].population(plan.team, _midnight(first), _midnight(end))
    taken = set(
        ReviewedWork.objects.filter(draw__plan=plan, draw__month=first)
        .order_by()
        .values_list("reference", flat=True)
    )
    taken |= set(
        CalibrationPiece.objects.filter(calibration__plan=plan)
        .order_by()
        .values_list("reference", flat=True)
    )
    own = {user.person_id for user in raters}
    fit = [one for one in found if one.reference not in taken and one.person not in own]
    if len(fit) < count:
        told = _("Of this month only %(count)d pieces can be rated.") % {"count": len(fit)}
        raise ValidationError({"pieces": told})
    return sorted(SystemRandom().sample(fit, count))


def _reveal_when_done(row: Calibration) -> None:
    left = row.raters.filter(left_out_at__isnull=True)
    if left.filter(done_at__isnull=True).exists():
        return
    row.status, row.revealed_at = CalibrationStatus.REVEALED, told_moment()
    raters = User.objects.filter(calibration_parts__in=left)
    _tell(row, [*raters, row.started_by], "revealed")


@contextmanager
def _moving(
    calibration: Calibration, name: str, actor: Any, note: str | None = None
) -> Iterator[Any]:
    """The row, held, with its next status; saved at the end. A note says why, where it is asked."""
    reason = ""
    if note is not None:
        told = {"note": note.strip()}
        masked = mask_fields(TABLE, told, actor=actor, reference=str(calibration.reference))
        if not masked["note"]:
            raise ValidationError({"note": _("Say why.")})
        reason = masked["note"][:500]
    action = f"calibration.{name}"
    with refusals_of_the_database(), acting(actor=actor, action=action, reason=reason):
        row: Any = hold(calibration, actor=actor)
        row.status = CalibrationStatus(CALIBRATION_WORKFLOW.check(row, name, actor).target)
        yield row
        row.save()


def _check_between(field: str, value: int, ends: tuple[int, int]) -> None:
    if not ends[0] <= value <= ends[1]:
        told = _("Give a number from %(least)d to %(most)d.")
        raise ValidationError({field: told % {"least": ends[0], "most": ends[1]}})


def _tell(row: Calibration, people: list[User], step: str) -> None:
    reference = str(row.reference)
    notify(
        list({one.pk: one for one in people if one.is_active}.values()),
        MessageKind.CALIBRATION,
        reference=reference,
        context={
            "reference": reference,
            "title": row.plan.title,
            "due_at": _midnight(row.due_on).isoformat(),
            "path": f"/people/calibration/{row.pk}/change/",
        },
        key=f"{reference}:{step}",
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time()))
