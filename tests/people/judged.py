"""Rubrics for tests, which reach their state by the real road."""

from typing import Any

from people.models import Rubric
from people.services import rubrics


def texts(**given: Any) -> dict[str, Any]:
    told = {
        "title_en": "Handling of an incident",
        "title_es": "Atención de un incidente",
        "good_en": "The client knows what happens, and the fix stays fixed.",
        "good_es": "El cliente sabe qué pasa y lo arreglado queda arreglado.",
    }
    return told | given


def criterion(title: str = "Clear to the client", **given: Any) -> dict[str, Any]:
    """On the scale from 1 to 5, unless told otherwise."""
    count = {1: 2, 3: 3, 5: 5}[given.get("scale", 5)]
    told = {
        "title_en": title,
        "title_es": f"{title} (es)",
        "scale": 5,
        "anchors_en": [f"{title} {n}" for n in range(count)],
        "anchors_es": [f"{title} {n} (es)" for n in range(count)],
    }
    return told | given


CRITERIA = (
    criterion("Clear to the client", weight=2),
    criterion("Right diagnosis", weight=3),
    criterion("Money went where it should", scale=1, is_critical=True),
    criterion(
        "Told the vendor", scale=3, applies_en="A vendor is part", applies_es="Hay proveedor"
    ),
)


def a_rubric(cast: Any, *, active: bool = True, criteria: Any = CRITERIA, **given: Any) -> Rubric:
    """Drafted by the team lead, put in force by the service-delivery manager."""
    row = rubrics.draft_rubric(actor=cast.team_lead, **texts(key="incident-handling") | given)
    if row.number == 1:
        for facts in criteria:
            row = rubrics.set_criterion(row, actor=cast.team_lead, **facts)
    return rubrics.activate_rubric(row, actor=cast.service_manager) if active else row
