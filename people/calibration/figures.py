"""How far the raters of a calibration agree: by criterion beyond chance, by rater how much higher
one rates than the others."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from people.models import CalibrationRating
from people.quality.agreement import (
    Level,
    Rating,
    cohen_kappa,
    fleiss_kappa,
    krippendorff_alpha,
)
from people.quality.enums import Scale


@dataclass(frozen=True)
class Agreement:
    """Of one criterion: kappa (Cohen's of two raters, Fleiss' of more; nominal) over the pieces
    that all rated, Krippendorff's alpha (ordinal; nominal for yes or no) over those that two or
    more rated, and of how many pieces. None: it cannot be told apart from chance."""

    criterion: Any
    kappa: float | None
    alpha: float | None
    pieces: int


@dataclass(frozen=True)
class Leaning:
    """How much higher (or lower) somebody rates than the others on the same piece and criterion,
    as a part of the scale from -1 to 1, over `n` ratings."""

    rater: Any
    difference: float
    n: int


def agreement_of(ratings: Iterable[CalibrationRating]) -> list[Agreement]:
    """By criterion, in the order of the rubric. The ratings come with their criterion."""
    criteria: dict[int, Any] = {}
    found: dict[int, dict[int, dict[int, int | None]]] = defaultdict(lambda: defaultdict(dict))
    for one in ratings:
        criteria[one.criterion_id] = one.criterion
        found[one.criterion_id][one.piece_id][one.rater_id] = one.rating
    return [_agreement(criteria[pk], list(found[pk].values())) for pk in sorted(found)]


def _agreement(criterion: Any, units: list[dict[int, int | None]]) -> Agreement:
    raters = sorted({rater for unit in units for rater in unit})
    rows: list[list[Rating | None]] = [[unit.get(rater) for rater in raters] for unit in units]
    whole: list[list[Rating]] = [
        kept for row in rows if len(kept := [x for x in row if x is not None]) == len(raters)
    ]
    paired = sum(sum(x is not None for x in row) > 1 for row in rows)
    level = Level.NOMINAL if criterion.scale == Scale.YES_NO else Level.ORDINAL
    alpha = krippendorff_alpha(rows, level) if paired else None
    return Agreement(criterion, _kappa(whole, len(raters)), alpha, paired)


def _kappa(units: list[list[Rating]], raters: int) -> float | None:
    if not units or raters < 2:
        return None
    if raters == 2:
        return cohen_kappa([unit[0] for unit in units], [unit[1] for unit in units])
    return fleiss_kappa(units)


def leanings(ratings: Iterable[CalibrationRating]) -> list[Leaning]:
    """By rater, by name. The ratings come with criterion and rater."""
    raters: dict[int, Any] = {}
    together: dict[tuple[int, int], dict[int, float]] = defaultdict(dict)
    for one in ratings:
        if one.rating is None:
            continue
        raters[one.rater_id] = one.rater
        scale = Scale(one.criterion.scale)
        part = (one.rating - scale.lowest) / (scale.value - scale.lowest)
        together[one.piece_id, one.criterion_id][one.rater_id] = part
    apart: dict[int, list[float]] = defaultdict(list)
    for parts in together.values():
        for rater, part in parts.items():
            others = [other for who, other in parts.items() if who != rater]
            if others:
                apart[rater].append(part - fmean(others))
    found = [Leaning(raters[pk], fmean(parts), len(parts)) for pk, parts in apart.items()]
    return sorted(found, key=lambda one: (one.rater.user.get_full_name(), one.rater.pk))
