"""What is altered in the demo world: reads `change_stories/*.toml`. Texts, and how each ends."""

import tomllib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "change_stories"

TEMPLATES = "templates.toml"
TALK = "talk.toml"
CHECKLIST = "checklist.toml"
_IN_HAND = ("awaiting_approval", "implementing")


@dataclass(frozen=True)
class ChangeStory:
    """One change. `slot` and `weeks` say when its window is: -3 the third such day before today,
    1 the next one. `votes` are who answers, as `name` or `name:decision`, in their order; what
    they say stands in `says`, else it is drawn. `answers` are those to the risk's questions, given
    only where they make the `risk` certain. `ends` is the status in which it stands now.
    `days_late` is how long an emergency's approval afterwards was forgotten.
    """

    title: str
    services: Sequence[str]
    weeks: int
    reason: str
    description: str
    security: str = ""
    test: str = ""
    result: str = ""
    backout: str = ""
    communication: str = ""
    slot: str = "sunday"
    hours: int = 4
    type: str = "normal"
    template: str = ""
    risk: str = "low"
    ends: str = "closed"
    outcome: str = "successful"
    review: str = ""
    note: str = ""
    hold: str = ""
    is_significant: bool = False
    team: str = "core-platform"
    requester: str = "requester"
    builder: str = "requester"
    implementer: str = "implementer"
    tester: str = "eolvera"
    assets: Sequence[str] = ()
    clients: Sequence[str] = ()
    tasks: Sequence[str] = ()
    commits: Sequence[str] = ()
    comments: Sequence[Sequence[str]] = ()
    votes: Sequence[str] | None = None
    says: Mapping[str, str] = field(default_factory=dict)
    answers: Mapping[str, str] = field(default_factory=dict)
    verbal: Mapping[str, str] = field(default_factory=dict)
    amend: Mapping[str, str] = field(default_factory=dict)
    votes_again: Sequence[str] = ()
    days_late: int = 0

    @property
    def is_first(self) -> bool:
        """Whether it is told before the portal serves: what people vote on or work on now."""
        return self.ends in _IN_HAND or (self.type == "emergency" and self.ends != "closed")


@cache
def change_stories() -> tuple[ChangeStory, ...]:
    """Every story, in a fixed order. The cases of a story share what it says for all of them."""
    stories: list[ChangeStory] = []
    for path in sorted(FOLDER.glob("*.toml")):
        for told in tomllib.loads(path.read_text()).get("change", ()):
            cases = told.pop("cases", [{}])
            stories += [ChangeStory(**{**told, **case}) for case in cases]
    return tuple(stories)


@cache
def template_stories() -> Mapping[str, dict[str, Any]]:
    """The standard changes, by name."""
    return tomllib.loads((FOLDER / TEMPLATES).read_text())["templates"]


@cache
def vote_talk() -> Mapping[str, Sequence[str]]:
    """What each voter says who agrees; often nothing."""
    return tomllib.loads((FOLDER / TALK).read_text())["approve"]


@cache
def confirmed() -> Mapping[str, tuple[str, str]]:
    """What is answered to the checklist after a significant change: point to answer and note."""
    told = tomllib.loads((FOLDER / CHECKLIST).read_text())["confirmed"]
    return {point: (answer, note) for point, (answer, note) in told.items()}
