"""What reviews say together: scores of people with how sure they are, who reviews how much, how
reviewers and machines differ from each other. Only of what the reader sees."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from statistics import fmean
from typing import Any

from django.db.models import Avg, Count, F, Q

from people.models import ExternalScore, QualityReview
from people.quality.agreement import Level, krippendorff_alpha
from people.quality.enums import QualityReviewStatus
from people.quality.scoring import Estimate, estimate

_SUBMITTED = Q(status=QualityReviewStatus.SUBMITTED)


@dataclass(frozen=True)
class Drift:
    """How much higher (or lower) one rates than the others who reviewed the same, on average over
    `n` pieces."""

    difference: float
    n: int


@dataclass(frozen=True)
class Beside:
    """A machine beside the reviews of the same `n` pieces: Krippendorff's alpha on an interval
    scale (None where it cannot be told), and how much higher the machine scores on average."""

    source: str
    alpha: float | None
    difference: float
    n: int


def scores_of(reviews: Any) -> dict[int, list[float]]:
    """By person the scores of their work, each piece once: the mean of its reviews by others."""
    rows = reviews.by_others().filter(_SUBMITTED, score__isnull=False)
    rows = rows.filter(work__revealed_at__isnull=False).order_by()
    found: dict[int, list[float]] = defaultdict(list)
    for person, _work, mean in rows.values_list("work__person", "work").annotate(m=Avg("score")):
        found[person].append(float(mean))
    return found


def estimates(reviews: Any) -> dict[int, Estimate]:
    """By person the mean with its interval of 95 % and n."""
    found = ((person, estimate(scores)) for person, scores in scores_of(reviews).items())
    return {person: told for person, told in found if told is not None}


def cadence(reviews: Any, today: date) -> list[dict[str, Any]]:
    """By reviewer: how many are given, submitted, declined, to do, and late."""
    late = Q(status=QualityReviewStatus.ASSIGNED, due_on__lt=today)
    after = Q(status=QualityReviewStatus.SUBMITTED, ended_at__date__gt=F("due_on"))
    rows = reviews.by_others().order_by().values("reviewer", "reviewer__person__full_name")
    return list(
        rows.annotate(
            given=Count("pk"),
            submitted=Count("pk", filter=_SUBMITTED),
            declined=Count("pk", filter=Q(status=QualityReviewStatus.DECLINED)),
            to_do=Count("pk", filter=Q(status=QualityReviewStatus.ASSIGNED)),
            late=Count("pk", filter=late | after),
        ).order_by("reviewer__person__full_name", "reviewer")
    )


def drift(reviews: Any) -> dict[int, Drift]:
    """By reviewer how they differ from the others on work that several reviewed."""
    of_work: dict[int, list[tuple[int, float]]] = defaultdict(list)
    rows = reviews.by_others().filter(_SUBMITTED, score__isnull=False)
    rows = rows.filter(work__revealed_at__isnull=False).order_by("work", "reviewer")
    for work, reviewer, score in rows.values_list("work", "reviewer", "score"):
        of_work[work].append((reviewer, float(score)))
    apart: dict[int, list[float]] = defaultdict(list)
    for told in of_work.values():
        for reviewer, score in told:
            others = [other for one, other in told if one != reviewer]
            if others:
                apart[reviewer].append(score - fmean(others))
    return {reviewer: Drift(fmean(found), len(found)) for reviewer, found in apart.items()}


def beside_machines(reviews: Any, scores: Iterable[ExternalScore]) -> list[Beside]:
    """Each machine beside the reviews of the same work; a record's newest score of it counts."""
    rows = reviews.by_others().filter(_SUBMITTED, score__isnull=False)
    rows = rows.filter(work__revealed_at__isnull=False).order_by()
    people = {
        reference: float(mean)
        for reference, mean in rows.values_list("work__reference").annotate(m=Avg("score"))
    }
    newest: dict[str, dict[str, float]] = defaultdict(dict)
    for one in sorted(scores, key=lambda score: (score.scored_at, score.pk)):
        if one.reference in people:
            newest[one.source][one.reference] = float(one.score)
    found = []
    for source, told in sorted(newest.items()):
        pairs = [(people[reference], score) for reference, score in told.items()]
        apart = fmean(machine - person for person, machine in pairs)
        alpha = krippendorff_alpha(pairs, Level.INTERVAL)
        found.append(Beside(source, alpha, apart, len(pairs)))
    return found


def reviews_between(user: Any, start: date, end: date) -> Any:
    """The reviews that somebody sees, of draws whose month lies in a period."""
    seen = QualityReview.objects.visible_to(user)
    return seen.filter(work__draw__month__gte=start, work__draw__month__lt=end)


def by_month(reviews: Any) -> dict[date, Estimate]:
    """By the month of the draw the mean over its pieces, with interval and n."""
    rows = reviews.by_others().filter(_SUBMITTED, score__isnull=False)
    rows = rows.filter(work__revealed_at__isnull=False).order_by()
    found: dict[date, list[float]] = defaultdict(list)
    pieces = rows.values_list("work__draw__month", "work").annotate(m=Avg("score"))
    for month, _work, mean in pieces:
        found[month].append(float(mean))
    told = ((month, estimate(scores)) for month, scores in found.items())
    return {month: one for month, one in told if one is not None}
