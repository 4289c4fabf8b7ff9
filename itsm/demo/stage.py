"""What the scenes are made with: steps that follow each other in time, each by somebody who would
take it, and what they say."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from incidents.enums import Status
from itsm.demo.calendar import ZONES
from itsm.demo.crew import AGENTS, FIRST_LINE, LEADS
from itsm.demo.paces import Pace
from itsm.demo.stories import Story
from itsm.demo.talk import Talk, first_name, tag_of

NIGHT_SHIFT = {"MX": "jcrocha"}  # who alone is the first line then, where somebody is
_QUARTER = timedelta(minutes=15)


@dataclass(frozen=True)
class Step:
    """One verb of the incident services, so long after the opening, by an account or the system."""

    after: timedelta
    verb: str
    actor: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Scene:
    """What the steps follow from."""

    rng: Random
    story: Story
    words: dict[str, str]
    status: Status
    priority: int
    team: str
    country: str
    channel: str
    pace: Pace
    opened_at: datetime
    is_reopened: bool = False
    is_recent: bool = False

    @property
    def is_urgent(self) -> bool:
        return self.priority <= 2

    @property
    def is_brisk(self) -> bool:
        """Whether people are at it without a pause."""
        return self.is_urgent or self.pace.mitigated <= timedelta(minutes=10)

    @property
    def is_of_machines(self) -> bool:
        return self.channel in ("monitoring", "api")

    @property
    def hour(self) -> int:
        """Of the opening, where it happens."""
        return self.opened_at.astimezone(ZONES[self.country]).hour


class Stage:
    """Takes steps one after the other; `at` only moves forward."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.rng, self.story = scene, scene.rng, scene.story
        self.pace = scene.pace
        self.at = timedelta()
        self.team = scene.team
        self.lead = LEADS[scene.country]
        self.worker = self.rng.choice(AGENTS[scene.team])
        self.peer = self.rng.choice([*AGENTS[FIRST_LINE[scene.country]], *AGENTS[scene.team]])
        names = {
            "lead": first_name(self.lead),
            "peer": first_name(self.peer),
            "bridge": str(self.rng.randint(2, 9)),
        }
        tag = tag_of(self.story.language, scene.country)
        self.talk = Talk(self.rng, tag, {**scene.words, **names})
        self.steps: list[Step] = []

    def step(self, verb: str, at: timedelta, *, actor: str | None = None, **details: Any) -> None:
        """Take a step at a moment, or soon after the one before where that is later; what can
        wait waits for the morning."""
        at = timedelta(seconds=round(at.total_seconds()))
        self.at = max(at, self.at + timedelta(seconds=self.rng.randint(3, 20)))
        if self.scene.priority >= 4 and actor != "":
            self.at += self._until_morning()
        self.steps.append(Step(self.at, verb, self.worker if actor is None else actor, details))

    def say(
        self, text: str, at: timedelta, *, by: str | None = None, is_public: bool = False
    ) -> None:
        """Comment with a text of the story."""
        told = text.format(**self.scene.words)
        self.step("comment", at, actor=by, text=told, is_internal=not is_public)

    def chat(
        self, occasion: str, at: timedelta, *, by: str | None = None, is_public: bool = False
    ) -> None:
        """Comment with what people say on an occasion."""
        text = self.talk.draw(occasion, clock=self._clock(at))
        self.step("comment", at, actor=by, text=text, is_internal=not is_public)

    def note_of(self, texts: Any) -> str:
        """One of a story's texts."""
        return self.rng.choice(texts).format(**self.scene.words)

    def soon(self, low: int, high: int) -> timedelta:
        """So many seconds after the last step."""
        return self.at + timedelta(seconds=self.rng.randint(low, high))

    def on_the_way_to(self, end: timedelta) -> timedelta:
        """Somewhere between the last step and another moment."""
        seconds = (max(end, self.at) - self.at).total_seconds() * self.rng.uniform(0.2, 0.7)
        return self.at + timedelta(seconds=round(seconds))

    def has_room(self, end: timedelta, steps: int = 1) -> bool:
        """Whether so many more steps can be taken before a moment."""
        return end - self.at > timedelta(seconds=50) * steps

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def first_line(self) -> str:
        """Who of the first line is there at that hour."""
        night = NIGHT_SHIFT.get(self.scene.country)
        if night and not 6 <= self.scene.hour < 22:
            return night
        return self.rng.choice(AGENTS[FIRST_LINE[self.scene.country]])

    def _until_morning(self) -> timedelta:
        local = (self.scene.opened_at + self.at).astimezone(ZONES[self.scene.country])
        if 7 <= local.hour < 22:
            return timedelta()
        minutes = self.rng.randint(5, 130)
        return timedelta(hours=(31 - local.hour) % 24, minutes=minutes - local.minute)

    def _clock(self, at: timedelta) -> str:
        """When one will say more: the next but one quarter of an hour."""
        moment = self.scene.opened_at + max(at, self.at) + 2 * _QUARTER
        local = moment.astimezone(ZONES[self.scene.country])
        return f"{local.hour:02}:{local.minute // 15 * 15:02}"
