"""What a pack tells of one item: each of its rows, version by version, as the ledger has them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from audit.context import Channel
from audit.models import LedgerEntry, Operation
from evidence.packs.canonical import utc
from evidence.packs.leaves import is_withheld

TOLD = (Channel.IMPORT, Channel.DEMO)


def record_of(
    id_: str, rows: Iterable[tuple[str, str]], end: datetime, size: int, withheld: frozenset[str]
) -> dict[str, Any]:
    """The item's rows with their versions, and each row's state when the period ended."""
    told = [_row(table, key, end, size, withheld) for table, key in rows]
    return {"id": id_, "as_of": utc(end), "rows": [row for row in told if row["versions"]]}


def _row(
    table: str, key: str, end: datetime, size: int, withheld: frozenset[str]
) -> dict[str, Any]:
    entries = LedgerEntry.objects.filter(
        relation=table, key=key, index__lt=size, restricted=False
    ).order_by("sequence")
    versions = [_version(entry, withheld) for entry in entries]
    return {
        "relation": table,
        "key": key,
        "state": state_at(versions, utc(end)),
        "versions": versions,
    }


def _version(entry: LedgerEntry, withheld: frozenset[str]) -> dict[str, Any]:
    """One version. Of an erased leaf the values are gone; that there was one is not."""
    shown = entry.secret is not None
    sides = {
        side: {
            name: value
            for name, value in (getattr(entry, side) or {}).items()
            if shown and not is_withheld(entry.relation, side, name, withheld)
        }
        for side in ("before", "after", "context")
    }
    return {
        "index": entry.index,
        "sequence": entry.sequence,
        "operation": entry.operation,
        "at": utc(entry.at),
        "told_at": told_at(entry),
        "actor": entry.actor_id,
        "role": entry.database_role,
        **sides,
    }


def told_at(entry: LedgerEntry) -> str:
    """When it happened: what an import or the demo world says, never later than it was written;
    else when it was written."""
    context: Mapping[str, Any] = entry.context or {}
    if context.get("channel") in TOLD and context.get("at"):
        return utc(min(datetime.fromisoformat(context["at"]), entry.at))
    return utc(entry.at)


def state_at(versions: Iterable[Mapping[str, Any]], end: str) -> dict[str, Any] | None:
    """The row as it was before `end`; None where it was not there yet or no longer."""
    state: dict[str, Any] | None = None
    for version in versions:
        if version["told_at"] >= end:
            break
        if version["operation"] == Operation.DELETE:
            state = None
        else:
            state = {**(state or {}), **version["after"]}
    return state


def first_entries(table: str, keys: Iterable[str], size: int) -> dict[str, LedgerEntry]:
    """The entry that began each row, for a chunk of rows."""
    found = LedgerEntry.objects.filter(
        relation=table, key__in=list(keys), sequence=1, index__lt=size
    ).defer("envelope", "before", "after")
    return {entry.key: entry for entry in found}
