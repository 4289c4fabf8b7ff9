"""Service reviews for tests, which reach their state by the real road."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from django.utils import timezone

from tests.factories import a_vendor
from tests.vendors.scores import a_model, a_scorecard
from vendors import services
from vendors.models import Scorecard, ScoreModel, ServiceReview
from vendors.scorecards.periods import Period, later, period_of


def last_period() -> Period:
    return period_of(timezone.localdate(), "month").previous


def a_card(cast: Any, vendor: Any = None, value: Any = 40, back: int = 0) -> Scorecard:
    """A scorecard of the month before, or further back, whose figure is weak."""
    if not ScoreModel.objects.exists():
        a_model(cast, reports={})
    period = last_period()
    period = Period(period.kind, later(period.first, -back))
    card = a_scorecard(vendor or a_vendor(country="MX"), period, timezone.now())
    given = {"kpi": "reports", "value": Decimal(value), "evidence": "Counted"}
    return services.give_figure(card, actor=cast.vendor_manager, **given)


def a_review(
    cast: Any, status: str = "planned", card: Scorecard | None = None, **given: Any
) -> ServiceReview:
    """Planned by vendor_manager, who chairs it; minutes by finance; closed by vendor_manager."""
    manager, writer = cast.vendor_manager, cast.finance
    facts = {
        "planned_at": timezone.now() - timedelta(minutes=5),
        "place": "Room 4",
        "chair": manager,
    }
    review = services.plan_review(actor=manager, scorecard=card or a_card(cast), **facts | given)
    if status == "cancelled":
        return services.cancel_review(review, actor=manager, note="The vendor is away")
    if status == "planned":
        return review
    review = services.add_attendee(review, actor=manager, name="Ana of the vendor")
    review = services.hold_review(review, actor=manager)
    if status == "held":
        return review
    review = minuted(cast, review, writer)
    return services.close_review(review, actor=manager)


def minuted(cast: Any, review: ServiceReview, writer: Any = None) -> ServiceReview:
    """All were there, and the first item has minutes."""
    writer = writer or cast.finance
    there = list(review.attendees.all())
    services.tell_attendance(review, actor=writer, there=there)
    return services.write_minutes(review, actor=writer, number=1, minutes="They report weekly.")


def in_days(days: int) -> Any:
    return timezone.localdate() + timedelta(days=days)
