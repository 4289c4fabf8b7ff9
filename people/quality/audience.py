"""Who may still see what a message about quality is about; asked just before it is sent."""

from typing import Any

from people.models import Calibration, QualityDispute, QualityDraw, QualityReview


def may_see_draw(user: Any, reference: str) -> bool:
    return QualityDraw.objects.visible_to(user).filter(reference=reference).exists()


def may_see_quality_review(user: Any, reference: str) -> bool:
    return QualityReview.objects.visible_to(user).filter(reference=reference).exists()


def may_see_dispute(user: Any, reference: str) -> bool:
    return QualityDispute.objects.visible_to(user).filter(reference=reference).exists()


def may_see_calibration(user: Any, reference: str) -> bool:
    return Calibration.objects.visible_to(user).filter(reference=reference).exists()
