"""One timeline of a record from many sources, newest first, in keyset pages.

Portal and API read the same entries. A source costs the same queries whatever there is to tell:
it answers its newest rows before a position, and the pages are merged here.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from heapq import nlargest
from typing import Any

from django.db.models import Q

from core.errors import Reason
from core.record.words import Told
from core.registry import Registry

PAGE = 25
LONGEST_PAGE = 200
_EPOCH = datetime.min.replace(tzinfo=UTC)  # so that no moment is negative
_MICROSECOND = timedelta(microseconds=1)
_SAME_MOMENT = timedelta(seconds=1)


@dataclass(frozen=True, order=True)
class Position:
    """A place in the order of a timeline: the moment, then the source, then the row."""

    at: datetime
    rank: int
    id: int

    def __str__(self) -> str:
        return f"{(self.at - _EPOCH) // _MICROSECOND}.{self.rank}.{self.id}"

    @classmethod
    def read(cls, text: str) -> "Position | None":
        """The position that a text names; None for what is none."""
        parts = text.split(".")
        if len(parts) != 3 or not all(p.isascii() and p.isdecimal() for p in parts):
            return None
        moment, rank, row = (int(part) if len(part) < 19 else -1 for part in parts)
        if min(moment, rank, row) < 0:
            return None
        try:
            return cls(_EPOCH + timedelta(microseconds=moment), rank, row)
        except OverflowError:
            return None

    def after(self) -> "Position":
        """The position just newer, so that a page may begin with an entry of this one."""
        return replace(self, id=self.id + 1)


@dataclass(frozen=True)
class Kind:
    """What the timeline can be narrowed to: `code` in addresses, `label` and `icon` on its chip."""

    code: str
    label: Reason
    icon: str


@dataclass(frozen=True)
class Entry:
    """One thing that happened. `id` is its address on the page, such as `c-42`.

    `actor` is a username, empty where nobody acted: then `who` says what did. `changes` tell
    fields in words, `text` is in the writer's own, `content` is what `template` draws beside that
    and `details` what the API adds.
    """

    id: str
    position: Position
    kind: Kind
    title: Reason
    actor: str = ""
    who: Reason = ""
    text: str = ""
    is_reason: bool = False
    changes: tuple[Told, ...] = ()
    template: str = ""
    content: Mapping[str, Any] = field(default_factory=dict)
    details: Mapping[str, Any] = field(default_factory=dict)
    also: tuple[str, ...] = ()  # addresses of the entries that were joined to this one

    @property
    def at(self) -> datetime:
        return self.position.at


@dataclass(frozen=True)
class Source:
    """Where entries of some kinds come from; `letter` begins their addresses."""

    letter: str
    kinds: tuple[Kind, ...]
    read: Callable[["Window"], Iterable[Entry]]


@dataclass(frozen=True)
class Window:
    """What is asked of one source: whose eyes, how many rows, from where on, of which kinds."""

    record: Any
    user: Any
    size: int
    before: Position | None
    kinds: frozenset[str]
    source: Source
    rank: int

    def wants(self, kind: Kind) -> bool:
        return kind.code in self.kinds

    def newest(self, rows: Any, at: str, key: str = "pk") -> list[Any]:
        """The newest of a queryset's rows that belong into the window, by a moment and an id."""
        return list(self.narrow(rows, at, key).order_by(f"-{at}", f"-{key}")[: self.size + 1])

    def narrow(self, rows: Any, at: str, key: str = "pk") -> Any:
        """The rows older than the position."""
        place = self.before
        if place is None:
            return rows
        older = Q(**{f"{at}__lt": place.at})
        if self.rank < place.rank:
            older |= Q(**{at: place.at})
        elif self.rank == place.rank:
            older |= Q(**{at: place.at, f"{key}__lt": place.id})
        return rows.filter(older)

    def holds(self, at: datetime, row: int) -> bool:
        """`narrow` for rows that are in memory already."""
        return self.before is None or Position(at, self.rank, row) < self.before

    def entry(self, kind: Kind, at: datetime, row: int, title: Reason, **more: Any) -> Entry:
        """An entry of this source; its address and position follow from the row."""
        place = Position(at, self.rank, row)
        return Entry(f"{self.source.letter}-{row}", place, kind, title, **more)


@dataclass(frozen=True)
class TimelinePage:
    """Some entries, newest first, and where the older ones begin; empty where there are none."""

    entries: list[Entry]
    older: str


class Timeline:
    """The sources of one kind of record, in the order in which equal moments are told."""

    def __init__(self, what: str) -> None:
        self.sources: Registry[Source] = Registry(f"source of the timeline of {what}")

    def kinds(self) -> dict[str, Kind]:
        """Every kind that some source tells, by code."""
        return {kind.code: kind for _name, source in self.sources for kind in source.kinds}

    def read(
        self,
        record: Any,
        user: Any,
        *,
        size: int = PAGE,
        before: Position | None = None,
        kinds: Iterable[str] = (),
    ) -> TimelinePage:
        """A page of entries; no kinds means all of them. The caller has found the record through
        `visible_to`; what hangs on it and is not for these eyes, the sources leave out."""
        wanted = frozenset(kinds) or frozenset(self.kinds())
        found: list[Entry] = []
        for rank, (_name, source) in enumerate(self.sources):
            if wanted & {kind.code for kind in source.kinds}:
                window = Window(record, user, size, before, wanted, source, rank)
                found += source.read(window)
        newest = nlargest(size + 1, found, key=lambda entry: entry.position)
        older = str(newest[size - 1].position) if len(newest) > size else ""
        return TimelinePage(newest[:size], older)


def joined(entries: Iterable[Entry]) -> list[Entry]:
    """With what one action changed in several tables told as one entry."""
    told: list[Entry] = []
    for entry in entries:
        last = told[-1] if told else None
        if last is not None and _belong_together(last, entry):
            also = (*last.also, entry.id)
            told[-1] = replace(last, changes=(*entry.changes, *last.changes), also=also)
        else:
            told.append(entry)
    return told


def _belong_together(newer: Entry, older: Entry) -> bool:
    batch = newer.content.get("batch")
    return bool(
        batch
        and batch == older.content.get("batch")
        and newer.kind == older.kind
        and newer.text == older.text
        and newer.at - older.at < _SAME_MOMENT
    )
