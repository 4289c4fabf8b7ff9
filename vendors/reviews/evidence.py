"""Service reviews of vendors as evidence (SOC 2 CC9.2, PCI DSS 12.8.4)."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from evidence.ledger_rows import Part, rows_of_parts
from evidence.period import Period
from evidence.populations import POPULATIONS, Population, columns
from evidence.telling import facts
from vendors.models import (
    ImprovementPlan,
    ReviewAction,
    ReviewAttendee,
    ReviewItem,
    ServiceReview,
)


def _closed() -> QuerySet[ServiceReview]:
    return ServiceReview.objects.closed()


def _closed_in(period: Period) -> QuerySet[ServiceReview]:
    found = _closed().filter(closed_at__gte=period.start, closed_at__lt=period.end)
    return found.select_related("vendor", "scorecard", "chair", "closed_by").order_by("pk")


_PARTS: tuple[tuple[str, Any, tuple[str, ...]], ...] = (
    ("agenda", ReviewItem, ("number", "kind", "title", "rows", "minutes", "minuted_by")),
    ("attendees", ReviewAttendee, ("side", "user", "name", "role", "was_there")),
    (
        "actions",
        ReviewAction,
        ("what", "owner", "contact", "due_on", "status", "note", "done_by", "verified_by"),
    ),
    (
        "plans",
        ImprovementPlan,
        ("from_value", "target_value", "due_on", "measures", "status", "drafted_by", "ended_by"),
    ),
)


def _story(reviews: list[Any]) -> dict[int, dict[str, Any]]:
    """Agenda with minutes, attendees, actions and plans of each review."""
    told: dict[int, dict[str, Any]] = {
        one.pk: {name: [] for name, _model, _names in _PARTS} for one in reviews
    }
    for name, model, names in _PARTS:
        people = [one for one in names if model._meta.get_field(one).is_relation]
        rows = model.objects.filter(review__in=told).select_related(*people)
        for row in rows.order_by("pk"):
            told[row.review_id][name].append(facts(row, *names))
    return told


SERVICE_REVIEWS = Population(
    name="vendor_service_reviews",
    title=_("Service reviews of vendors"),
    definition=_("Meetings with vendors in which a scorecard was gone through and locked."),
    membership=_("Closed in the period."),
    model=ServiceReview,
    everything=_closed,
    members=_closed_in,
    identity=lambda row: str(row.reference),
    moment_of=lambda row: row.closed_at,
    attributes=columns(
        ServiceReview,
        {
            "reference": _("Which review."),
            "vendor": _("Of which vendor."),
            "scorecard": _("Which scorecard was gone through."),
            "planned_at": _("When it was planned for."),
            "chair": _("Who led it."),
            "held_at": _("When it was held."),
            "closed_by": _("Who closed it."),
            "closed_at": _("When that was."),
            "digest": _("SHA-256 over agenda, minutes, attendees and scorecards."),
        },
    ),
    rows_of=rows_of_parts(
        ServiceReview,
        Part(ReviewItem, "review"),
        Part(ReviewAttendee, "review"),
        Part(ReviewAction, "review"),
        Part(ImprovementPlan, "review"),
    ),
    story=_story,
    strata=lambda row: str(row.vendor_id),
)


def register_review_evidence() -> None:
    """Called once, when the app is ready."""
    POPULATIONS.register(SERVICE_REVIEWS.name, SERVICE_REVIEWS)
