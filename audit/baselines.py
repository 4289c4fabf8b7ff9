"""Baselines: entries that say what a row is where no trigger told, because the table became tracked
after the row was there, or because a migration rewrote its columns.

They excuse nothing else: a row that differs in a column which no migration touched gets none, and
reconciliation goes on naming it.
"""

import json
from collections.abc import Iterator
from typing import Any

from django.db import connection, transaction

from audit.context import acting
from audit.folding import BATCH_OF_BASELINES, RENDERED, SUMMARY, Tracked
from audit.rights import captured
from audit.services import record_event

BATCH = 10_000
BASELINE, SHAPE = "baseline", "baseline.shape"

_SHAPE = """
    SELECT attname, format_type(atttypid, atttypmod) FROM pg_attribute
     WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attname = ANY(%s)
"""
_LAST_SHAPE = """
    SELECT after FROM (
        SELECT entry, after FROM audit_ledgerentry WHERE relation = %(event)s AND key = ''
         UNION ALL
        SELECT id, after FROM audit_outboxentry WHERE relation = %(event)s
    ) AS shapes ORDER BY entry DESC LIMIT 1
"""
_REWRITTEN = """
    SELECT entry, after FROM audit_ledgerentry WHERE relation = %(event)s AND key = %(table)s
     UNION ALL
    SELECT id, after FROM audit_outboxentry WHERE relation = %(event)s AND key = %(table)s
"""


def record_baselines() -> Iterator[str]:
    """Write what is missing, telling each table when it is done. To be run as the owner, after a
    migration. Does nothing where the tables are what they were; goes on where it was stopped."""
    known, now = _last_shape(), _shape()
    if known == now:
        return
    for model, capture in captured():
        tracked = Tracked.of(model, capture)
        before, after = known.get(tracked.table), now[tracked.table]
        if before is None:
            changed = None
        else:
            names = before.keys() | after.keys()
            changed = sorted(name for name in names if before.get(name) != after.get(name))
            if not changed:
                continue
        written = _write(tracked, changed)
        if written or changed:
            yield f"{tracked.table}: {written} baselines"
    record_event(SHAPE, tables=now)


def rewritten_columns(table: str) -> tuple[int, list[str]]:
    """The columns that migrations added, removed or rewrote, and the entry before which they are
    not to be compared."""
    with connection.cursor() as cursor:
        cursor.execute(_REWRITTEN, {"event": f"event:{BASELINE}", "table": table})
        found = [(entry, _read(after)) for entry, after in cursor.fetchall()]
    columns = {name for _entry, told in found for name in told.get("columns") or ()}
    return max((entry for entry, _told in found), default=0), sorted(columns)


def _write(tracked: Tracked, changed: list[str] | None) -> int:
    """The baselines of one table, in batches, and an event that sums them up."""
    last, written = None, 0
    before = _summary(tracked) if changed is not None else None
    while True:
        with transaction.atomic(), connection.cursor() as cursor:
            # Nobody writes between the fold and the entry, which would then tell an older state.
            cursor.execute(f'LOCK TABLE "{tracked.table}" IN SHARE ROW EXCLUSIVE MODE')
            cursor.execute(RENDERED)
            among = "AND key IN (SELECT key FROM part)"
            values = tracked.values(
                last=last, batch=BATCH, changed=changed or [], is_new=changed is None
            )
            sql = tracked.query(BATCH_OF_BASELINES, among=among)
            cursor.execute(sql, values | {"restricted": tracked.restricted, "context": _told()})
            last, seen, made = cursor.fetchone()
        written += made
        if seen < BATCH:
            break
    if written or changed:
        now = _summary(tracked)
        record_event(
            BASELINE,
            key=tracked.table,
            columns=changed or [],
            rows=now["rows"],
            written=written,
            before=before and before["ledger"],
            after=now["table"],
        )
    return written


def _told() -> str:
    with acting(action=BASELINE) as told:
        return told.as_json()


def _summary(tracked: Tracked) -> dict[str, Any]:
    """How many rows there are, and one hash over them: as the ledger folds them, as they stand."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(RENDERED)
        cursor.execute(tracked.query(SUMMARY), tracked.values())
        rows, table, ledger = cursor.fetchone()
    return {"rows": rows, "table": table, "ledger": ledger}


def _shape() -> dict[str, dict[str, str]]:
    """The tracked columns of every tracked table, with their types."""
    found = {}
    with connection.cursor() as cursor:
        for model, capture in captured():
            cursor.execute(_SHAPE, [model._meta.db_table, capture.columns])
            found[model._meta.db_table] = dict(cursor.fetchall())
    return found


def _last_shape() -> dict[str, dict[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(_LAST_SHAPE, {"event": f"event:{SHAPE}"})
        row = cursor.fetchone()
    return _read(row[0]).get("tables", {}) if row else {}


def _read(after: Any) -> dict[str, Any]:
    """A jsonb value, which Django's cursors leave as text."""
    return (json.loads(after) if isinstance(after, str) else after) or {}
