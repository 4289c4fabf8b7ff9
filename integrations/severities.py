"""How bad an alert is: from its severity label to impact and urgency."""

from collections.abc import Iterable
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from incidents.enums import Impact, Urgency
from integrations.models import AlertSource

UNKNOWN = (Impact.MEDIUM, Urgency.MEDIUM)  # no severity, or one that nobody has mapped

SEVERITIES: dict[str, tuple[int, int]] = {
    "emergency": (Impact.HIGH, Urgency.HIGH),
    "disaster": (Impact.HIGH, Urgency.HIGH),
    "critical": (Impact.HIGH, Urgency.HIGH),
    "page": (Impact.HIGH, Urgency.HIGH),
    "high": (Impact.MEDIUM, Urgency.HIGH),
    "error": (Impact.MEDIUM, Urgency.HIGH),
    "major": (Impact.MEDIUM, Urgency.HIGH),
    "warning": (Impact.MEDIUM, Urgency.MEDIUM),
    "minor": (Impact.LOW, Urgency.MEDIUM),
    "low": (Impact.LOW, Urgency.LOW),
    "notice": (Impact.LOW, Urgency.LOW),
    "info": (Impact.LOW, Urgency.LOW),
    "none": (Impact.LOW, Urgency.LOW),
}


def impact_and_urgency(severity: str, overrides: dict[str, Any]) -> tuple[int, int]:
    """By the source's own map first, then by the usual words; upper and lower case are alike."""
    word = severity.strip().lower()
    own = {name.lower(): pair for name, pair in overrides.items()}
    impact, urgency = own.get(word) or SEVERITIES.get(word, UNKNOWN)
    return impact, urgency


def worst_of(source: AlertSource, severities: Iterable[str]) -> tuple[int, int]:
    """The highest impact and the highest urgency among the severities."""
    pairs = [impact_and_urgency(severity, source.severities) for severity in severities]
    return min(impact for impact, _urgency in pairs), min(urgency for _impact, urgency in pairs)


def validate_severities(value: Any) -> None:
    """Refuse a map that is not `{"critical": [1, 1]}` with impacts and urgencies there are."""
    is_right = isinstance(value, dict) and all(
        isinstance(pair, list)
        and len(pair) == 2
        and all(type(number) is int for number in pair)
        and pair[0] in Impact
        and pair[1] in Urgency
        for pair in value.values()
    )
    if not is_right:
        text = _('Give each severity as impact and urgency from 1 to 3: {"critical": [1, 1]}.')
        raise ValidationError({"severities": text})
