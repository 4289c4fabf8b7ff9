"""Many lives at once, as the replay reads them, by a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

from sla.agreed import agreed_versions
from sla.enums import EventKind
from sla.life_events import events_of
from sla.models import LifeEvent, Mark
from sla.replay import AgreedVersion, Event

AT_ONCE = 500


@dataclass(frozen=True)
class ToldLife:
    """The events of one life, and by agreement the version that it has pinned (None: no more)."""

    life_id: int
    events: Sequence[Event]
    pinned: Mapping[int, int | None]


@dataclass(frozen=True)
class ToldLives:
    """Several lives, and what is agreed for any of them."""

    lives: Sequence[ToldLife]
    versions: Mapping[str, AgreedVersion]


def read_lives(ids: Iterable[int], *, also: Iterable[int] = ()) -> ToldLives:
    """The lives in the order of their ids, with the versions that they or `also` name."""
    wanted = sorted(ids)
    rows: dict[int, list[LifeEvent]] = defaultdict(list)
    for row in LifeEvent.objects.filter(life__in=wanted).order_by("at", "pk"):
        rows[row.life_id].append(row)
    marks: dict[int, list[Mark]] = defaultdict(list)
    for mark in Mark.objects.filter(life__in=wanted).order_by("at", "pk"):
        marks[mark.life_id].append(mark)
    named = {row.agreement_version_id for told in rows.values() for row in told} - {None}
    versions = agreed_versions({*named, *also})  # type: ignore[arg-type]  # -- without None
    lives = [ToldLife(pk, events_of(rows[pk], marks[pk]), _pinned(rows[pk])) for pk in wanted]
    return ToldLives(lives, versions)


def in_batches(ids: Iterable[int]) -> Iterator[tuple[int, ...]]:
    """So many lives as are read at once."""
    return batched(ids, AT_ONCE)


def _pinned(rows: Iterable[LifeEvent]) -> dict[int, Any]:
    return {
        row.agreement_id: row.agreement_version_id
        for row in rows
        if row.kind == EventKind.AGREED and row.agreement_id and row.superseded_at is None
    }
