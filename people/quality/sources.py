"""Where reviewed work comes from: the apps that keep work register their population here."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from core.errors import Reason
from core.registry import Registry
from people.quality.sampling import Piece


@dataclass(frozen=True)
class QualitySource:
    """One kind of work. `population(team, start, end)`: every piece that a person of the team
    finished from `start` until before `end`. `link(works)`: keeps which records were drawn.
    `seen(user, references)`: the records that somebody sees, by reference."""

    title: Reason
    population: Callable[[Any, datetime, datetime], list[Piece]]
    link: Callable[[list[Any]], None]
    seen: Callable[[Any, list[str]], dict[str, Any]]


SOURCES: Registry[QualitySource] = Registry("source of reviewed work")


def source_choices() -> list[tuple[str, Reason]]:
    return [(name, source.title) for name, source in SOURCES]
