"""How fast people are in the demo world: a believable spread around 1-5-10, neither saints nor
sleepers. All figures are seconds."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import accumulate
from random import Random

MINUTE, HOUR, DAY = 60, 3600, 86_400

type Spread = tuple[tuple[int, int, int], ...]
"""(how often, from, to), the first of which adds up with the others to 100."""

DETECTED_BY_MACHINE: Spread = ((78, 8, 58), (15, 61, 4 * MINUTE), (7, 4 * MINUTE, 22 * MINUTE))
DETECTED_BY_PEOPLE: Spread = (
    (22, 15, 58),
    (28, 2 * MINUTE, 8 * MINUTE),
    (50, 8 * MINUTE, 70 * MINUTE),
)

ACKNOWLEDGED: dict[int, Spread] = {
    1: ((90, 15, 90), (10, 3 * MINUTE, 9 * MINUTE)),
    2: ((90, 25, 130), (10, 5 * MINUTE, 20 * MINUTE)),
    3: ((48, 40, 200), (32, 4 * MINUTE, 25 * MINUTE), (20, 25 * MINUTE, 90 * MINUTE)),
    4: ((30, MINUTE, 4 * MINUTE), (40, 10 * MINUTE, 70 * MINUTE), (30, 70 * MINUTE, 6 * HOUR)),
    5: ((50, 20 * MINUTE, 3 * HOUR), (50, 3 * HOUR, DAY)),
}
INVESTIGATED: dict[int, Spread] = {
    1: ((90, 60, 250), (7, 5 * MINUTE, 12 * MINUTE), (3, 12 * MINUTE, 35 * MINUTE)),
    2: ((87, 80, 255), (8, 5 * MINUTE, 18 * MINUTE), (5, 18 * MINUTE, 55 * MINUTE)),
    3: ((55, 110, 290), (25, 5 * MINUTE, 25 * MINUTE), (20, 25 * MINUTE, 2 * HOUR)),
    4: ((30, 3 * MINUTE, 9 * MINUTE), (70, 15 * MINUTE, 5 * HOUR)),
    5: ((100, 30 * MINUTE, 9 * HOUR),),
}
MITIGATED: dict[int, Spread] = {
    1: ((72, 5 * MINUTE, 555), (20, 10 * MINUTE, 40 * MINUTE), (8, 40 * MINUTE, 3 * HOUR)),
    2: ((66, 6 * MINUTE, 560), (22, 10 * MINUTE, 70 * MINUTE), (12, 70 * MINUTE, 5 * HOUR)),
    3: ((40, 6 * MINUTE, 9 * MINUTE), (35, 40 * MINUTE, 4 * HOUR), (25, 4 * HOUR, 20 * HOUR)),
    4: ((25, 6 * MINUTE, 9 * MINUTE), (40, 2 * HOUR, 10 * HOUR), (35, 10 * HOUR, 3 * DAY)),
    5: ((50, 4 * HOUR, DAY), (50, DAY, 4 * DAY)),
}


SLACK = 0.65  # so often a year ago what should be quick was not; now less


def draw(
    rng: Random, spread: Spread, maturity: float = 1.0, luck: float | None = None
) -> timedelta:
    """A time out of a spread. `maturity`, from 0 a year ago to 1 now: how often the slower parts
    of the spread are what one gets. `luck`, from 0 (the best) to 1, decides which part it is."""
    shares = [float(share) for share, _low, _high in spread]
    if len(shares) > 1:
        lost = shares[0] * SLACK * (1 - maturity)
        shares = [shares[0] - lost, *(share + lost / (len(shares) - 1) for share in shares[1:])]
    place = (rng.random() if luck is None else luck) * sum(shares)
    part = next((n for n, end in enumerate(accumulate(shares)) if place <= end), len(shares) - 1)
    _share, low, high = spread[part]
    return timedelta(seconds=rng.randint(low, high))


@dataclass(frozen=True)
class Pace:
    """What one incident's people need, each counted from its detection and in this order."""

    acknowledged: timedelta
    investigated: timedelta
    mitigated: timedelta
    resolved: timedelta
    closed: timedelta


# What finding out and mending take at the least, once somebody has begun.
_LEAST = {
    1: (40, 100),
    2: (45, 130),
    3: (50, 4 * MINUTE),
    4: (70, 9 * MINUTE),
    5: (15 * MINUTE, 3 * HOUR),
}


def draw_pace(rng: Random, priority: int, maturity: float) -> Pace:
    """The pace of an incident of a priority. Whoever begins late ends late."""
    luck = rng.random()

    def draw_of(spread: Spread) -> timedelta:
        near = min(1.0, max(0.0, luck + rng.gauss(0, 0.1)))
        return draw(rng, spread, maturity, near)

    least = [timedelta(seconds=rng.randint(*_LEAST[priority])) for _ in range(3)]
    acknowledged = draw_of(ACKNOWLEDGED[priority])
    is_late = acknowledged > timedelta(seconds=ACKNOWLEDGED[priority][0][2])
    slower = 3 if is_late else 1
    investigated = max(draw_of(INVESTIGATED[priority]), acknowledged + slower * least[0])
    mitigated = max(draw_of(MITIGATED[priority]), investigated + slower * (least[1] + least[2]))
    resolved = mitigated + timedelta(minutes=rng.randint(4, 95))
    closed = resolved + timedelta(hours=rng.randint(3, 96))
    return Pace(acknowledged, investigated, mitigated, resolved, closed)
