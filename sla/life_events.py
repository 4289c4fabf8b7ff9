"""Rows of a life as the replay reads them: events and marks in, pure events out."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from sla.enums import EventKind, MarkKind
from sla.models import LifeEvent, Mark
from sla.replay import Event

STOPPING = (MarkKind.ACKNOWLEDGED, MarkKind.INVESTIGATED, MarkKind.MITIGATED)


def events_of(rows: Iterable[LifeEvent], marks: Sequence[Mark] = ()) -> list[Event]:
    """In no order. Parties are named as `team_key` and `vendor_key` name them."""
    return [event for row in rows for event in _told_by(row)] + [
        _marked(mark, marks) for mark in marks if mark.kind in STOPPING
    ]


def team_key(team_id: int) -> str:
    return f"team-{team_id}"


def vendor_key(vendor_id: int) -> str:
    return f"vendor-{vendor_id}"


def agreement_key(agreement_id: int) -> str:
    return f"agreement-{agreement_id}"


def version_key(version_id: int) -> str:
    return f"version-{version_id}"


def id_of(party: str) -> int:
    """The id behind a key."""
    return int(party.rpartition("-")[2])


def _told_by(row: LifeEvent) -> Iterator[Event]:
    def told(kind: EventKind, party: str = "", priority: int | None = None) -> Event:
        moments = (row.at, row.known_at, row.superseded_at)
        ref = f"event-{row.pk}"
        return Event(kind, *moments, order=row.place, party=party, priority=priority, ref=ref)

    team = team_key(row.team_id) if row.team_id else ""
    kind = EventKind(row.kind)
    if kind == EventKind.OPENED:
        yield told(kind)
        if team:
            yield told(EventKind.ASSIGNED, team)
        if row.priority is not None:
            yield told(EventKind.PRIORITIZED, priority=row.priority)
    elif row.agreement_id:
        version = version_key(row.agreement_version_id) if row.agreement_version_id else ""
        yield replace(told(kind), agreement=agreement_key(row.agreement_id), version=version)
    else:
        yield told(kind, vendor_key(row.vendor_id) if row.vendor_id else team, row.priority)


def _marked(mark: Mark, marks: Sequence[Mark]) -> Event:
    """A mark that was voided by reopening, with no other in its place, did hold until then: the
    replay knows of the reopening and takes it from there. One that was corrected never held."""
    is_corrected = mark.superseded_at is not None and any(
        (m.kind, m.set_at) == (mark.kind, mark.superseded_at) for m in marks
    )
    return Event(
        EventKind.MARKED,
        mark.at,
        mark.set_at,
        mark.superseded_at if is_corrected else None,
        mark=MarkKind(mark.kind),
        ref=f"mark-{mark.pk}",
    )
