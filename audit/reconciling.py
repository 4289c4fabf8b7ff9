"""Are the rows what the ledger says, and is the history? Finds what was changed where no trigger
saw it: with triggers off, by whoever owns the tables.

Table by table, in memory that does not grow: the fold is done by the database, and only what
differs comes out of it.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from itertools import chain
from typing import Any

import structlog
from django.db import connection, transaction

from audit.baselines import rewritten_columns
from audit.drift import drifted
from audit.folding import HISTORY, RENDERED, STATE, Tracked
from audit.rights import captured
from audit.services import record_event
from core.registry import Registry

CHUNK = 1_000
TOLD = 20  # differences that an event names; all are counted

_log = structlog.get_logger(__name__)

RECONCILED: Registry[Callable[[list[str], int], None]] = Registry("listener to reconciliation")
"""By name, what hears the first differences and their number, or, at the end of a run without any,
an empty list: upper apps open and end the record of a failed control."""


@dataclass(frozen=True)
class Difference:
    """Where the database is not what the ledger says: which table, which row, what about it."""

    table: str
    key: str
    text: str

    def __str__(self) -> str:
        return f"{self.table} {self.key}: {self.text}" if self.key else f"{self.table}: {self.text}"


def tracked_tables(*names: str) -> list[Tracked]:
    """What is reconciled, in order of name; only these tables where some are named. An auditor's
    role cannot read what is confidential, so that it is left to the portal's own."""
    found = (Tracked.of(model, capture) for model, capture in captured())
    wanted = [each for each in found if not names or each.table in names]
    sealed = _out_of_reach([each.table for each in wanted if each.restricted])
    return sorted(
        (each for each in wanted if each.table not in sealed), key=lambda each: each.table
    )


def _out_of_reach(tables: list[str]) -> set[str]:
    if not tables:
        return set()
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT name FROM unnest(%s::text[]) AS name WHERE NOT has_table_privilege(name, %s)",
            [tables, "SELECT"],
        )
        return {name for (name,) in cursor.fetchall()}


def reconcile(tables: Collection[str] = ()) -> Iterator[Difference]:
    """Every difference, as it is found: first the triggers, then each table and its history."""
    for table, text in drifted(tables):
        yield Difference(table, "", text)
    for tracked in tracked_tables(*tables):
        yield from reconcile_table(tracked)


def reconcile_until(
    time_is_up: Callable[[], bool], *, after: str = "", found: int = 0
) -> tuple[str, int]:
    """Compare the tables that come after this one until the time is up, and leave what was found as
    an event. Gives the last table compared, or nothing when all were, and the differences of this
    run so far."""
    tables = [each for each in tracked_tables() if each.table > after]
    first, count, done = [], 0, ""
    drift = [Difference(table, "", text) for table, text in drifted()] if not after else []
    for tracked in tables:
        for difference in chain(drift, reconcile_table(tracked)):
            count += 1
            first += [str(difference)] if count <= TOLD else []
        drift, done = [], tracked.table
        if time_is_up():
            break
    compared = [each.table for each in tables if each.table <= done]
    record_event("reconcile", tables=compared, differences=count, first=first)
    is_over = len(compared) == len(tables)
    if count:
        _log.error("reconciliation_differs", differences=count, first=first[0])
    if count or (is_over and not found):
        for _name, hear in RECONCILED:
            hear(first, count)
    return "" if is_over else done, found + count


def reconcile_table(tracked: Tracked) -> Iterator[Difference]:
    """The differences of one table."""
    for found in _rows_of(tracked.query(STATE), tracked.values()):
        if text := _about_row(*found[1:]):  # an erased row may have nothing left to compare
            yield Difference(tracked.table, found[0], text)
    since, rewritten = rewritten_columns(tracked.table)
    told = tracked.values(since=since, rewritten=rewritten)
    for found in _rows_of(tracked.query(HISTORY), told):
        yield Difference(tracked.table, found[0], _about_history(*found[1:]))


def _rows_of(sql: str, values: dict[str, Any]) -> Iterator[tuple[Any, ...]]:
    """The answer in chunks, from a cursor of the server."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute(RENDERED)
        with connection.chunked_cursor() as cursor:
            # Not as the first word: what begins with WITH passes for a write (`audit.capture`).
            cursor.execute(f"SELECT * FROM ({sql}) AS found", values)  # noqa: S608 -- our own
            while chunk := cursor.fetchmany(CHUNK):
                yield from chunk


def _about_row(
    entry: int | None, index: int | None, last: str | None, is_there: bool, columns: list[str]
) -> str:
    if entry is None:
        return "the ledger does not know this row"
    named = _named(entry, index)
    if last == "D":
        return f"the row is there, but {named} deleted it"
    if not is_there:
        return f"the row is gone, and nothing after {named} deletes it"
    return f"{', '.join(columns)} is not what the ledger says up to {named}" if columns else ""


def _about_history(
    entry: int | None,
    index: int | None,
    history_id: int | None,
    entries: int,
    kept: int,
    columns: list[str],
) -> str:
    if entry is None or kept > entries:
        return f"row {history_id} of its history has no entry (ghost)"
    named = _named(entry, index)
    if history_id is None or entries > kept:
        return f"{named} has no row in its history (shadow)"
    what = ", ".join(columns) or "the kind of change"
    return f"row {history_id} of its history is not what {named} says: {what}"


def _named(entry: int, index: int | None) -> str:
    """As `audit_verify` names it; what is not sealed yet has its number in the outbox only."""
    return f"unsealed entry {entry}" if index is None else f"entry {index}"
