"""What can go wrong in the demo world: reads `stories/*.toml`. Texts only; no dates, no people."""

import tomllib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "stories"


@dataclass(frozen=True)
class Story:
    """One kind of trouble. Texts hold slots such as `{pct}`, which `words` fills.

    A list of choices is drawn from; `notes` are told in their order. `rhythm` says in which days
    and hours it happens (see `calendar`), `paper` which kind of file people attach. On a bad day,
    what `follows` comes of it, and the others are part of it.
    """

    service: str
    language: str
    weight: float
    titles: list[str]
    descriptions: list[str]
    impact: list[int]
    urgency: list[int]
    channels: list[str]
    endings: list[list[str]]
    assets: Sequence[str] = ()
    notes: Sequence[str] = ()
    answers: Sequence[str] = ()
    clients: Sequence[str] = ()
    vendor: str = ""
    vendor_notes: Sequence[str] = ()
    customer_notes: Sequence[str] = ()
    change_notes: Sequence[str] = ()
    alert: str = ""
    rhythm: str = ""
    paper: str = ""
    follows: bool = False


@cache
def all_stories() -> tuple[Story, ...]:
    """Every story, in a fixed order. The cases of a story share what it says for all of them."""
    stories: list[Story] = []
    for path in sorted(FOLDER.glob("*.toml")):
        for told in tomllib.loads(path.read_text())["story"]:
            stories += _cases(told)
    return tuple(stories)


def _cases(told: dict[str, Any]) -> list[Story]:
    cases = told.pop("cases", [{}])
    weight = told.pop("weight") / len(cases)
    return [Story(weight=weight, **{**told, **case}) for case in cases]
