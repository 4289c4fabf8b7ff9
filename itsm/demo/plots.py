"""Writes the plots of the demo world: what happens to each incident, when, and by whom.

Pure: the same seed gives the same plots, each drawn from a generator of its own so that it does not
matter in which order or in how many goes they are told. Days follow the calendar before the base.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from random import Random

from incidents.enums import PRIORITY_OF, Impact, IncidentChannel, Status, Urgency
from itsm.demo.calendar import draw_moment
from itsm.demo.crew import AGENTS, COUNTRY_OF, FIRST_LINE
from itsm.demo.estate import Estate, read_estate
from itsm.demo.paces import DETECTED_BY_MACHINE, DETECTED_BY_PEOPLE, draw
from itsm.demo.scenes import Scene, Step, play
from itsm.demo.stories import Story, all_stories
from itsm.demo.words import draw_words

OPEN_NOW = (
    Status.NEW,
    Status.TRIAGED,
    Status.IN_PROGRESS,
    Status.PENDING_CUSTOMER,
    Status.PENDING_VENDOR,
    Status.PENDING_CHANGE,
    Status.NEW,
    Status.IN_PROGRESS,
    Status.PENDING_VENDOR,
    Status.IN_PROGRESS,
    Status.PENDING_CUSTOMER,
    Status.NEW,
    Status.TRIAGED,
    Status.IN_PROGRESS,
    Status.PENDING_CHANGE,
)
RESOLVED_LATELY = 8  # of these the last three were reopened once
REOPENED = 3
_CANCELLED = 0.04
_RELATED = 0.3  # of those that follow one of the same service within three days

_SHARE = {1: 0.3, 2: 1.0, 3: 1.3}  # of impact and urgency, where a story leaves it open

# How long open incidents have been waiting for their next step, in minutes.
_IDLE = {
    Status.NEW: (2, 45),
    Status.TRIAGED: (8, 150),
    Status.IN_PROGRESS: (5, 260),
    Status.PENDING_CUSTOMER: (60, 4_000),
    Status.PENDING_VENDOR: (45, 2_600),
    Status.PENDING_CHANGE: (120, 5_500),
}


@dataclass(frozen=True)
class Plot:
    """One incident from its opening to where it stands now. Moments are UTC."""

    title: str
    description: str
    language: str
    service: str
    impact: int
    urgency: int
    channel: str
    client: str
    assets: Sequence[str]
    evidence: str
    opened_by: str
    started_at: datetime | None
    detected_at: datetime
    opened_at: datetime
    status: Status
    steps: tuple[Step, ...]
    is_first: bool  # told before the others: it is open, or was until lately
    number: int = 0  # its place by time, from 0


def write_plots(seed: int, count: int, base: datetime) -> list[Plot]:
    """The plots in the order of their opening; all of them lie before the base."""
    estate = read_estate()
    plots = sorted(
        (_write_plot(seed, n, base, estate) for n in range(count)),
        key=lambda plot: plot.opened_at,
    )
    return _linked(seed, [replace(plot, number=n) for n, plot in enumerate(plots)])


def order_of_telling(plots: Iterable[Plot]) -> list[Plot]:
    """Those that people look for come first, each group by time."""
    return sorted(plots, key=lambda plot: (not plot.is_first, plot.number))


def _write_plot(seed: int, n: int, base: datetime, estate: Estate) -> Plot:
    rng = Random(f"{seed}:{n}")  # noqa: S311 -- a repeatable world, no secret
    status = _status_of(n, rng)
    story = _story_for(status, rng)
    facts = estate.services[story.service]
    country = COUNTRY_OF[facts["support"]]
    channel = rng.choice(story.channels)
    is_seen_by_machine = channel == IncidentChannel.MONITORING
    impact, urgency = _draw_level(rng, story.impact), _draw_level(rng, story.urgency)
    client = rng.choice(estate.clients_of(story.clients, country)) if story.clients else ""
    words = draw_words(rng, estate.clients[client]["name"] if client else "")
    scene = Scene(
        rng=rng,
        story=story,
        words=words,
        status=status,
        priority=PRIORITY_OF[Impact(impact), Urgency(urgency)],
        team=facts["support"],
        country=country,
        is_reopened=len(OPEN_NOW) + RESOLVED_LATELY - REOPENED <= n < _first_past(),
    )
    steps = play(scene)
    opened_at = _opened_at(rng, status, steps, base, country, story)
    delay = draw(rng, DETECTED_BY_MACHINE if is_seen_by_machine else DETECTED_BY_PEOPLE)
    noticed = timedelta(seconds=rng.randint(2, 25) if is_seen_by_machine else 0)
    detected_at = opened_at - noticed
    is_start_known = is_seen_by_machine or rng.random() < 0.7
    speaker = rng.choice(AGENTS[FIRST_LINE[country]])
    title = rng.choice(story.titles)
    return Plot(
        title=title.format(**words),
        description=rng.choice(story.descriptions).format(**words),
        language=story.language,
        service=story.service,
        impact=impact,
        urgency=urgency,
        channel=channel,
        client=client,
        assets=_assets(rng, story, words, title),
        evidence=f"Prometheus production · {story.alert}" if is_seen_by_machine else "",
        opened_by="" if is_seen_by_machine or channel == IncidentChannel.API else speaker,
        started_at=detected_at - delay if is_start_known else None,
        detected_at=detected_at,
        opened_at=opened_at,
        status=status,
        steps=steps,
        is_first=n < _first_past(),
    )


def _first_past() -> int:
    return len(OPEN_NOW) + RESOLVED_LATELY


def _status_of(n: int, rng: Random) -> Status:
    if n < len(OPEN_NOW):
        return OPEN_NOW[n]
    if n < _first_past():
        return Status.RESOLVED
    return Status.CANCELLED if rng.random() < _CANCELLED else Status.CLOSED


def _story_for(status: Status, rng: Random) -> Story:
    """A story that can stand there: one waits for a vendor only where a vendor has a part."""
    stories = [story for story in all_stories() if _can_wait(story, status)]
    return rng.choices(stories, [story.weight for story in stories])[0]


def _assets(rng: Random, story: Story, words: dict[str, str], title: str) -> tuple[str, ...]:
    """The asset that the title names, else those that the story usually hits."""
    named = [words[slot] for slot in ("hsm", "cert", "db") if f"{{{slot}}}" in title]
    return tuple(named or story.assets[: rng.randint(1, 2)])


def _draw_level(rng: Random, levels: Sequence[int]) -> int:
    """Of several levels the worst is rare."""
    return rng.choices(levels, [_SHARE[level] for level in levels])[0]


def _can_wait(story: Story, status: Status) -> bool:
    waits = {
        Status.PENDING_CUSTOMER: story.customer_notes,
        Status.PENDING_VENDOR: story.vendor_notes,
        Status.PENDING_CHANGE: story.change_notes,
    }
    return bool(waits.get(status, True))


def _opened_at(
    rng: Random,
    status: Status,
    steps: tuple[Step, ...],
    base: datetime,
    country: str,
    story: Story,
) -> datetime:
    lasted = steps[-1].after if steps else timedelta()
    if status in _IDLE:
        return base - lasted - timedelta(minutes=rng.randint(*_IDLE[status]))
    if status == Status.RESOLVED:
        return base - lasted - timedelta(minutes=rng.randint(30, 50 * 60))
    least = timedelta(days=4) + lasted
    return draw_moment(rng, base, country, not_after=least, of_quincena=story.quincena)


def _linked(seed: int, plots: list[Plot]) -> list[Plot]:
    """Some follow from an earlier one of the same service; both must be told in the same go."""
    latest: dict[tuple[str, bool], Plot] = {}
    linked = []
    for plot in plots:
        rng = Random(f"{seed}:link:{plot.title}")  # noqa: S311 -- as above
        before = latest.get((plot.service, plot.is_first))
        if before and plot.opened_at - before.opened_at < timedelta(days=3):
            if plot.status == Status.CANCELLED:
                plot = replace(plot, steps=(*plot.steps, _link("duplicate_of", before, plot)))
            elif plot.steps and rng.random() < _RELATED:
                kind = rng.choices(("related", "caused_by", "child_of"), (6, 2, 1))[0]
                plot = replace(plot, steps=(*plot.steps, _link(kind, before, plot)))
        latest[plot.service, plot.is_first] = plot
        linked.append(plot)
    return linked


def _link(kind: str, target: Plot, plot: Plot) -> Step:
    actor = next((step.actor for step in plot.steps if step.actor), "")
    return Step(plot.steps[-1].after, "link", actor, {"kind": kind, "target": target.number})
