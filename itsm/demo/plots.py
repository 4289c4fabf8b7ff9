"""Writes the plots of the demo world: what happens to each incident, when, and by whom.

Pure: the same seed and base give the same plots, each drawn from a generator of its own so that it
does not matter in which order or in how many goes they are told.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from incidents.enums import PRIORITY_OF, Impact, IncidentChannel, Status, Urgency
from itsm.demo.calendar import DAYS, ZONES, draw_moment
from itsm.demo.crew import AGENTS, COUNTRY_OF, FIRST_LINE
from itsm.demo.cues import Cue, cue_of
from itsm.demo.estate import read_estate
from itsm.demo.paces import DETECTED_BY_MACHINE, DETECTED_BY_PEOPLE, Pace, draw, draw_pace
from itsm.demo.scenes import Scene, Step, play
from itsm.demo.stories import Story
from itsm.demo.words import draw_words

_SHARE = {1: 0.3, 2: 1.0, 3: 1.3}  # of impact and urgency, where a story leaves it open
_WATCHED = 0.7  # of what is urgent, where machines look at all
_TIRED = 0.3  # of their maturity people lose between midnight and six

# How long open incidents have been waiting for their next step, in minutes.
_IDLE_BACKLOG = (2 * 1_440, 38 * 1_440)
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

    key: str
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
    is_first: bool = False  # told before the others: it is open, or was until lately
    storm: str = ""  # the bad day that it belongs to, as part of it or as what comes of it
    follows: bool = False
    twin: str = ""  # the key of the one that tells the same
    number: int = 0  # its place by time, from 0
    block: int = 0  # of those that are told in one go


def write_plots(seed: int, count: int, base: datetime) -> list[Plot]:
    """Ordinary plots, all of them before the base: those that are told first, then the others."""
    return [write_plot(f"{seed}:{n}", cue_of(seed, n), base) for n in range(count)]


def write_plot(seed: str, cue: Cue, base: datetime) -> Plot:
    """One plot."""
    rng = Random(seed)  # noqa: S311 -- a repeatable world, no secret
    story, estate = cue.story, read_estate()
    team = estate.services[story.service]["support"]
    country = COUNTRY_OF[team]
    impact = cue.impact or _draw_level(rng, story.impact)
    urgency = cue.urgency or _draw_level(rng, story.urgency)
    priority = PRIORITY_OF[Impact(impact), Urgency(urgency)]
    channel = _draw_channel(rng, story, priority)
    is_machines = channel == IncidentChannel.MONITORING
    moment = cue.at or draw_moment(rng, base, country, rhythm=story.rhythm, is_machine=is_machines)
    maturity = _maturity(moment, base, country)
    pace = cue.pace or draw_pace(rng, priority, maturity)
    opened_at = _opened_at(rng, cue, pace, moment, base)
    client = rng.choice(estate.clients_of(story.clients, country)) if story.clients else ""
    words = draw_words(rng, estate.clients[client]["name"] if client else "", country)
    scene = Scene(
        rng=rng,
        story=story,
        words=words,
        status=cue.status,
        priority=priority,
        team=team,
        country=country,
        channel=channel,
        pace=pace,
        opened_at=opened_at,
        is_reopened=cue.is_reopened,
        is_recent=cue.is_first,
    )
    steps = play(scene)
    if cue.status in _IDLE and steps:
        opened_at = min(opened_at, base - steps[-1].after - timedelta(minutes=1))
    steps = tuple(step for step in steps if opened_at + step.after <= base)
    noticed = timedelta(seconds=rng.randint(2, 25) if is_machines else 0)
    delay = draw(rng, DETECTED_BY_MACHINE if is_machines else DETECTED_BY_PEOPLE, maturity)
    is_start_known = is_machines or rng.random() < 0.7
    is_nobodys = is_machines or channel == IncidentChannel.API
    title = rng.choice(story.titles)
    return Plot(
        key=seed,
        title=title.format(**words),
        description=rng.choice(story.descriptions).format(**words),
        language=story.language,
        service=story.service,
        impact=impact,
        urgency=urgency,
        channel=channel,
        client=client,
        assets=_assets(rng, story, words, title),
        evidence=f"Prometheus production · {story.alert}" if is_machines else "",
        opened_by="" if is_nobodys else _speaker(rng, team, country, channel),
        started_at=opened_at - noticed - delay if is_start_known else None,
        detected_at=opened_at - noticed,
        opened_at=opened_at,
        status=_status_after(cue.status, steps),
        steps=steps,
        is_first=cue.is_first,
        storm=cue.storm,
        follows=story.follows,
    )


def _maturity(moment: datetime, base: datetime, country: str) -> float:
    """How good people are by then: from 0 a year before the base to 1, less at night."""
    age = (base - moment) / timedelta(days=DAYS)
    is_night = moment.astimezone(ZONES[country]).hour < 6
    return max(0.0, min(1.0, 1 - age) - (_TIRED if is_night else 0))


def _opened_at(rng: Random, cue: Cue, pace: Pace, moment: datetime, base: datetime) -> datetime:
    """The drawn moment, unless what must have happened since would lie in the future."""
    status = cue.status
    if status in _IDLE:
        lasted = {Status.NEW: timedelta(), Status.TRIAGED: pace.acknowledged}
        so_far = lasted.get(status, pace.investigated) + timedelta(minutes=50)
        idle = rng.randint(*(_IDLE_BACKLOG if cue.is_old else _IDLE[status]))
        return base - timedelta(minutes=idle) - (so_far if status != Status.NEW else timedelta())
    ago = timedelta(minutes=rng.randint(30, 50 * 60))
    latest = base - pace.resolved - timedelta(hours=20)  # a night and a reopening may come in
    return latest - ago if cue.is_first or moment > latest else moment


def _status_after(status: Status, steps: Sequence[Step]) -> Status:
    """What is to be closed is only resolved, where its closing lies after the base."""
    if status == Status.CLOSED and steps[-1].verb != "close":
        return Status.RESOLVED
    return status


def _speaker(rng: Random, team: str, country: str, channel: str) -> str:
    """Who writes it down: mostly the first line; what vendors announce, who works with them."""
    first_line = AGENTS[FIRST_LINE[country]]
    return rng.choice(AGENTS[team] if channel == IncidentChannel.VENDOR else first_line)


def _assets(rng: Random, story: Story, words: dict[str, str], title: str) -> tuple[str, ...]:
    """The asset that the title names, else those that the story usually hits."""
    if named := [words[slot] for slot in ("hsm", "cert", "db") if f"{{{slot}}}" in title]:
        return tuple(named)
    usual = story.assets[: rng.randint(1, 2)]
    return (*usual, words["node"]) if "{node}" in title else tuple(usual)


def _draw_channel(rng: Random, story: Story, priority: int) -> str:
    """What is urgent is mostly noticed by machines, where they look at all."""
    is_watched = IncidentChannel.MONITORING in story.channels
    if is_watched and priority <= 2 and rng.random() < _WATCHED:
        return IncidentChannel.MONITORING
    return rng.choice(story.channels)


def _draw_level(rng: Random, levels: Sequence[int]) -> int:
    """Of several levels the worst is rare."""
    return rng.choices(levels, [_SHARE[level] for level in levels])[0]
