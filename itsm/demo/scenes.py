"""The steps of one incident, from its triage to where it stands now."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

from incidents.enums import PENDING, Status
from itsm.demo.crew import AGENTS, NEXT_LINE, VENDOR_DESK
from itsm.demo.papers import draw_paper
from itsm.demo.stage import Scene, Stage, Step

__all__ = ["Scene", "Step", "play"]

type Act = tuple[int, Callable[[timedelta], None]]
"""Something done at a moment; the higher the number the sooner it is left out, 0 never."""

_SHARED_WITH = ("finance", "requester", "service_owner")
_SHARED_DAYS = (7, 14, 30)


def play(scene: Scene) -> tuple[Step, ...]:
    """The steps in the order of time, up to the scene's status."""
    stage = _Play(scene)
    stage.play()
    return tuple(stage.steps)


class _Play(Stage):
    """The course that incidents take."""

    def play(self) -> None:
        """Draw the steps one after the other."""
        status = self.scene.status
        if status == Status.NEW:
            return
        self._take_up()
        if status == Status.TRIAGED:
            return
        if status == Status.CANCELLED:
            self.step("cancel", self.pace.investigated, note=self.talk.draw("cancelled"))
            return
        self._investigate()
        if self.scene.is_recent and self.scene.is_urgent:
            days = self.rng.choice(_SHARED_DAYS)
            user = self.rng.choice(_SHARED_WITH)
            self.step("share", self.soon(60, 400), actor=self.lead, user=user, days=days)
        if status == Status.IN_PROGRESS:
            return
        if status in PENDING:
            self._wait(status, self.soon(60, 900))
            return
        self._mend()
        if status == Status.CLOSED:
            self._close()

    def _take_up(self) -> None:
        """First line looks; what is urgent goes straight to work."""
        first_line = self.first_line()
        ends_here = self.scene.status in (Status.TRIAGED, Status.CANCELLED)
        if ends_here or not self.scene.is_urgent or self.chance(0.5):
            self.step("triage", self.pace.acknowledged, actor=first_line)
            if self.chance(0.35):
                at = self.soon(5, 30) if self.scene.is_brisk else self.soon(20, 400)
                self.step("assign", at, actor=self.lead, owner=self.worker)
        if self.scene.channel in ("email", "portal", "chat") and self.chance(0.45):
            at = self.soon(5, 30) if self.scene.is_brisk else self.soon(20, 300)
            self.chat("first_answer", at, by=first_line, is_public=True)
        if self.scene.is_urgent and self.chance(0.5):
            self.step("watch", self.soon(3, 15), actor=self.lead)
        if self.scene.priority == 1 and self.scene.country == "MX":
            self.step("watch", self.soon(3, 15), actor="service_manager")

    def _investigate(self) -> None:
        start, found_at = self.pace.acknowledged, self.pace.investigated
        if self.team in NEXT_LINE and not self.scene.is_brisk and self.chance(0.18):
            self._hand_over()
            start = self.soon(60, 1_200)
        self.step("start", start)
        if self.scene.priority == 3 and self.chance(0.12 if not self.story.rhythm else 0.3):
            reason = self.talk.draw("raised")
            lead = self.lead
            self.step("override_priority", self.soon(60, 600), actor=lead, to=2, reason=reason)
        if self.scene.is_urgent and self.has_room(found_at, 3) and self.chance(0.6):
            self.chat("bridge", self.on_the_way_to(found_at), by=self.lead)
        if self._may_read() and self.has_room(found_at, 2):
            self.chat("reading", self.on_the_way_to(found_at))
        if self.story.notes:
            self.say(self.story.notes[0], self.on_the_way_to(found_at))
        if self.scene.priority <= 3:
            self.step("investigated", found_at)
            if self.scene.is_of_machines and self.chance(0.06):
                minutes = self.rng.randint(1, 9)
                self.step("started_earlier", self.soon(60, 500), minutes=minutes)
        if self.story.paper or (self.scene.is_of_machines and self.chance(0.1)):
            self._attach()

    def _may_read(self) -> bool:
        """General findings fit where machines fail, and where it is not simply pay day."""
        is_technical = self.scene.is_of_machines or self.scene.is_urgent
        return is_technical and self.story.rhythm != "quincena" and self.chance(0.75)

    def _hand_over(self) -> None:
        """A line starts and gives it to the next."""
        self.step("start", self.pace.acknowledged)
        self.team = NEXT_LINE[self.team]
        note = self.talk.draw("hand_over")
        self.step("hand_over", self.soon(60, 900), team=self.team, tier="l2", note=note)
        self.worker = self.rng.choice(AGENTS[self.team])

    def _attach(self) -> None:
        if not self.chance(0.55):
            return
        at = self.soon(20, 240)
        asset = self.story.assets[0] if self.story.assets else "salida"
        moment = self.scene.opened_at + max(at, self.at)
        words = self.scene.words
        name, text = draw_paper(self.rng, self.story.paper, asset, words, moment)
        self.step("attach", at, name=name, text=text)

    def _wait(self, status: Status, at: timedelta) -> None:
        match status:
            case Status.PENDING_VENDOR:
                note = self.note_of(self.story.vendor_notes)
                vendor = self.story.vendor
                self.step("wait_for_vendor", at, vendor=vendor, note=note)
            case Status.PENDING_CUSTOMER:
                self.step("wait_for_customer", at, note=self.note_of(self.story.customer_notes))
            case _:
                self.step("wait_for_change", at, note=self.note_of(self.story.change_notes))

    def _mend(self) -> None:
        code, resolution = self._ending()
        done_at = self.pace.mitigated
        working = self._working()
        acts = self._that_fit([*working[:1], *self._waiting(code), *working[1:]], done_at)
        for n, (_weight, act) in enumerate(acts):
            gap = (done_at - self.at) / (len(acts) - n + 1)
            act(self.at + max(gap, timedelta()) * self.rng.uniform(0.5, 1.4))
        if self.scene.is_brisk or self.chance(0.4):
            self.step("mitigated", done_at)
            if self.chance(0.6) and self._may_read():
                self.chat("watching", self.soon(60, 900))
        if self.story.answers and self.chance(0.75):
            self.say(self.rng.choice(self.story.answers), self.soon(60, 900), is_public=True)
        resolution = resolution.format(**self.scene.words)
        self.step("resolve", self.pace.resolved, code=code, resolution=resolution)
        if self.scene.is_reopened:
            self._come_back(code, resolution)

    @property
    def _is_quick(self) -> bool:
        return self.pace.mitigated < timedelta(minutes=12)

    def _ending(self) -> list[str]:
        """What takes minutes is seldom mended by a vendor."""
        endings = self.story.endings
        if self._is_quick:
            endings = [told for told in endings if told[0] != "vendor_fixed"] or endings
        return self.rng.choice(endings)

    def _waiting(self, code: str) -> list[Act]:
        """That somebody else must act, what is heard of them, and that they have answered."""
        story, may_wait = self.story, not self._is_quick
        if code == "vendor_fixed" or (story.vendor_notes and self.chance(0.4) and may_wait):
            status = Status.PENDING_VENDOR
        elif story.customer_notes and self.chance(0.5) and may_wait:
            status = Status.PENDING_CUSTOMER
        elif story.change_notes and self.chance(0.4) and may_wait:
            status = Status.PENDING_CHANGE
        else:
            return []
        acts: list[Act] = [(0, partial(self._wait, status))]
        if status == Status.PENDING_VENDOR and may_wait and self.chance(0.8):
            desk = VENDOR_DESK[self.scene.country]
            acts.append((2, partial(self.chat, "vendor_desk", by=desk)))
        return [*acts, (0, self._resume)]

    def _working(self) -> list[Act]:
        """What is found and told on the way; the first finding came before."""
        acts: list[Act] = []
        last = self.rng.randint(2, 6) if self.story.weight else None  # on bad days all is told
        for note in self.story.notes[1:last]:
            by = self.peer if self.chance(0.2) else None
            acts.append((1, partial(self.say, note, by=by)))
        if self.scene.is_urgent and self.chance(0.6):
            acts.insert(min(1, len(acts)), (2, partial(self.chat, "asks", by=self.lead)))
        if self.scene.is_urgent and self.chance(0.6):
            acts.append((2, partial(self.chat, "care", by=self.peer)))
        if self.pace.mitigated > timedelta(hours=5) and self.chance(0.5):
            acts.insert(len(acts) // 2, (2, partial(self.chat, "shift")))
        return acts

    def _that_fit(self, acts: list[Act], end: timedelta) -> list[Act]:
        """Without what there is no time for: small talk first, then findings from the last on."""
        room = max(1, (end - self.at) // timedelta(seconds=45))
        while len(acts) > room and any(weight for weight, _act in acts):
            least = max(weight for weight, _act in acts)
            last = max(n for n, (weight, _act) in enumerate(acts) if weight == least)
            acts = [*acts[:last], *acts[last + 1 :]]
        return acts

    def _resume(self, at: timedelta) -> None:
        self.step("resume", at, note=self.talk.draw("resumed"))

    def _come_back(self, code: str, resolution: str) -> None:
        """It was not over."""
        self.step("reopen", self.soon(1_800, 9_000), note=self.talk.draw("reopened"))
        self.chat("again", self.soon(300, 1_500))
        resolution = f"{resolution} {self.talk.draw('for_good')}"
        self.step("resolve", self.soon(1_200, 7_000), code=code, resolution=resolution)

    def _close(self) -> None:
        """The reporter says something, or nobody does and the portal closes it."""
        if not self.scene.is_of_machines and self.chance(0.22):
            self.chat("thanks", self.soon(600, 9_000))
        closer = "" if self.chance(0.6) else self.worker
        earliest = self.at + timedelta(hours=self.rng.randint(2, 30))
        at = max(self.pace.closed, earliest) if self.scene.is_reopened else self.pace.closed
        self.step("close", at, actor=closer)
