"""A queue is merged of streams: rows of one kind, each stream in an order that an index gives. A
place in the queue is a place in each of them, so that every page costs the same."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db.models import Exists, OuterRef, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from core.keyset import cursor_at, read_page
from incidents.enums import Priority, PromiseOutcome
from incidents.models import PromisedContact
from incidents.queues.kinds import WorkKind
from sla.clocks import MANDATE

NEVER = datetime.max.replace(tzinfo=UTC)
_REMEDIATED = max(target.within for target in MANDATE)
_BETWEEN, _OF = "~", ":"  # neither is of a cursor or a stream's name


@dataclass(frozen=True)
class Stream:
    """Rows in the order of `columns`; `rank` says where one stands among the heads of the others.
    What is `last` is read only where those before it do not fill the page."""

    name: str
    kind: WorkKind
    rows: Any
    columns: tuple[str, ...]
    rank: Callable[[Any], tuple[Any, ...]]
    record_of: Callable[[Sequence[Any]], list[Any]] | None = None
    is_last: bool = False

    def read(self, cursor: str | None, most: int) -> list[tuple[Any, Any]]:
        """Positions and records from where a cursor points; ValueError for one of another list."""
        page = read_page(self.rows, self.name, self.columns, cursor, most, may_lack=False)
        rows = page.rows
        records = self.record_of(rows) if self.record_of else rows
        return [pair for pair in zip(rows, records, strict=True) if pair[1] is not None]

    def cursor_after(self, position: Any) -> str:
        return cursor_at(self.name, self.columns, position)


@dataclass(frozen=True)
class Merged:
    """One page of a queue, and where the next one begins; empty where nothing follows."""

    rows: list[tuple[WorkKind, Any]]
    next: str


def merge(streams: Iterable[Stream], after: str, most: int) -> Merged:
    """At most `most` records from a place on. ValueError where it is no place of this queue."""
    known = list(streams)
    places = _read_place(after, {stream.name for stream in known})
    heads: list[tuple[Stream, list[tuple[Any, Any]]]] = []
    found: list[tuple[WorkKind, Any]] = []
    for stream in sorted(known, key=lambda stream: stream.is_last):
        if stream.is_last and sum(len(rows) for _stream, rows in heads) > most:
            break
        heads.append((stream, stream.read(places.get(stream.name), most + 1)))
    while len(found) < most and (waiting := [pair for pair in heads if pair[1]]):
        stream, rows = min(waiting, key=lambda pair: pair[0].rank(pair[1][0][1]))
        position, record = rows.pop(0)
        places[stream.name] = stream.cursor_after(position)
        found.append((stream.kind, record))
    has_more = any(rows for _stream, rows in heads)
    told = _BETWEEN.join(f"{name}{_OF}{cursor}" for name, cursor in sorted(places.items()))
    return Merged(found, told if has_more else "")


def by_priority(kind: WorkKind, rows: Any) -> Iterator[Stream]:
    """The most pressing first, the oldest of them before the others."""

    def rank(record: Any) -> tuple[Any, ...]:
        return (record.priority, kind.opened_at(record))

    yield Stream(kind.name, kind, _shown(kind, rows), ("priority", "pk"), rank)


def by_deadline(kind: WorkKind, rows: Any) -> Iterator[Stream]:
    """What is due first, be it by a clock that is agreed or by what the client was promised; what
    has no deadline comes last, by priority. The most critical under the 1-5-10 mandate stand where
    that puts them: minutes after they were opened."""
    others = _shown(kind, rows)
    if kind.mandate:
        critical, others = others.filter(priority=Priority.P1), others.exclude(priority=Priority.P1)
        yield Stream(
            *(f"{kind.name}-critical", kind, critical, ("pk",)),
            lambda record: (kind.opened_at(record) + _REMEDIATED,),
        )
    breaches_at = Coalesce(OuterRef("life__breaches_at"), NEVER)
    sooner = _promises().filter(life=OuterRef("life"), due_at__lt=breaches_at)
    agreed = others.filter(~Exists(sooner), life__breaches_at__isnull=False)
    yield Stream(
        *(f"{kind.name}-agreed", kind, agreed, ("life__breaches_at", "pk")),
        lambda record: (record.life.breaches_at,),
    )
    yield _promised(kind, others.filter(Exists(sooner)))
    rest = others.filter(~Exists(sooner), life__breaches_at__isnull=True)
    yield Stream(
        *(f"{kind.name}-rest", kind, rest, ("priority", "pk")),
        lambda record: (NEVER, record.priority, kind.opened_at(record)),
        is_last=True,
    )


def _promised(kind: WorkKind, rows: Any) -> Stream:
    """By the moment that was promised, which stands in a row of its own."""

    def records(promises: Sequence[Any]) -> list[Any]:
        found = {r.life_id: r for r in rows.filter(life__in=[p.life_id for p in promises])}
        return [found.get(promise.life_id) for promise in promises]

    promises = _promises().filter(life__in=rows.order_by().values("life"))
    return Stream(
        *(f"{kind.name}-promised", kind, promises, ("due_at", "pk")),
        lambda record: (record.promised_for,),
        records,
    )


def _shown(kind: WorkKind, rows: Any) -> Any:
    """With what a row shows, in one statement; without the long texts."""
    promised = _promises().filter(life=OuterRef("life")).values("due_at")
    rows = rows.select_related(*kind.related).defer(*kind.unread)
    return rows.annotate(promised_for=Subquery(promised))


def _promises() -> Any:
    return PromisedContact.objects.filter(outcome=PromiseOutcome.OPEN)


def _read_place(text: str, names: set[str]) -> dict[str, str]:
    places = {}
    for part in filter(None, text.split(_BETWEEN)):
        name, _of, cursor = part.partition(_OF)
        if name not in names:
            raise ValueError(_("This cursor does not belong to this list."))
        places[name] = cursor
    return places
