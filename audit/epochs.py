"""Epochs: how the ledger goes on where the signer cannot follow, and how the epochs hang together.

A new epoch is a new name for the log and a statement as its first leaf; the tree goes on over what
the database holds (docs/reference/ledger-format.md). Two persons approve it; the signer follows
only when a person tells it to.
"""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Self

from django.db import transaction

from audit.context import acting
from audit.ledger.merkle import Frontier
from audit.ledger.note import Checkpoint
from audit.models import EpochKind, LedgerEntry, LedgerEpoch, LedgerHead, Operation, OutboxEntry
from audit.sealing import append, disclosures_of

RELATION = "event:ledger.epoch"
CHUNK = 10_000
_TAKE_BACK = """
    DELETE FROM audit_outboxentry WHERE id = %s
    RETURNING id, transaction::text AS transaction, transaction_at, at, relation, operation, key,
        before, after, context, database_role, restricted
"""


class EpochError(ValueError):
    """A statement that does not fit the ledger it is about."""


@dataclass(frozen=True)
class Epochs:
    """The epochs of a ledger in their order, the first of them too where nothing was written of it
    yet."""

    rows: list[LedgerEpoch] = field(default_factory=list)

    @classmethod
    def load(cls, origin: str) -> Self:
        """Of the ledger that calls itself `origin` now."""
        rows = list(LedgerEpoch.objects.order_by("number"))
        return cls(rows or [LedgerEpoch(number=1, origin=origin, start=0, kind=EpochKind.START)])

    def at(self, index: int) -> LedgerEpoch:
        """The epoch in which a leaf was sealed."""
        return next(row for row in reversed(self.rows) if row.start <= index)

    def flaw_at(self, leaf: LedgerEntry) -> str:
        """Whether the statements stand where the epochs begin, say the same, and nowhere else."""
        begins = next(
            (row for row in self.rows if row.start == leaf.index and row.number > 1), None
        )
        if leaf.relation == RELATION and begins is None:
            return "says that an epoch begins, and none does"
        if begins is not None and leaf.relation != RELATION:
            return f"begins the epoch {begins.origin} without a statement"
        if begins is not None and leaf.after != begins.statement:
            return "the statement of the epoch is not what was sealed"
        return ""

    def is_given_up(self, checkpoint: Checkpoint) -> bool:
        """Whether it is of leaves that a statement declares lost or no longer proved."""
        ending = self._ending(checkpoint)
        return ending is not None and checkpoint.size > (ending.kept or 0)

    def objection(self, checkpoint: Checkpoint, root: bytes | None) -> str:
        """Why a checkpoint does not fit; empty where it does. `root` is the tree's at this size,
        None where the tree is smaller."""
        number = number_of(checkpoint.origin)
        known = {row.origin for row in self.rows}
        known |= {row.statement["previous"] for row in self.rows[1:]}
        if checkpoint.origin not in known:
            return f"a checkpoint of another log: {checkpoint.origin}"
        ending = self._ending(checkpoint)
        if ending is not None and checkpoint.size > (ending.kept or 0):
            is_named = ending.statement["previous"] == checkpoint.origin
            if is_named and checkpoint.size > (ending.final_size or 0):
                return (
                    f"a checkpoint of {checkpoint.origin} knows {checkpoint.size} entries; the "
                    f"statement that ended it, {ending.final_size}"
                )
            return ""
        begins = next((row.start for row in self.rows if row.number == number), 0)
        if number > 1 and checkpoint.size <= begins:
            return f"a checkpoint of {checkpoint.origin} before that began"
        if root is None:
            return f"a checkpoint knows {checkpoint.size} entries, and here are fewer"
        if checkpoint.root != root:
            return f"the first {checkpoint.size} entries are not those of the checkpoint"
        return ""

    def _ending(self, checkpoint: Checkpoint) -> LedgerEpoch | None:
        """The epoch whose statement ended that of the checkpoint: the last one that says so, since
        a statement that was wrong is corrected by another."""
        origin, number = checkpoint.origin, number_of(checkpoint.origin)
        naming = [row for row in self.rows[1:] if row.statement["previous"] == origin]
        if naming:
            return naming[-1]
        return next((row for row in self.rows if row.number > number), None)


