"""Plans, draws and reviews of quality for tests, which reach their state by the real road."""

from datetime import date, timedelta
from typing import Any

import time_machine
from django.utils import timezone

from incidents.enums import Status
from people.models import QualityDraw, QualityPlan, QualityReview, Rubric
from people.services import quality_plans
from people.services.quality_draws import draw_month
from people.services.quality_reviews import Given, submit_review
from tests.factories import a_service, an_incident
from tests.people.judged import a_rubric

KEYS = ("clear-to-the-client", "right-diagnosis", "money-went-where-it-should", "told-the-vendor")


def last_month() -> date:
    return (timezone.localdate().replace(day=1) - timedelta(days=1)).replace(day=1)


def resolved_last_month(cast: Any, count: int = 3, owner: Any = None) -> list[Any]:
    """Incidents of the first line that somebody of it resolved."""
    at = timezone.now().replace(day=1) - timedelta(days=14)
    with time_machine.travel(at, tick=True):
        service = a_service(cast)
        return [
            an_incident(cast, Status.RESOLVED, service=service, actor=owner or cast.agent_l1)
            for _n in range(count)
        ]


def a_plan(cast: Any, *, reviewers: Any = None, team: Any = None, **given: Any) -> QualityPlan:
    """Of the first line's incidents; the lead and somebody of the second line review, the
    service-delivery manager decides disputes."""
    facts = {
        "title": "Incidents of the first line",
        "team": team or cast.teams["payments-l1"],
        "source": "incidents",
        "rubric_key": "incident-handling",
        "per_person": 2,
        "reviews_each": 2,
        "arbiter": cast.service_manager,
    }
    if not Rubric.objects.active().exists():
        a_rubric(cast)
    plan = quality_plans.draft_plan(actor=cast.team_lead, **facts | given)
    for user in reviewers if reviewers is not None else (cast.team_lead, cast.agent_l2):
        plan = quality_plans.add_reviewer(plan, actor=cast.team_lead, user=user)
    return plan


def a_draw(cast: Any, count: int = 3, **given: Any) -> QualityDraw:
    incidents = resolved_last_month(cast, count)
    plan = a_plan(cast, team=incidents[0].team, **given)
    return draw_month(plan, actor=cast.team_lead, month=last_month())


def ratings(*marks: int | None) -> list[Given]:
    """A rating for each criterion, each with a quote."""
    told = marks or (4, 5, 1, None)
    return [Given(key, mark, f"Line {key}") for key, mark in zip(KEYS, told, strict=True)]


def submitted(review: QualityReview, *marks: int | None) -> QualityReview:
    return submit_review(
        review, actor=review.reviewer, ratings=ratings(*marks), statement="Sound work"
    )


def a_revealed_review(cast: Any, *marks: int | None) -> QualityReview:
    """Of the first agent's incident, by the team lead; the only one of its work."""
    draw = a_draw(cast, 1, reviews_each=1, reviewers=(cast.team_lead,))
    return submitted(QualityReview.objects.get(work__draw=draw), *marks)
