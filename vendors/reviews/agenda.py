"""What a service review has to talk about, from what is known when its agenda is drafted.

Every item lists the records behind it as scorecards do: readers are told of those they see.
"""

from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from vendors.assurance.dates import SOON
from vendors.attestations.currency import name_of, standings
from vendors.credits.sources import SOURCES
from vendors.models import (
    Contract,
    CreditClaim,
    ImprovementPlan,
    ReviewAction,
    Scorecard,
    ScoreLine,
    ServiceReview,
)
from vendors.reviews.enums import AgendaKind
from vendors.scorecards.enums import PeriodKind
from vendors.scorecards.periods import Period
from vendors.scorecards.sources import row_of
from vendors.scorecards.words import figure, points, title_of

WEAK = Decimal(60)
"""A figure that is worth less than this is talked about."""
MOST = 40  # records of an item
DECIDED_WITHIN = timedelta(days=120)

type Rows = list[dict[str, Any]]


def cards_of(card: Scorecard) -> list[Scorecard]:
    """The scorecard of a review, and of a quarter those of its months too."""
    if card.period == PeriodKind.MONTH:
        return [card]
    period = Period(card.period, card.starts_on)
    months = Scorecard.objects.filter(
        vendor=card.vendor_id,
        period=PeriodKind.MONTH,
        starts_on__gte=period.first,
        starts_on__lt=period.after,
    )
    return [card, *months.order_by("starts_on")]


def weak_lines(card: Scorecard) -> list[ScoreLine]:
    """The figures that are worth little, the worst first."""
    lines = card.lines.select_related("kpi").filter(worth__lt=WEAK)
    return list(lines.order_by("worth", "kpi"))


def drafted(review: ServiceReview, at: datetime) -> Iterator[tuple[str, Rows]]:
    """The kinds of items that have something to say, with their records."""
    with translation.override(settings.LANGUAGE_CODE):
        for kind, rows in _all(review, at):
            if rows:
                yield kind, rows[:MOST]


def _all(review: ServiceReview, at: datetime) -> Iterator[tuple[str, Rows]]:
    card, today = review.scorecard, timezone.localdate(at)
    yield (
        AgendaKind.SCORECARD,
        [row_of(one, points(one.score) or "–", one.reference) for one in cards_of(card)],
    )
    yield (
        AgendaKind.WEAK,
        [
            row_of(
                card,
                f"{title_of(line.kpi)}: {figure(line.value, line.kpi.unit)} ({points(line.worth)})",
                card.reference,
            )
            for line in weak_lines(card)
        ],
    )
    yield AgendaKind.BREACHES, _breaches(card, at)
    claims = CreditClaim.objects.open().filter(clause__contract__vendor=review.vendor_id)
    yield (
        AgendaKind.CREDITS,
        [
            row_of(one, f"{one.amount} {one.currency}", one.reference)
            for one in claims.order_by("month", "pk")
        ],
    )
    yield AgendaKind.ATTESTATIONS, _attestations(review, today)
    yield AgendaKind.CONTRACTS, _contracts(review, today)
    yield AgendaKind.ACTIONS, _actions(review)
    yield AgendaKind.PLANS, _plans(review)


def _breaches(card: Scorecard, at: datetime) -> Rows:
    period = Period(card.period, card.starts_on)
    found: dict[tuple[str, int], dict[str, Any]] = {}
    for _name, source in SOURCES:
        for one in source.read(card.vendor_id, period, at).segments:
            found.setdefault(
                (one.model, one.record_id),
                {
                    "model": one.model,
                    "id": one.record_id,
                    "reference": one.reference,
                    "said": f"{one.what} · {one.seconds // 60} min",
                },
            )
    return list(found.values())


def _attestations(review: ServiceReview, today: Any) -> Rows:
    rows = []
    soon = today + timedelta(days=SOON)
    for one in standings([review.vendor], today)[review.vendor_id]:
        if one.held is None:
            rows.append(row_of(review.vendor, f"{name_of(one.need)}: {_('lacks')}", ""))
        elif one.held.expires_on <= soon:
            said = f"{name_of(one.need)}: {one.held.expires_on}"
            rows.append(row_of(one.held, said, one.held.reference))
    return rows


def _contracts(review: ServiceReview, today: Any) -> Rows:
    contracts = Contract.objects.running().filter(vendor=review.vendor_id)
    rows = []
    for contract in contracts.order_by("pk").prefetch_related("terms"):
        days = [
            term.decision_deadline_on
            for term in contract.terms.all()
            if term.decision == "" and term.failure == "" and term.decision_deadline_on
        ]
        near = [day for day in days if today <= day <= today + DECIDED_WITHIN]
        if near:
            rows.append(row_of(contract, str(min(near)), contract.reference))
    return rows


def _actions(review: ServiceReview) -> Rows:
    earlier = ReviewAction.objects.of_vendor(review.vendor_id).pending()
    return [
        row_of(one.review, f"{one.what} · {one.due_on}", one.review.reference)
        for one in earlier.exclude(review=review).select_related("review").order_by("due_on", "pk")
    ]


def _plans(review: ServiceReview) -> Rows:
    plans = ImprovementPlan.objects.of_vendor(review.vendor_id).under_way()
    plans = plans.exclude(review=review).select_related("review", "kpi")
    return [
        row_of(
            one.review,
            f"{title_of(one.kpi)}: {figure(one.target_value, one.kpi.unit)} · {one.due_on}",
            one.review.reference,
        )
        for one in plans.order_by("due_on", "pk")
    ]