def number_of(origin: str) -> int:
    """The number of an epoch by its name: what follows the last slash."""
    last = origin.rpartition("/")[2]
    return int(last) if last.isdecimal() else 1


def kept_of(checkpoints: Iterable[Checkpoint], most: int) -> int:
    """The size of the largest of these checkpoints (in the order of their sizes), at most so large,
    that the database's leaves still fit. After the first that does not, none is looked at."""
    tree, kept = Frontier(), 0
    hashes = LedgerEntry.objects.order_by("index").values_list("index", "hash")
    walk = hashes.iterator(chunk_size=CHUNK)
    for checkpoint in checkpoints:
        if checkpoint.size > most:
            break
        while tree.size < checkpoint.size:
            index, hash_ = next(walk, (None, b""))
            if index != tree.size:
                return kept
            tree.append(bytes(hash_))
        if tree.root() != checkpoint.root:
            return kept
        kept = checkpoint.size
    return kept


def begin(
    kind: EpochKind,
    final: Checkpoint,
    note: str,
    *,
    kept: int,
    reason: str,
    approvers: tuple[Any, Any],
    missing: str = "",
    restored_to: str | None = None,
) -> LedgerEpoch:
    """Begin a new epoch with its statement as first leaf. Only the sealer's role may.

    Refused: one person approving twice, no reason, a last checkpoint of another log, one that says
    less than what is kept.
    """
    first, second = approvers
    if first.pk == second.pk:
        raise EpochError("two different persons approve")
    if not reason.strip():
        raise EpochError("a reason is needed")
    with transaction.atomic(), acting(actor=first, action="ledger.epoch", reason=reason):
        head = LedgerHead.objects.select_for_update().get()
        prefix = head.origin.rpartition("/")[0]
        if final.origin.rpartition("/")[0] != prefix:
            raise EpochError(f"the last checkpoint is of another log: {final.origin}")
        if kept > min(final.size, head.size):
            raise EpochError("more is kept than there was")
        number = 1 + max(number_of(head.origin), number_of(final.origin))
        entry = _stated(
            {
                "number": number,
                "origin": f"{prefix}/{number}",
                "kind": str(kind),
                "previous": final.origin,
                "final": {"size": final.size, "root": final.root_text, "note": note},
                "kept": kept,
                "restored_to": restored_to,
                "missing": missing,
                "reason": reason,
                "approvers": [
                    {"account": person.pk, "name": person.get_username()} for person in approvers
                ],
            }
        )
        _write_first(head)
        epoch = LedgerEpoch.objects.create(
            number=number,
            origin=f"{prefix}/{number}",
            start=head.size,
            kind=kind,
            kept=kept,
            final_size=final.size,
            statement=entry.after,
            approver_id=first.pk,
            second_approver_id=second.pk,
        )
        head.origin = epoch.origin
        append(head, [entry])
    return epoch


def told() -> list[dict[str, Any]]:
    """The epochs as packs hand them out, each with its statement's leaf."""
    head = LedgerHead.objects.first()
    if head is None:
        return []
    rows = Epochs.load(head.origin).rows
    leaves = LedgerEntry.objects.in_bulk([row.start for row in rows if row.number > 1])
    return [
        {
            "number": row.number,
            "origin": row.origin,
            "start": row.start,
            "envelope": leaves[row.start].envelope if row.start in leaves else None,
            "disclosures": disclosures_of(leaves[row.start]) if row.start in leaves else [],
        }
        for row in rows
    ]


def _stated(statement: dict[str, Any]) -> OutboxEntry:
    """The statement as the database notes it: by the triggers' clock and transaction."""
    with acting(action="ledger.epoch") as circumstances:
        made = OutboxEntry.objects.create(
            relation=RELATION,
            operation=Operation.EVENT,
            key=str(statement["number"]),
            after=statement,
            context=json.loads(circumstances.as_json()),
        )
    [entry] = OutboxEntry.objects.raw(_TAKE_BACK, [made.pk])
    return entry


def _write_first(head: LedgerHead) -> None:
    """The first epoch gets its row when the second begins: until then the head says it all."""
    if not LedgerEpoch.objects.exists():
        LedgerEpoch.objects.create(number=1, origin=head.origin, start=0, kind=EpochKind.START)
