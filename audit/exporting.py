"""Takes the audit trail away as a file that PostgreSQL writes itself: millions of rows, streamed.

A row made in Python costs ten times as much as one that COPY makes.
"""

from collections.abc import Iterator, Mapping
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
    written = dict.fromkeys(_TYPED, _SAFE) | dict.fromkeys(("at", "sealed_at"), _MOMENT)
    yield from _copied(entries, f"SELECT {_columns(written)}", "FORMAT csv, HEADER true")


def json_lines_of(entries: QuerySet[Any]) -> Iterator[bytes]:
    """The entries as one JSON object a line."""
    lines = f"SELECT row_to_json(line) FROM (SELECT {_columns({})}"  # noqa: S608 -- our columns
    yield from _copied(entries, lines, _LINES)


def _columns(written: Mapping[str, str]) -> str:
    """All columns, some written in a way of their own. Values of confidential rows stay where they
    are."""
    withheld = "CASE WHEN NOT entry.restricted THEN {} END"
    written = {
        "before": withheld,
        "after": withheld,
        "hash": "encode({}, 'hex')",
        **written,
    }
    return ", ".join(
        f'{written.get(name, "{0}").format(f'entry."{name}"')} AS "{name}"' for name in COLUMNS
    )


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
