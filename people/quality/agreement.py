"""How far reviewers agree beyond chance: Cohen's and Fleiss' kappa, Krippendorff's alpha. Pure.

Ratings are whatever can be compared; None stands for a unit that a reviewer did not rate. All three
are 1 for perfect agreement and 0 for what chance would bring; below 0 reviewers contradict each
other. Where everybody gave one and the same rating, chance explains it all and there is no figure
(None): agreement cannot be told apart from a scale of which only one end is used.

Sources: Cohen, A Coefficient of Agreement for Nominal Scales (1960), and Weighted Kappa (1968);
Fleiss, Measuring Nominal Scale Agreement Among Many Raters (1971); Krippendorff, Computing
Krippendorff's Alpha-Reliability (2011).
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from enum import StrEnum
from itertools import permutations

type Rating = int | float | str
type Distance = Callable[[Rating, Rating], float]


class Level(StrEnum):
    """What a scale says: only same or other, an order, or distances."""

    NOMINAL = "nominal"
    ORDINAL = "ordinal"
    INTERVAL = "interval"


def cohen_kappa(
    one: Sequence[Rating], other: Sequence[Rating], level: Level = Level.NOMINAL
) -> float | None:
    """Two reviewers over the same units, in the same order.

    With an interval level disagreements weigh by the square of their distance (quadratic weights).
    ValueError for lists of different length, for none, and for an ordinal level.
    """
    if len(one) != len(other) or not one:
        raise ValueError("kappa compares two ratings of each unit")
    if level == Level.ORDINAL:
        raise ValueError("the weights of kappa are by distance or none")
    distance = _distance(level, [*one, *other])
    units = len(one)
    observed = sum(distance(a, b) for a, b in zip(one, other, strict=True)) / units
    left, right = Counter(one), Counter(other)
    expected = sum(
        count * times * distance(a, b) for a, count in left.items() for b, times in right.items()
    ) / (units * units)
    return _beyond_chance(observed, expected)


def fleiss_kappa(units: Iterable[Sequence[Rating]]) -> float | None:
    """Many reviewers, of whom each unit had the same number, though not the same persons.

    ValueError where the numbers differ or are below two.
    """
    rated = [Counter(unit) for unit in units]
    sizes = {unit.total() for unit in rated}
    if len(sizes) != 1 or (size := sizes.pop()) < 2:
        raise ValueError("every unit needs the same number of ratings, two or more")
    shares = sum(rated, Counter[Rating]())
    chance = sum((count / shares.total()) ** 2 for count in shares.values())
    agreed = sum(
        sum(count * (count - 1) for count in unit.values()) / (size * (size - 1)) for unit in rated
    )
    return _beyond_chance(1 - agreed / len(rated), 1 - chance)


def krippendorff_alpha(
    units: Iterable[Sequence[Rating | None]], level: Level = Level.NOMINAL
) -> float | None:
    """Any number of reviewers, with gaps. Units that fewer than two rated say nothing and are left
    out. ValueError where no unit is left."""
    paired = [
        rated
        for unit in units
        if len(rated := [rating for rating in unit if rating is not None]) > 1
    ]
    if not paired:
        raise ValueError("no unit was rated twice")
    ratings = [rating for rated in paired for rating in rated]
    distance = _distance(level, ratings)
    observed = sum(
        sum(distance(a, b) for a, b in permutations(rated, 2)) / (len(rated) - 1)
        for rated in paired
    ) / len(ratings)
    counts = Counter(ratings)
    expected = sum(
        count * times * distance(a, b) for a, count in counts.items() for b, times in counts.items()
    ) / (len(ratings) * (len(ratings) - 1))
    return _beyond_chance(observed, expected)


def _beyond_chance(observed: float, expected: float) -> float | None:
    """One minus the disagreement found over the disagreement by chance."""
    return 1 - observed / expected if expected else None


def _distance(level: Level, ratings: Sequence[Rating]) -> Distance:
    """How far two ratings are apart; of ordinal ones by how many ratings lie between them."""
    if level == Level.NOMINAL:
        return lambda a, b: float(a != b)
    if level == Level.INTERVAL:
        return lambda a, b: (float(a) - float(b)) ** 2
    counts = Counter(ratings)
    below, place = 0.0, {}
    for rating in sorted(counts, key=float):
        place[rating] = below + counts[rating] / 2
        below += counts[rating]
    return lambda a, b: (place[a] - place[b]) ** 2
