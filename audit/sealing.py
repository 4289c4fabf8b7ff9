"""Moves what the triggers saw into the ledger, in one transaction: nothing is lost, nothing twice.

Python decides the order and the hashes; that nobody else deletes from the outbox, and that indexes
and sequences are dense, the database sees to.
"""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from secrets import token_bytes
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import connection, transaction

from audit.ledger.envelope import kept, salted, sealed
from audit.ledger.merkle import Frontier, leaf_hash
from audit.models import LedgerEntry, LedgerHead, OutboxEntry

BATCH = 2_000
SECRET_BYTES = 32
_SIDES = ("before", "after", "context")

# Entries of transactions older than the oldest that is still writing entries: none can come before
# them. Who writes shows by its lock on the outbox; other databases of the server do not matter.
_TAKE = """
    WITH writing AS (
        SELECT coalesce(max(age(own.transactionid)), -1) AS oldest
          FROM pg_locks outbox
          JOIN pg_locks own USING (virtualtransaction)
         WHERE outbox.relation = 'audit_outboxentry'::regclass
           AND outbox.mode = 'RowExclusiveLock'
           AND outbox.database = (SELECT oid FROM pg_database WHERE datname = current_database())
           AND own.locktype = 'transactionid' AND own.mode = 'ExclusiveLock'
           AND own.pid <> pg_backend_pid()
    )
    DELETE FROM audit_outboxentry WHERE id IN (
        SELECT id FROM audit_outboxentry, writing
         WHERE age(transaction::xid) > writing.oldest
         ORDER BY id LIMIT %s
    )
    RETURNING id, transaction::text AS transaction, transaction_at, at, relation, operation, key,
        before, after, context, database_role, restricted
"""
_SEQUENCES = """
    SELECT w.relation, w.key, coalesce(max(e.sequence), 0)
      FROM unnest(%s::text[], %s::text[]) AS w(relation, key)
      JOIN audit_ledgerentry e USING (relation, key)
     GROUP BY w.relation, w.key
"""


def seal(*, limit: int = BATCH) -> int:
    """Seal the next entries of the outbox and say how many there were. Only the sealer's role
    may: nobody else deletes from the outbox."""
    with transaction.atomic():
        head = _locked_head()
        taken = list(OutboxEntry.objects.raw(_TAKE, [limit]))
        append(head, taken)
    return len(taken)


def append(head: LedgerHead, entries: Iterable[OutboxEntry]) -> None:
    """Write these entries, in the order of their ids, as the next leaves of the tree."""
    chosen = sorted(entries, key=lambda entry: entry.pk)
    if not chosen:
        return
    frontier = Frontier(head.size, [bytes(hash_) for hash_ in head.frontier])
    counted = _sequences(chosen)
    now = datetime.now(UTC)
    leaves = []
    for entry in chosen:
        counted[entry.relation, entry.key] += 1
        leaf = leaf_of(entry, head.origin, frontier.size, counted[entry.relation, entry.key], now)
        frontier.append(leaf.hash)
        leaves.append(leaf)
    _write(leaves)
    head.size, head.frontier = frontier.size, frontier.hashes
    head.save()


def leaf_of(
    entry: OutboxEntry, origin: str, index: int, sequence: int, now: datetime
) -> LedgerEntry:
    """The leaf of an entry at its place in the tree."""
    secret = token_bytes(SECRET_BYTES)
    context = entry.context or {}
    leaf = LedgerEntry(
        index=index,
        entry=entry.pk,
        sequence=sequence,
        sealed_at=now,
        actor_id=context.get("actor"),
        actor=str(context.get("name") or "")[:150],
        action=str(context.get("action") or "")[:100],
        secret=secret,
        **{
            name: getattr(entry, name)
            for name in (
                *("transaction", "transaction_at", "at", "relation", "operation", "key"),
                *_SIDES,
                *("database_role", "restricted"),
            )
        },
    )
    leaf.envelope = sealed(facts_of(leaf, origin), disclosures_of(leaf))
    leaf.hash = leaf_hash(leaf.envelope.encode())
    return leaf


def facts_of(leaf: LedgerEntry, origin: str) -> dict[str, Any]:
    """What an envelope says openly. Of a confidential row neither table nor key: only that
    something confidential was written, by whom and when."""
    hidden = leaf.restricted
    return {
        "log": origin,
        "class": "restricted" if hidden else "plain",
        "relation": None if hidden else leaf.relation,
        "key": None if hidden else leaf.key,
        "sequence": None if hidden else leaf.sequence,
        "operation": leaf.operation,
        "entry": leaf.entry,
        "transaction": int(leaf.transaction),
        "transaction_at": _moment(leaf.transaction_at),
        "at": _moment(leaf.at),
        "sealed_at": _moment(leaf.sealed_at),
        "role": leaf.database_role,
        "actor": leaf.actor_id,
    }


def disclosures_of(leaf: LedgerEntry) -> list[str]:
    """The values that an envelope commits to, each with its salt; erased ones are missing."""
    if leaf.secret is None and leaf.erasure is None:
        return []
    sides: dict[str, Any] = {name: getattr(leaf, name) for name in _SIDES}
    if leaf.restricted:
        place = {"relation": leaf.relation, "key": leaf.key, "sequence": leaf.sequence}
        sides["record"] = place
    if leaf.secret is None:
        return kept((leaf.erasure or {})["salts"], sides)
    return salted(bytes(leaf.secret), sides)


def _locked_head() -> LedgerHead:
    heads = LedgerHead.objects
    first = LedgerHead(origin=f"{urlsplit(settings.SITE_URL).hostname}/audit-log/1")
    heads.bulk_create([first], ignore_conflicts=True)
    return heads.select_for_update().get()


def _write(leaves: Iterable[LedgerEntry]) -> None:
    """All leaves by one COPY: twice as fast as inserting them."""
    fields = LedgerEntry._meta.concrete_fields
    columns = ", ".join(f'"{field.column}"' for field in fields)
    with (
        connection.cursor() as cursor,
        cursor.copy(f"COPY {LedgerEntry._meta.db_table} ({columns}) FROM STDIN") as copy,
    ):
        for leaf in leaves:
            copy.write_row(
                [
                    field.get_db_prep_save(getattr(leaf, field.attname), connection)
                    for field in fields
                ]
            )


def _sequences(entries: Sequence[OutboxEntry]) -> Counter[tuple[str, str]]:
    """How many entries of each of these rows the ledger holds."""
    wanted = sorted({(entry.relation, entry.key) for entry in entries})
    with connection.cursor() as cursor:
        cursor.execute(_SEQUENCES, [[pair[0] for pair in wanted], [pair[1] for pair in wanted]])
        return Counter({(relation, key): last for relation, key, last in cursor.fetchall()})


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")
