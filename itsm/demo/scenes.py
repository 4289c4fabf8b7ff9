"""The steps of one incident, from its triage to where it stands now."""

from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import Any

from incidents.enums import PENDING, Status
from itsm.demo.crew import AGENTS, FIRST_LINE, LEADS
from itsm.demo.paces import Pace, draw_pace
from itsm.demo.stories import Story

_HAND_OVER = {
    "es": "Se requiere segundo nivel, va con lo revisado hasta ahora.",
    "en": "Needs the second line; what we know so far is in the comments.",
}
_REOPENED = {
    "es": "Volvió a presentarse con los mismos síntomas.",
    "en": "It is back with the same symptoms.",
}
_CANCELLED = {
    "es": "Se atiende en otro registro del mismo evento.",
    "en": "Handled in another record of the same event.",
}
_RESUMED = {
    "es": "Ya tenemos respuesta, seguimos.",
    "en": "We have an answer, going on.",
}
_RAISED = {
    "es": "Es día de nómina y está escalando en redes.",
    "en": "Pay day, and complaints are rising.",
}


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
    is_reopened: bool


def play(scene: Scene) -> tuple[Step, ...]:
    """The steps in the order of time, up to the scene's status."""
    return tuple(_Play(scene).steps)


class _Play:
    """Draws the steps one after the other; `at` only moves forward."""

    def __init__(self, scene: Scene) -> None:
        self.scene, self.rng, self.story = scene, scene.rng, scene.story
        self.pace: Pace = draw_pace(self.rng, scene.priority)
        self.at = timedelta()
        self.team = scene.team
        self.worker = self.rng.choice(AGENTS[scene.team])
        self.steps: list[Step] = []
        self._play()

    def _play(self) -> None:
        status = self.scene.status
        if status == Status.NEW:
            return
        self._take_up()
        if status == Status.TRIAGED:
            return
        if status == Status.CANCELLED:
            note = _CANCELLED[self.story.language]
            self._step("cancel", self.pace.investigated, note=note)
            return
        self._investigate()
        if status == Status.IN_PROGRESS:
            return
        if status in PENDING:
            self._wait(status, self._soon(60, 1_500))
            return
        self._mend()
        if status == Status.CLOSED:
            closer = "" if self.rng.random() < 0.6 else self.worker
            self._step("close", self.pace.closed, actor=closer)

    def _step(self, verb: str, at: timedelta, *, actor: str | None = None, **details: Any) -> None:
        self.at = max(at, self.at + timedelta(seconds=self.rng.randint(4, 40)))
        self.steps.append(Step(self.at, verb, self.worker if actor is None else actor, details))

    def _soon(self, low: int, high: int) -> timedelta:
        return self.at + timedelta(seconds=self.rng.randint(low, high))

    def _text(self, texts: Any) -> str:
        return self.rng.choice(texts).format(**self.scene.words)

    def _take_up(self) -> None:
        """First line looks; what is urgent goes straight to work."""
        first_line = self.rng.choice(AGENTS[FIRST_LINE[self.scene.country]])
        ends_here = self.scene.status in (Status.TRIAGED, Status.CANCELLED)
        if ends_here or self.scene.priority > 2 or self.rng.random() < 0.5:
            self._step("triage", self.pace.acknowledged, actor=first_line)
            if self.rng.random() < 0.35:
                lead = LEADS[self.scene.country]
                self._step("assign", self._soon(20, 400), actor=lead, owner=self.worker)
        if self.scene.priority <= 2 and self.rng.random() < 0.5:
            self._step("watch", self._soon(5, 90), actor=LEADS[self.scene.country])

    def _investigate(self) -> None:
        start = self.pace.acknowledged
        if self.team == "payments-l1" and self.rng.random() < 0.2:
            self._escalate()
            start = self._soon(60, 1_200)
        self._step("start", start)
        if self.scene.priority == 3 and self.story.quincena and self.rng.random() < 0.3:
            reason = _RAISED[self.story.language]
            lead = LEADS[self.scene.country]
            self._step("override_priority", self._soon(60, 600), actor=lead, to=2, reason=reason)
        if self.story.notes:
            self._say(self.story.notes[0], self._between(self.at, self.pace.investigated))
        if self.scene.priority <= 3:
            self._step("investigated", self.pace.investigated)

    def _escalate(self) -> None:
        """First line starts and gives it to the second."""
        self._step("start", self.pace.acknowledged)
        note = _HAND_OVER[self.story.language]
        self._step("hand_over", self._soon(60, 900), team="payments-l2", tier="l2", note=note)
        self.team, self.worker = "payments-l2", self.rng.choice(AGENTS["payments-l2"])

    def _wait(self, status: Status, at: timedelta) -> None:
        match status:
            case Status.PENDING_VENDOR:
                note = self._text(self.story.vendor_notes)
                vendor = self.story.vendor
                self._step("wait_for_vendor", at, vendor=vendor, note=note)
            case Status.PENDING_CUSTOMER:
                note = self._text(self.story.customer_notes)
                self._step("wait_for_customer", at, note=note)
            case _:
                note = self._text(self.story.change_notes)
                self._step("wait_for_change", at, note=note)

    def _mend(self) -> None:
        code, resolution = self.rng.choice(self.story.endings)
        self._maybe_wait(code)
        for note in self.story.notes[1 : self.rng.randint(1, 4)]:
            self._say(note, self._between(self.at, self.pace.mitigated))
        if self.scene.priority <= 2 or self.rng.random() < 0.4:
            self._step("mitigated", self.pace.mitigated)
        if self.story.answers and self.rng.random() < 0.75:
            self._say(self.rng.choice(self.story.answers), self._soon(60, 900), is_public=True)
        resolution = resolution.format(**self.scene.words)
        self._step("resolve", self.pace.resolved, code=code, resolution=resolution)
        if self.scene.is_reopened:
            self._step("reopen", self._soon(1_800, 9_000), note=_REOPENED[self.story.language])
            self._step("resolve", self._soon(1_200, 7_000), code=code, resolution=resolution)

    def _maybe_wait(self, code: str) -> None:
        story, is_quick = self.story, self.pace.mitigated < timedelta(minutes=12)
        at = self._between(self.at, self.pace.mitigated)
        is_vendors = code == "vendor_fixed" or (
            story.vendor_notes and self.rng.random() < 0.4 and not is_quick
        )
        if is_vendors:
            self._wait(Status.PENDING_VENDOR, at)
        elif story.customer_notes and self.rng.random() < 0.5 and not is_quick:
            self._wait(Status.PENDING_CUSTOMER, at)
        elif story.change_notes and self.rng.random() < 0.4 and not is_quick:
            self._wait(Status.PENDING_CHANGE, at)
        else:
            return
        note = _RESUMED[story.language]
        self._step("resume", self._between(self.at, self.pace.mitigated), note=note)

    def _say(self, text: str, at: timedelta, *, is_public: bool = False) -> None:
        told = text.format(**self.scene.words)
        self._step("comment", at, text=told, is_internal=not is_public)

    def _between(self, low: timedelta, high: timedelta) -> timedelta:
        seconds = (max(high, low) - low).total_seconds() * self.rng.uniform(0.2, 0.8)
        return low + timedelta(seconds=round(seconds))
