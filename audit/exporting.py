"""Takes the audit trail away as a file that PostgreSQL writes itself: millions of rows, streamed.

A row made in Python costs ten times as much as one that COPY makes.
"""

from collections.abc import Iterator
from typing import Any

from django.db import connection
from django.db.models import QuerySet

CHUNK = 64_000  # bytes handed on at once
COLUMNS = (
    *("index", "at", "sealed_at", "actor_id", "actor", "action", "operation", "relation", "key"),
    *("sequence", "transaction", "database_role", "restricted", "context", "before", "after"),
    "hash",
)
_MOMENT = """to_char({} AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
# A spreadsheet takes a text that begins so for a formula (OWASP, CSV injection). JSON never does.
_TYPED = ("actor", "action", "relation", "key", "database_role")
_SAFE = "CASE WHEN {0} ~ '^[-=+@\\t\\r\\n]' THEN '''' || {0} ELSE {0} END"
# JSON holds neither of these characters, so nothing is quoted and a line stays as it is.
_LINES = "FORMAT csv, DELIMITER E'\\x01', QUOTE E'\\x02'"


def csv_of(entries: QuerySet[Any]) -> Iterator[bytes]:
    """The entries as CSV with a heading, values as JSON; begins with the mark by which Excel knows
    that it is UTF-8."""
    yield b"\xef\xbb\xbf"
    shown = [f'{_column(name, _SAFE if name in _TYPED else "{}")} AS "{name}"' for name in COLUMNS]
    yield from _copied(entries, f"SELECT {', '.join(shown)}", "FORMAT csv, HEADER true")


def json_lines_of(entries: QuerySet[Any]) -> Iterator[bytes]:
    """The entries as one JSON object a line."""
    shown = [f'{_column(name, "{}")} AS "{name}"' for name in COLUMNS]
    inner = f"SELECT {', '.join(shown)}"
    yield from _copied(entries, f"SELECT row_to_json(line) FROM ({inner}", _LINES)  # noqa: S608 -- our columns


def _column(name: str, otherwise: str) -> str:
    """What a column is written as. Values of confidential rows stay where they are."""
    column = f'entry."{name}"'
    if name in ("at", "sealed_at"):
        return _MOMENT.format(column)
    if name in ("before", "after"):
        return f"CASE WHEN NOT entry.restricted THEN {column} END"
    if name == "hash":
        return f"encode({column}, 'hex')"
    return otherwise.format(column)


def _copied(entries: QuerySet[Any], select: str, options: str) -> Iterator[bytes]:
    inner, parameters = entries.values(*COLUMNS).query.sql_with_params()
    closing = ") AS line" if "(SELECT" in select else ""
    query = f"COPY ({select} FROM ({inner}) AS entry{closing}) TO STDOUT WITH ({options})"
    with connection.cursor() as cursor, cursor.copy(query, parameters) as copy:
        waiting = bytearray()
        for block in copy:
            waiting += block
            if len(waiting) >= CHUNK:
                yield bytes(waiting)
                waiting.clear()
        yield bytes(waiting)
