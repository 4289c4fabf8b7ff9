"""The bad days of the year: one failure that is felt in many services within the hour.

Reads `bad_days/*.toml`. The first incident of a storm is what the others turn out to be part of.
"""

import tomllib
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from pathlib import Path
from random import Random
from typing import Any

from incidents.enums import Status
from itsm.demo.calendar import ZONES, buen_fin
from itsm.demo.cues import Cue
from itsm.demo.paces import Pace
from itsm.demo.plots import Plot, write_plot
from itsm.demo.stories import Story

FOLDER = Path(__file__).parent / "bad_days"
SHARE = 0.06  # of a world's incidents; where that is too little for a storm, there is none


@dataclass(frozen=True)
class Storm:
    """A bad day: `on` is `MM-DD` or `buen_fin`, the hour is local; `lasts` in minutes."""

    name: str
    on: str
    hour: int
    country: str
    lasts: int
    leader: Story
    others: tuple[Story, ...]


@cache
def all_storms() -> tuple[Storm, ...]:
    """In the order of the files."""
    told = [tomllib.loads(path.read_text())["storm"] for path in sorted(FOLDER.glob("*.toml"))]
    return tuple(_read(name, facts) for storms in told for name, facts in storms.items())


def storms_for(count: int) -> list[Storm]:
    """The storms that a world of so many incidents has."""
    left, found = count * SHARE, []
    for storm in all_storms():
        left -= 1 + len(storm.others)
        if left >= 0:
            found.append(storm)
    return found


def write_storm(seed: int, storm: Storm, base: datetime) -> list[Plot]:
    """Its plots; they are over within hours, on the latest such day before the base."""
    rng = Random(f"{seed}:storm:{storm.name}")  # noqa: S311 -- a repeatable world, no secret
    began_at = _moment(rng, storm, base)
    lasted = timedelta(minutes=storm.lasts + rng.randint(-9, 14))
    plots = [_plot(seed, storm, 0, rng, began_at, began_at + lasted, base)]
    for n in range(1, len(storm.others) + 1):
        at = began_at + timedelta(seconds=rng.randint(90, storm.lasts * 40))
        plots.append(_plot(seed, storm, n, rng, at, began_at + lasted, base))
    return plots


def _plot(
    seed: int, storm: Storm, n: int, rng: Random, at: datetime, over_at: datetime, base: datetime
) -> Plot:
    story = storm.others[n - 1] if n else storm.leader
    acknowledged = timedelta(seconds=rng.randint(30, 170))
    mitigated = over_at - at + timedelta(seconds=rng.randint(0, 900) if n else 0)
    investigated = min(mitigated * 0.6, timedelta(seconds=rng.randint(260, 1_500)))
    resolved = mitigated + timedelta(minutes=rng.randint(15, 120))
    closed = resolved + timedelta(hours=rng.randint(20, 90))
    cue = Cue(
        story=story,
        status=Status.CLOSED,
        impact=min(story.impact),
        urgency=min(story.urgency),
        at=at,
        storm=storm.name,
        pace=Pace(acknowledged, investigated, mitigated, resolved, closed),
    )
    return write_plot(f"{seed}:storm:{storm.name}:{n}", cue, base)


def _moment(rng: Random, storm: Storm, base: datetime) -> datetime:
    at = time(storm.hour, rng.randint(4, 50), rng.randint(0, 59))
    zone = ZONES[storm.country]
    for year in (base.year, base.year - 1, base.year - 2):
        if storm.on == "buen_fin":
            day = min(buen_fin(year))
        else:
            day = date.fromisoformat(f"{year}-{storm.on}")
            if storm.hour < 5:  # what is changed at night is changed on Tuesdays
                day += timedelta(days=(1 - day.weekday()) % 7)
        moment = datetime.combine(day, at, zone).astimezone(UTC)
        if moment < base - timedelta(days=2):
            return moment
    raise ValueError(f"{storm.name} never was")


def _read(name: str, told: dict[str, Any]) -> Storm:
    """The leader is told whole; the others share what `rest` says unless they say it themselves."""
    rest = {**_OF_OTHERS, "language": told["leader"]["language"], **told.pop("rest")}
    return Storm(
        name=name,
        leader=Story(**{"weight": 0, "impact": [1], "urgency": [1], **told.pop("leader")}),
        others=tuple(Story(**{**rest, **other}) for other in told.pop("others")),
        **told,
    )


_OF_OTHERS: dict[str, Any] = {
    "weight": 0,
    "impact": [2],
    "urgency": [1],
    "channels": ["monitoring"],
}
