"""How fast people are in the demo world: a believable spread around 1-5-10, neither saints nor
sleepers. All figures are seconds."""

from dataclasses import dataclass
from datetime import timedelta
from random import Random

MINUTE, HOUR, DAY = 60, 3600, 86_400

type Spread = tuple[tuple[int, int, int], ...]
"""(how often, from, to), the first of which adds up with the others to 100."""

DETECTED_BY_MACHINE: Spread = ((62, 8, 58), (28, 61, 4 * MINUTE), (10, 4 * MINUTE, 22 * MINUTE))
DETECTED_BY_PEOPLE: Spread = ((30, 2 * MINUTE, 8 * MINUTE), (70, 8 * MINUTE, 70 * MINUTE))

ACKNOWLEDGED: dict[int, Spread] = {
    1: ((80, 20, 3 * MINUTE), (20, 3 * MINUTE, 9 * MINUTE)),
    2: ((85, 40, 3 * MINUTE), (15, 5 * MINUTE, 20 * MINUTE)),
    3: ((70, 3 * MINUTE, 25 * MINUTE), (30, 25 * MINUTE, 90 * MINUTE)),
    4: ((60, 10 * MINUTE, 70 * MINUTE), (40, 70 * MINUTE, 6 * HOUR)),
    5: ((50, 20 * MINUTE, 3 * HOUR), (50, 3 * HOUR, DAY)),
}
INVESTIGATED: dict[int, Spread] = {
    1: ((72, 70, 5 * MINUTE), (20, 5 * MINUTE, 12 * MINUTE), (8, 12 * MINUTE, 35 * MINUTE)),
    2: ((66, 90, 5 * MINUTE), (22, 5 * MINUTE, 18 * MINUTE), (12, 18 * MINUTE, 55 * MINUTE)),
    3: ((20, 3 * MINUTE, 10 * MINUTE), (80, 10 * MINUTE, 2 * HOUR)),
    4: ((100, 15 * MINUTE, 5 * HOUR),),
    5: ((100, 30 * MINUTE, 9 * HOUR),),
}
MITIGATED: dict[int, Spread] = {
    1: ((46, 5 * MINUTE, 10 * MINUTE), (34, 10 * MINUTE, 40 * MINUTE), (20, 40 * MINUTE, 3 * HOUR)),
    2: ((42, 6 * MINUTE, 10 * MINUTE), (33, 10 * MINUTE, 70 * MINUTE), (25, 70 * MINUTE, 5 * HOUR)),
    3: ((60, 40 * MINUTE, 4 * HOUR), (40, 4 * HOUR, 20 * HOUR)),
    4: ((50, 2 * HOUR, 10 * HOUR), (50, 10 * HOUR, 3 * DAY)),
    5: ((50, 4 * HOUR, DAY), (50, DAY, 4 * DAY)),
}


def draw(rng: Random, spread: Spread) -> timedelta:
    """A time out of a spread."""
    _share, low, high = rng.choices(spread, [share for share, _low, _high in spread])[0]
    return timedelta(seconds=rng.randint(low, high))


@dataclass(frozen=True)
class Pace:
    """What one incident's people need, each counted from its detection and in this order."""

    acknowledged: timedelta
    investigated: timedelta
    mitigated: timedelta
    resolved: timedelta
    closed: timedelta


def draw_pace(rng: Random, priority: int) -> Pace:
    """The pace of an incident of a priority."""
    acknowledged = draw(rng, ACKNOWLEDGED[priority])
    least = timedelta(seconds=rng.randint(25, 90))
    investigated = max(draw(rng, INVESTIGATED[priority]), acknowledged + least)
    mitigated = max(draw(rng, MITIGATED[priority]), investigated + 2 * least)
    resolved = mitigated + timedelta(minutes=rng.randint(4, 95))
    closed = resolved + timedelta(hours=rng.randint(3, 96))
    return Pace(acknowledged, investigated, mitigated, resolved, closed)
