"""How far improvement plans got: the values of a figure in the scorecards that follow, against the
line of its target."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from django.urls import reverse

from vendors.models import ImprovementPlan, ScoreLine
from vendors.scorecards.enums import PeriodKind
from vendors.scorecards.pictures import FOOT, HEIGHT, TOP, WIDTH
from vendors.scorecards.words import figure, name_of

MOST = 24  # months

type Point = tuple[str, Decimal, str]


def pictures_of(vendor_id: int, plans: Sequence[ImprovementPlan]) -> dict[int, dict[str, Any]]:
    """By plan the picture of its figure since the review's scorecard; one query for all."""
    if not plans:
        return {}
    lines = (
        ScoreLine.objects.filter(
            scorecard__vendor=vendor_id,
            scorecard__period=PeriodKind.MONTH,
            kpi__key__in={plan.kpi.key for plan in plans},
            value__isnull=False,
        )
        .select_related("scorecard", "kpi")
        .order_by("scorecard__starts_on")
    )
    told: dict[str, list[tuple[Any, Point]]] = {}
    for line in lines:
        card = line.scorecard
        url = reverse("admin:vendors_scorecard_change", args=[card.pk])
        point = (name_of(card.period, card.starts_on), line.value or Decimal(0), url)
        told.setdefault(line.kpi.key, []).append((card.starts_on, point))
    return {plan.pk: _of_plan(plan, told.get(plan.kpi.key, [])) for plan in plans}


def _of_plan(plan: ImprovementPlan, points: list[tuple[Any, Point]]) -> dict[str, Any]:
    since = plan.review.scorecard.starts_on
    shown = [point for day, point in points if day >= since][:MOST]
    return picture(shown, plan.from_value, plan.target_value, plan.kpi.unit)


def picture(points: Sequence[Point], start: Decimal, target: Decimal, unit: str) -> dict[str, Any]:
    """Values from the oldest to the latest between the least and the most of them, from and target;
    each a dot with its label. Levels are the lines of from and target."""
    values = [float(value) for _label, value, _url in points] + [float(start), float(target)]
    low, high = min(values), max(values)
    span = (high - low) or 1.0
    deep = HEIGHT - TOP - FOOT

    def height_of(value: float) -> float:
        return round(TOP + deep * (1 - (value - low) / span), 1)

    step = WIDTH / max(len(points), 1)
    dots = [
        {
            "x": round((place + 0.5) * step, 1),
            "y": height_of(float(value)),
            "label": label,
            "score": figure(value, unit),
            "url": url,
        }
        for place, (label, value, url) in enumerate(points)
    ]
    every = max(1, -(-len(points) // 8))
    return {
        "points": dots,
        "lines": [" ".join(f"{dot['x']},{dot['y']}" for dot in dots)] if len(dots) > 1 else [],
        "labels": [
            {"x": dot["x"], "label": dot["label"]}
            for place, dot in enumerate(dots)
            if (len(dots) - 1 - place) % every == 0
        ],
        "levels": [
            {"y": height_of(float(value)), "label": figure(value, unit)}
            for value in (start, target)
        ],
        "width": WIDTH,
        "height": HEIGHT,
        "words": HEIGHT - 4,
    }
