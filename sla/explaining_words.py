"""A clock in words: what counted when, who held it, and what was told that made it so."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from core.showing import exact, moment
from sla.clock_panel import AgreedLife, ClockRow, holder_name
from sla.durations import written
from sla.enums import AgreementKind
from sla.models import LifeEvent, Mark
from sla.replay import Clock, Event, Explanation, Line, explain


@dataclass(frozen=True)
class Told:
    """An explanation as a page shows it: sentences, then a table that adds up."""

    sentences: list[Any]
    columns: list[Any]
    rows: list[tuple[Any, ...]]


class Words:
    """Says what the replay found, by the rows that it read."""

    def __init__(self, read: AgreedLife, marks: list[Mark]) -> None:
        self.names = read.names
        self.told = read.told
        self.agreements = read.agreements
        self._rows: Mapping[str, LifeEvent] = {f"event-{row.pk}": row for row in read.rows}
        self._marks: Mapping[str, Mark] = {f"mark-{mark.pk}": mark for mark in marks}

    def explain(self, row: ClockRow) -> Told:
        found = explain(self.told, row.clock)
        columns = [_("from"), _("to"), _("held by"), _("time"), _("counts"), _("sum"), _("because")]
        lines = [self._line(line) for line in found.lines]
        total = (_("Sum"), "", "", "", written(row.clock.elapsed), written(row.clock.elapsed), "")
        return Told(list(self.sentences(row, found)), columns, [*lines, total])

    def sentences(self, row: ClockRow, found: Explanation) -> list[Any]:
        clock = found.clock
        said = [self._target(row, found), self._hours(found), _COUNTS[clock.kind]]
        facts: dict[str, Any] = {"at": exact(clock.started_at, seconds=True)}
        said.append(_("It began at %(at)s.") % facts)
        if clock.stopped_at is None:
            said.append(_("It has not stopped."))
        else:
            facts = {
                "at": exact(clock.stopped_at, seconds=True),
                "why": self._events(found.stopped_by) or _("the record ended"),
            }
            said.append(_("It stopped at %(at)s: %(why)s.") % facts)
        facts = {
            "elapsed": written(clock.elapsed),
            "target": written(clock.target),
            "state": clock.state.label,
        }
        said.append(_("%(elapsed)s of %(target)s: %(state)s.") % facts)
        if clock.due_at is not None and clock.stopped_at is None:
            said.append(_("It is due at %s.") % exact(clock.due_at, seconds=True))
        return said

    def _target(self, row: ClockRow, found: Explanation) -> Any:
        event = found.version_from
        applied = self._rows.get(event.ref) if event else None
        version = applied.agreement_version if applied else None
        facts = {
            "target": written(found.clock.target),
            "agreement": row.agreement,
            "number": version.number if version else "?",
            "metric": found.clock.metric.label,
            "priority": found.clock.priority,
            "applied": exact(applied.at) if applied else "?",
            "set": exact(found.priority_from.at) if found.priority_from else "?",
        }
        return (
            _(
                "“%(agreement)s”, version %(number)s, applied at %(applied)s, sets %(target)s for "
                "“%(metric)s” at priority P%(priority)s, which was set at %(set)s."
            )
            % facts
        )

    def _hours(self, found: Explanation) -> Any:
        event = found.version_from
        applied = self._rows.get(event.ref) if event else None
        version = applied.agreement_version if applied else None
        if version is None or version.calendar_id is None:
            return _("Its times count around the clock.")
        return _("Its times count in the hours of “%s”.") % version.calendar

    def _line(self, line: Line) -> tuple[Any, ...]:
        tile = line.piece.tile
        return (
            moment(tile.started_at, seconds=True),
            moment(tile.ended_at, seconds=True),
            holder_name(tile.segment.holder, tile.segment.party, self.names),
            written(line.piece.time),
            written(line.piece.counted) if line.piece.is_counted else _("does not count"),
            written(line.running_total),
            self._events(line.because),
        )

    def _events(self, events: tuple[Event, ...]) -> str:
        return "; ".join(str(self.event(event)) for event in events)

    def event(self, event: Event) -> Any:
        mark = self._marks.get(event.ref)
        row = self._rows.get(event.ref)
        words = str(mark.get_kind_display() if mark else event.kind.label)
        if event.party:
            words = f"{words}: {self.names.get(event.party, event.party)}"
        teller = mark.set_by if mark else row and row.told_by
        if teller:
            words = _("%(what)s, told by %(who)s") % {"what": words, "who": teller}
        if event.known_at - event.at > _LATER:
            words = _("%(what)s, told at %(at)s only") % {
                "what": words,
                "at": exact(event.known_at),
            }
        return words


_LATER = timedelta(minutes=1)
_COUNTS = {
    AgreementKind.SLA: _(
        "It is the client's clock: what the team, a vendor or nobody held counts, as the agreement "
        "says; waiting for the customer or for an approval does not."
    ),
    AgreementKind.OLA: _("It is the team's clock: only what this team held counts."),
    AgreementKind.UC: _("It is the vendor's clock: only what this vendor held counts."),
}


def find(clocks: list[ClockRow], slug: str, metric: str, number: int) -> ClockRow | None:
    """The clock that an address names."""
    for row in clocks:
        clock: Clock = row.clock
        if (row.agreement.slug, clock.metric, clock.round) == (slug, metric, number):
            return row
    return None
