"""Calibrations for tests, which reach their state by the real road."""

from typing import Any

from people.models import Calibration, CalibrationRater
from people.services import calibrations, quality_plans
from people.services.quality_reviews import Given
from tests.people.reviewed import KEYS, a_plan, last_month, resolved_last_month


def a_calibration(
    cast: Any, *, plan: Any = None, reviewers: Any = None, actor: Any = None, **given: Any
) -> Calibration:
    """Of three incidents of the first agent, by the team lead and somebody of the second line."""
    facts = {"month": last_month(), "pieces": 3, "days": 7}
    if plan is None:
        incidents = resolved_last_month(cast, min((facts | given)["pieces"], 6))
        plan = a_plan(cast, team=incidents[0].team, reviewers=reviewers)
    return calibrations.start_calibration(plan, actor=actor or cast.team_lead, **facts | given)


def rated(
    calibration: Calibration, user: Any, marks: Any = (4, 5, 1, None), note: str = ""
) -> None:
    """Everything that somebody has to rate, each piece alike."""
    rater = CalibrationRater.objects.get(calibration=calibration, user=user)
    given = [Given(key, mark, note) for key, mark in zip(KEYS, marks, strict=True)]
    for piece in list(calibrations.unrated_by(rater)):
        calibrations.rate_piece(calibration, actor=user, piece=piece.reference, ratings=given)


def revealed(cast: Any, *marks: Any, **given: Any) -> Calibration:
    calibration = a_calibration(cast, **given)
    for nth, rater in enumerate(calibration.raters.order_by("pk")):
        rated(calibration, rater.user, marks[nth] if nth < len(marks) else (4, 5, 1, None))
    calibration.refresh_from_db()
    return calibration


def calibrated_with(cast: Any, plan: Any) -> Calibration:
    """Of a plan that stands, by one reviewer more."""
    resolved_last_month(cast, 2)
    quality_plans.add_reviewer(plan, actor=cast.team_lead, user=cast.agent_l2)
    return a_calibration(cast, plan=plan, pieces=2)
