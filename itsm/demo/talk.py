"""What people say whatever the trouble is: reads `talk.toml` and fills its slots."""

import tomllib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from random import Random

from itsm.demo.crew import COLLEAGUES
from people.demo_cast import DEMO_PEOPLE

FILE = Path(__file__).parent / "talk.toml"


@cache
def read_talk() -> dict[str, dict[str, list[str]]]:
    """By language and country (`es-MX`), then by occasion: what may be said."""
    return tomllib.loads(FILE.read_text())


def tag_of(language: str, country: str) -> str:
    """The key of a language as it is spoken in a country."""
    return f"es-{country}" if language == "es" else language


def first_name(username: str) -> str:
    """How colleagues call somebody."""
    told = COLLEAGUES.get(username) or DEMO_PEOPLE[username]
    return told.full_name.split()[0]


class Talk:
    """One incident's small talk: no line comes twice."""

    def __init__(self, rng: Random, tag: str, words: Mapping[str, str]) -> None:
        self._rng = rng
        self._lines = {occasion: list(lines) for occasion, lines in read_talk()[tag].items()}
        self._words = words

    def draw(self, occasion: str, **more: str) -> str:
        """A line for the occasion; the last one left is kept for ever."""
        lines = self._lines[occasion]
        at = self._rng.randrange(len(lines))
        line = lines.pop(at) if len(lines) > 1 else lines[at]
        return line.format(**{**self._words, **more})
