"""How each change of the demo world went: its steps and their moments, from its story, the seed and
the base. Pure: it reads no clock and no database."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random
from typing import Any

from itsm.demo.change_stories import ChangeStory, change_stories, vote_talk
from itsm.demo.change_windows import next_morning, office_hours, window_of

_MINUTE, _HOUR = timedelta(minutes=1), timedelta(hours=1)
_VOTERS = {
    "low": ("peer", "service_owner"),
    "medium": ("peer", "service_owner", "approver", "approver2"),
    "high": ("peer", "service_owner", "approver", "approver2", "cab_chair", "senior_approver"),
    "emergency": ("cab_chair", "approver", "senior_approver"),
}
_BOARD = ("approver", "approver2", "cab_chair")
# How far a story that ends so goes before anybody works.
_BEFORE_WORK = {
    "draft": 1,
    "submitted": 2,
    "assessing": 3,
    "awaiting_approval": 4,
    "rejected": 4,
    "approved": 4,
}
_TASKS_SINCE = -13  # weeks; of older changes only the window is known
_WORKED = ("implementing", "verifying", "reviewing", "closed")


@dataclass(frozen=True)
class Move:
    """One verb of the change services, by an account or the system."""

    at: datetime
    verb: str
    actor: str
    details: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class ChangePlot:
    """A change from its raising on; the moves stand in their order."""

    number: int
    story: ChangeStory
    window: tuple[datetime, datetime]
    commits: Sequence[tuple[str, str]]
    moves: Sequence[Move]


def change_plots(seed: int, base: datetime) -> list[ChangePlot]:
    """Every change, numbered as it was raised."""
    plots = [_plot(story, Random(f"{seed}:{n}"), base) for n, story in enumerate(change_stories())]  # noqa: S311 -- a story, no secret
    plots.sort(key=lambda plot: (plot.moves[0].at, plot.story.title))
    return [
        ChangePlot(n, plot.story, plot.window, plot.commits, plot.moves)
        for n, plot in enumerate(plots, 1)
    ]


def _plot(story: ChangeStory, rng: Random, base: datetime) -> ChangePlot:
    window = window_of(story, base)
    commits = [(name, rng.randbytes(20).hex()) for name in story.commits]
    write = _Emergency if story.type == "emergency" else _Planned
    moves = write(story, rng, base, window).moves()
    if late := [move for move in moves if move.at > base]:
        raise ValueError(f"{story.title}: {late[0].verb} would come after the base")
    return ChangePlot(0, story, window, commits, moves)


class _Planned:
    """A normal or standard change: everything is asked before anybody works."""

    def __init__(
        self, story: ChangeStory, rng: Random, base: datetime, window: tuple[datetime, datetime]
    ) -> None:
        self.story, self.rng, self.base = story, rng, base
        self.start, self.end = window
        self.tasks = story.tasks if story.weeks >= _TASKS_SINCE else ()

    def moves(self) -> list[Move]:
        """All of them, in order."""
        before = self._before()
        is_past = self.start < self.base
        anchor = self.start - 30 * _HOUR if is_past else self.base - self._minutes(15, 100)
        moves: list[Move] = []
        for verb, actor, details, gap in reversed(before):
            anchor = office_hours(anchor - gap, weekdays=is_past)
            moves.insert(0, Move(anchor, verb, actor, details))
        if self.story.ends == "expired":
            moves.append(Move(self.end + 10 * _MINUTE, "expire", ""))
        if self.story.ends in _WORKED:
            moves += self._work(self.start + self._minutes(2, 9))
        return moves

    def _before(self) -> list[tuple[str, str, dict[str, Any], timedelta]]:
        """(verb, actor, details, how long until the next) of what comes before the work."""
        story, who = self.story, self.story.requester
        asked = [
            ("raise", who, {}, self._minutes(25, 200)),
            *(("plan_task", who, {"n": n}, self._minutes(2, 9)) for n in range(len(self.tasks))),
            ("submit", who, {}, self._minutes(60, 1_300)),
            ("assess", "service_manager", self._risk(), self._minutes(20, 300)),
            ("request_approval", who, {}, self._minutes(60, 600)),
        ]
        until = _BEFORE_WORK.get(story.ends, 4)
        if story.ends == "cancelled" and story.votes is not None and not story.votes:
            until = 2
        if until < 4:
            asked = [*asked[: 1 + len(self.tasks)], *asked[1 + len(self.tasks) :][: until - 1]]
        else:
            asked += self._comments() + self._votes()
        if story.ends in ("scheduled", "expired", *_WORKED):
            asked.append(("schedule", who, {}, self._minutes(30, 400)))
        if story.hold:
            asked.append(("hold", who, {"note": story.hold}, self._minutes(5, 30)))
        if story.ends == "cancelled":
            asked.append(("cancel", who, {"note": story.note}, self._minutes(5, 30)))
        return asked

    def _risk(self) -> dict[str, Any]:
        """How it is assessed: by the questionnaire, or as somebody says."""
        if self.story.answers:
            return {"answers": dict(self.story.answers), "backout_tested": True}
        return {"risk": "" if self.story.type == "standard" else self.story.risk}

    def _comments(self) -> list[tuple[str, str, dict[str, Any], timedelta]]:
        return [
            ("comment", who, {"text": text}, self._minutes(20, 160))
            for who, text in self.story.comments
        ]

    def _votes(self) -> list[tuple[str, str, dict[str, Any], timedelta]]:
        story = self.story
        if story.type == "standard":
            return []
        told = [self._vote(name) for name in self._voters()]
        if story.amend:
            given = dict(story.amend)
            told.append(("amend", story.requester, given, self._minutes(60, 400)))
            told += [self._vote(name, again=True) for name in story.votes_again]
        return told

    def _voters(self) -> Sequence[str]:
        if self.story.votes is not None:
            return self.story.votes
        kind = "emergency" if self.story.type == "emergency" else self.story.risk
        voters = list(_VOTERS[kind])
        if kind == "medium" and self.rng.random() < 0.5:
            voters[-self.rng.randint(1, 2)] = "cab_chair"
        return voters

    def _vote(
        self, told: str, *, again: bool = False
    ) -> tuple[str, str, dict[str, Any], timedelta]:
        """The board answers in its meeting, one after the other; the others when they can."""
        name, _colon, decision = told.partition(":")
        gap = self._minutes(3, 25) if name in _BOARD else self._minutes(150, 1_200)
        said = self.story.says.get(f"{name}_again" if again else name)
        if said is None:
            said = self.rng.choice(vote_talk()[name])
        details = {"decision": decision or "approve", "comment": said}
        return ("vote", name, details, gap)

    def _work(self, begins: datetime) -> list[Move]:
        """From the start of the work until where it stands now."""
        story, doer = self.story, self.story.implementer
        lasts = (self.end - self.start) * self.rng.uniform(0.45, 0.8)
        is_backed_out = story.outcome == "backed_out"
        moves = [Move(begins, "start", doer)]
        count = len(self.tasks)
        for n in range(count - is_backed_out):
            part = lasts / max(count, 1)
            moves.append(Move(begins + n * part + _MINUTE, "start_task", doer, {"n": n}))
            moves.append(Move(begins + (n + 1) * part - _MINUTE, "finish_task", doer, {"n": n}))
        if story.ends == "implementing":
            return [move for move in moves if move.at <= self.base - 5 * _MINUTE]
        done = begins + lasts
        if is_backed_out:
            moves.append(Move(done, "back_out", doer, {"note": story.note}))
        else:
            moves.append(Move(done, "complete", doer))
        if story.ends == "verifying":
            return moves
        done += self._minutes(12, 40)
        if not is_backed_out:
            moves.append(Move(done, "verify", doer))
        return [*moves, *self._afterwards(done)]

    def _afterwards(self, done: datetime) -> list[Move]:
        """The review, in office hours of the days after."""
        story = self.story
        if story.ends != "closed":
            return []
        at = next_morning(done, 1) + self._minutes(20, 400)
        said = {"outcome": story.outcome, "review": story.review}
        moves = [Move(at, "close", story.requester, said)]
        if story.is_significant and story.outcome != "backed_out":
            moves.insert(0, Move(at - 12 * _MINUTE, "confirm", story.requester))
        return moves

    def _minutes(self, low: int, high: int) -> timedelta:
        return timedelta(seconds=self.rng.randint(low * 60, high * 60))


class _Emergency(_Planned):
    """It begins on the word of two members of the ECAB; who approves is asked afterwards."""

    def moves(self) -> list[Move]:
        """All of them, in order."""
        story, who = self.story, self.story.requester
        at = self.start - self._minutes(38, 55)
        moves = [Move(at, "raise", who)]
        at += self._minutes(4, 7)
        for n in range(len(self.tasks)):
            moves.append(Move(at + n * _MINUTE, "plan_task", who, {"n": n}))
        at += self._minutes(5, 8)
        moves.append(Move(at, "submit", who))
        for name, how in story.verbal.items():
            given = at + self._minutes(2, 4)
            at = given + self._minutes(2, 3)
            details = {"person": name, "given_at": given, "how": how}
            moves.append(Move(at, "verbal", who, details))
        return [*moves, *self._work(max(self.start, at + _MINUTE))]

    def _afterwards(self, done: datetime) -> list[Move]:
        at, moves = next_morning(done, 1) + self._minutes(5, 60), []
        if self.story.days_late:  # by then it is overdue, and that is recorded
            late = timedelta(days=self.story.days_late)
            moves, at = [Move(done + late, "record_late", "")], at + late
        for verb, name, details, gap in self._votes():
            moves.append(Move(at, verb, name, details))
            at = office_hours(at + min(gap, 4 * _HOUR), weekdays=False, forwards=True)
        return [*moves, *super()._afterwards(at)]
