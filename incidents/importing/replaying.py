"""Tells the past of one incident from the lines of its log: what changed from one update to the
next, and what was odd about it."""

import re
from datetime import datetime
from typing import NoReturn
from zoneinfo import ZoneInfo

from incidents.enums import PRIORITY_OF, Impact, Status, Urgency
from incidents.importing.moments import Moment, moment
from incidents.importing.servicenow_file import MAX_CELL, Header
from incidents.importing.states import CHANNELS, NO_STATE, OVER, STATES
from incidents.importing.told import ToldEvent, ToldIncident, ToldMark
from incidents.importing.wording import describe, resolution_of, title_of
from records.importing import Finding, SourceRecord
from sla.enums import EventKind, MarkKind

_WAITS = {
    Status.PENDING_CUSTOMER: EventKind.WAITED_FOR_CUSTOMER,
    Status.PENDING_VENDOR: EventKind.WAITED_FOR_VENDOR,
    Status.PENDING_CHANGE: EventKind.WAITED_FOR_APPROVAL,
}
_CONTROL = re.compile(r"[\x01-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_STEPS = 16  # places within one update: so many things can happen in it, in their order


class Bad(Exception):
    """What keeps the incident out."""


class Log:
    """The lines of one incident, read from the first to the last."""

    def __init__(self, record: SourceRecord, header: Header, zone: ZoneInfo, now: datetime) -> None:
        self._record, self._header, self._zone, self._now = record, header, zone, now
        self._line, self._cells = record.lines[0]
        self._update, self._place = 0, 0
        self._at = now
        self._is_exact = True
        self.told = ToldIncident(record.key, record.fingerprint, self._line, now)

    def read(self) -> ToldIncident:
        """What is wrong stands among the findings; then the rest is not to be used."""
        try:
            self._first()
            for line, cells in self._record.lines[1:]:
                self._next(line, cells)
            self._last()
        except Bad:
            pass
        return self.told

    def _first(self) -> None:
        told = self.told
        self._look()
        if not told.key or len(self._text("number")) > len(told.key):
            self._refuse("number", "the incident has no number of at most 100 characters")
        opened = self._moment("opened_at")
        if opened is None:
            self._refuse("opened_at", "nothing says when it was opened")
        told.opened_at = self._at = opened.at
        self._is_exact = opened.is_exact
        self._priority, self._group = self._priority_told(), self._text("assignment_group")
        self._mark(MarkKind.DETECTED)
        told.events.append(
            ToldEvent(EventKind.OPENED, opened.at, 0, self._group, priority=self._priority)
        )
        self._state, self._reopened, self._vendor = Status.NEW, self._number("reopen_count"), ""
        self._update = self._number("sys_mod_count")
        if self._update:
            self._note(
                "sys_mod_count", "the log begins late", "its first state counts from the opening"
            )
        self._place = self._update * _STEPS
        self._advance()
        self._move()

    def _next(self, line: int, cells: list[str]) -> None:
        self._line, self._cells = line, cells
        self._look()
        update = self._number("sys_mod_count")
        if update <= self._update:
            self._note("sys_mod_count", "updates are not in order", "taken in the file's order")
            update = self._update + 1
        elif update > self._update + 1:
            self._note(
                "sys_mod_count", "updates are missing in the log", "the state before goes on"
            )
        self._update, self._place = update, update * _STEPS
        self._advance()
        if self._text("opened_at") != self._header.cell(self._record.lines[0][1], "opened_at"):
            self._note("opened_at", "the opening was altered", "the first one is taken")
        if (group := self._text("assignment_group")) != self._group:
            self._group = group
            self._tell(EventKind.ASSIGNED, group=group)
        if (priority := self._priority_told()) != self._priority:
            self._priority = priority
            self._tell(EventKind.PRIORITIZED, priority=priority)
        self._move()

    def _move(self) -> None:
        """From the state before to that of this line."""
        told, was = self.told, self._state
        state = self._state_told()
        reopened = self._number("reopen_count")
        if was in OVER and state not in OVER:
            if reopened == self._reopened:
                self._note("reopen_count", "reopened without being counted", "told as reopened")
            self._reopen()
        elif reopened > self._reopened:
            self._note("reopen_count", "reopened, but the log does not show from what", "not told")
        self._reopened = reopened
        vendor = self._text("vendor")
        if state in _WAITS:
            if was != state or (state == Status.PENDING_VENDOR and vendor != self._vendor):
                self._tell(_WAITS[state], vendor=vendor)
        elif was in _WAITS and state not in OVER:
            self._tell(EventKind.RESUMED)
        self._vendor = vendor
        if state != Status.NEW and not any(m.kind == MarkKind.ACKNOWLEDGED for m in told.marks):
            self._mark(MarkKind.ACKNOWLEDGED)
        if state in OVER:
            self._end(was, state)
        self._state = state

    def _reopen(self) -> None:
        self._tell(EventKind.REOPENED)
        self.told.marks = [_voided(mark) for mark in self.told.marks]
        self.told.resolved_at = self.told.closed_at = None

    def _end(self, was: Status, state: Status) -> None:
        told = self.told
        if state == Status.CANCELLED:
            if was not in OVER:
                self._tell(EventKind.CANCELLED)
            told.closed_at = told.closed_at or self._at
            return
        if was == Status.CANCELLED:
            self._note("incident_state", "ended after it was cancelled", "told as reopened")
            self._reopen()
        if told.resolved_at is None:
            if state == Status.CLOSED:
                self._resolve_before_closing()
            else:
                self._resolve(self._at)
        told.closed_at = (told.closed_at or self._at) if state == Status.CLOSED else None

    def _resolve_before_closing(self) -> None:
        given = self._moment("resolved_at")
        at = given.at if given else self._at
        before = max(event.at for event in self.told.events)
        if not before <= at <= self._at:
            at = self._at
        done = f"resolved at {at:%Y-%m-%d %H:%M}Z"
        self._note("incident_state", "closed without having been resolved in the log", done)
        self._resolve(at)

    def _resolve(self, at: datetime) -> None:
        self.told.resolved_at = at
        self._tell(EventKind.RESOLVED, at=at)
        self._mark(MarkKind.MITIGATED, at)
        self._mark(MarkKind.RESOLVED, at)

    def _last(self) -> None:
        """The record as it stands after its last line."""
        told, cell = self.told, self._text
        told.state = self._state
        told.group, told.service, told.vendor = self._group, cell("cmdb_ci"), self._vendor
        told.resolver, told.priority = cell("assigned_to"), self._priority
        told.impact, told.urgency = self._degree("impact"), self._degree("urgency")
        if PRIORITY_OF[Impact(told.impact), Urgency(told.urgency)] != told.priority:
            self._note("priority", "does not follow from impact and urgency", "kept as it is")
        channel = cell("contact_type").lower()
        if channel not in CHANNELS:
            self._note("contact_type", "this channel is not known", "taken as portal")
        told.channel = CHANNELS.get(channel, CHANNELS["self service"])
        told.is_by_machine = channel in ("event", "monitoring")
        told.title, told.description = title_of(cell, told.key), describe(cell, told.key)
        if told.state in (Status.RESOLVED, Status.CLOSED):
            told.resolution = resolution_of(cell)
            self._compare("resolved_at", told.resolved_at)
            self._compare("closed_at", told.closed_at)

    def _compare(self, column: str, told: datetime | None) -> None:
        given = self._moment(column)
        if told is None:
            return
        if given is None:
            self._note(column, f"{column} is missing", f"{told:%Y-%m-%d %H:%M}Z, as in the log")
        elif given.at != told:
            self._note(column, f"{column} is not when the log says it was", "the log is followed")

    def _look(self) -> None:
        """What no line may hold, wherever it stands."""
        if len(self._cells) != self._header.width:
            self._refuse("", "the line has not as many cells as the first one")
        for text in self._cells:
            if _CONTROL.search(text):
                self._refuse("", "a cell holds characters that nobody can see", text)
            if len(text) > MAX_CELL:
                self._refuse("", "a cell is longer than 20,000 characters", text)

    def _advance(self) -> None:
        """The moment of this line: never before the one that went before it."""
        updated = self._moment("sys_updated_at")
        if updated is None:
            self._refuse("sys_updated_at", "nothing says when the update was")
        self._is_exact = updated.is_exact
        if updated.at < self._at:
            done = f"taken as {self._at:%Y-%m-%d %H:%M}Z"
            self._note("sys_updated_at", "before the update that went before it", done)
            return
        self._at = updated.at

    def _state_told(self) -> Status:
        name = self._text("incident_state")
        if name in ("", NO_STATE):
            self._note("incident_state", "the state is not known", "the state before goes on")
            return self._state
        if name.lower() not in STATES:
            self._refuse("incident_state", "there is no such state")
        return STATES[name.lower()]

    def _priority_told(self) -> int:
        given = self._text("priority")[:1]
        if given in ("1", "2", "3", "4", "5"):
            return int(given)
        follows = PRIORITY_OF[Impact(self._degree("impact")), Urgency(self._degree("urgency"))]
        self._note("priority", "there is no such priority", f"P{follows:d}, as it follows")
        return int(follows)

    def _degree(self, column: str) -> int:
        given = self._text(column)[:1]
        return int(given) if given in ("1", "2", "3") else 2

    def _number(self, column: str) -> int:
        text = self._text(column) or "0"
        if not (text.isascii() and text.isdecimal() and len(text) <= 6):
            self._refuse(column, "this is no count")
        return int(text)

    def _moment(self, column: str) -> Moment | None:
        text = self._text(column)
        if not text:
            return None
        try:
            found = moment(text, self._zone)
        except (ValueError, OverflowError):
            self._refuse(column, "this is no moment such as 31/1/2026 18:05")
        if found.at > self._now:
            self._refuse(column, "this is in the future")
        if found.odd:
            self._note(column, found.odd, f"taken as {found.at:%Y-%m-%d %H:%M}Z")
        return found

    def _tell(self, kind: EventKind, *, at: datetime | None = None, **facts: object) -> None:
        self._place += 1
        self.told.events.append(ToldEvent(kind, at or self._at, self._place, **facts))  # type: ignore[arg-type]  # -- facts of the event

    def _mark(self, kind: MarkKind, at: datetime | None = None) -> None:
        shown = f"servicenow {self.told.key}, update {self._update}"
        self.told.marks.append(ToldMark(kind, at or self._at, self._is_exact, shown))

    def _text(self, column: str) -> str:
        return self._header.cell(self._cells, column)

    def _note(self, column: str, what: str, done: str, *, value: str | None = None) -> None:
        given = self._text(column) if value is None else value
        self.told.findings.append(Finding(self._line, self.told.key, column, given, what, done))

    def _refuse(self, column: str, what: str, value: str = "") -> NoReturn:
        given = value or (self._text(column) if column else "")
        self.told.findings.append(
            Finding(self._line, self.told.key, column, given, what, "not imported", is_error=True)
        )
        raise Bad


def _voided(mark: ToldMark) -> ToldMark:
    is_void = mark.is_void or mark.kind in (MarkKind.MITIGATED, MarkKind.RESOLVED)
    return ToldMark(mark.kind, mark.at, mark.is_exact, mark.evidence, is_void)
