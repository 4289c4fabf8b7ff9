"""How options are weighed against each other. Pure."""

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal

from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from vendors.renewals.enums import RenewalCriterion

MOST_WEIGHT, MOST_POINTS = 100, 5


def check_weights(weights: Mapping[str, int]) -> None:
    """ValidationError unless every weight is of a criterion and some weigh something."""
    is_fine = set(weights) <= set(RenewalCriterion.values) and all(
        type(one) is int and 0 <= one <= MOST_WEIGHT for one in weights.values()
    )
    if not is_fine or (weights and not any(weights.values())):
        raise ValidationError(
            {"weights": _("Give whole weights from 0 to 100 by criterion, one above 0.")}
        )


def check_scores(scores: Mapping[str, int]) -> None:
    """ValidationError unless every criterion has its points."""
    if set(scores) != set(RenewalCriterion.values) or not all(
        type(one) is int and 0 <= one <= MOST_POINTS for one in scores.values()
    ):
        raise ValidationError({"scores": _("Give whole points from 0 to 5 for every criterion.")})


def points(weights: Mapping[str, int], scores: Mapping[str, int]) -> Decimal | None:
    """The weighted mean of an option's points, two places; None where nothing is weighed."""
    whole = sum(weights.values())
    if not whole:
        return None
    total = sum(weight * scores.get(name, 0) for name, weight in weights.items())
    return (Decimal(total) / whole).quantize(Decimal("0.01"), ROUND_HALF_UP)
