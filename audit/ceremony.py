"""What people decide about the signer: a new key, a key revoked, a restored ledger gone on with.

Each needs two persons; who they may be the commands know (docs/operate/ledger.md).
"""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any

from django.utils import timezone

from audit.context import acting
from audit.epochs import EpochError, begin, kept_of, number_of
from audit.keeping import Memory
from audit.keys import Reading, counts, told_by
from audit.ledger.merkle import Frontier
from audit.ledger.note import Checkpoint, NoteError, VerifierKey, opened
from audit.models import (
    SEALER_ROLE,
    EpochKind,
    LedgerEpoch,
    LedgerHead,
    SignedCheckpoint,
    SignerKey,
)
from audit.roles import SIGNER_ROLE, connected_as
from audit.signing import Signer, SignerRefuses, extend


def prepare_rotation(signer: Signer, origin: str) -> VerifierKey:
    """Make the next key. The next checkpoint is signed by both, and the older then stops."""
    public = signer.own.make_next_key().public_key().public_bytes_raw()
    return VerifierKey(origin, public)


def revoke(last_good: int, reason: str, approvers: tuple[Any, Any]) -> LedgerEpoch:
    """Revoke the signing key of this epoch as compromised after this checkpoint, and begin a new
    epoch. Raises EpochError where no such checkpoint was signed."""
    head = LedgerHead.objects.get()
    stored = SignedCheckpoint.objects.filter(size=last_good).first()
    found = stored and _opened(stored.note)
    if stored is None or found is None or found.origin != head.origin:
        raise EpochError(f"no checkpoint of this epoch over {last_good} entries was signed")
    kept = kept_of([found], found.size)
    with connected_as(SIGNER_ROLE), acting(actor=approvers[0], action="ledger.key", reason=reason):
        signing = SignerKey.objects.filter(origin=head.origin, revoked_at=None)
        signing.filter(until=None).update(
            revoked_at=timezone.now(), last_good=last_good, reason=reason
        )
        signing.filter(until__gt=last_good).update(
            revoked_at=timezone.now(), last_good=last_good, reason=reason
        )
    with connected_as(SEALER_ROLE):
        return begin(
            EpochKind.COMPROMISE, found, stored.note, kept=kept, reason=reason, approvers=approvers
        )


def recover(
    final_note: str,
    *,
    reason: str,
    missing: str,
    restored_to: datetime | None,
    approvers: tuple[Any, Any],
    held: Sequence[str] = (),
    keys: Sequence[VerifierKey] = (),
    kind: EpochKind = EpochKind.RESTORE,
) -> LedgerEpoch:
    """State what became of the ledger and go on in a new epoch.

    `final_note` is the last checkpoint that anybody holds, `held` others that help to say how much
    is kept, `keys` those that the restored database no longer knows. Raises EpochError, NoteError.
    """
    final = _opened(final_note, keys)
    if final is None:
        raise NoteError("the last checkpoint is signed by nobody we know")
    if any(_opened(note, keys) is None for note in held):
        raise NoteError("a checkpoint that is held is signed by nobody we know")

    def known() -> Iterator[Checkpoint]:
        for each in Reading([final_note, *held], also=keys):
            if number_of(each.origin) <= number_of(final.origin):
                yield each

    last = max((each.size for each in known() if each.origin == final.origin), default=0)
    if last > final.size:
        raise EpochError(f"a later checkpoint is known, over {last} entries")
    head = LedgerHead.objects.get()
    kept = kept_of(known(), min(final.size, head.size))
    with connected_as(SEALER_ROLE):
        return begin(
            kind,
            final,
            final_note,
            kept=kept,
            reason=reason,
            missing=missing,
            restored_to=restored_to and restored_to.isoformat().replace("+00:00", "Z"),
            approvers=approvers,
        )


def follow(signer: Signer, epoch: LedgerEpoch) -> VerifierKey:
    """Have the signer go on in this epoch, once a person has read its statement.

    It goes by its own memory as far as it has one: refused is a statement that admits less than was
    signed, and a tree that does not begin with what is said to be kept.
    """
    memory = signer.own.memory()
    if memory is not None and memory.origin == epoch.origin:
        raise SignerRefuses(f"it signs {epoch.origin} already")
    tree = Frontier()
    kept = epoch.kept or 0
    extend(tree, kept)
    _refuse_another_past(memory, epoch, tree)
    extend(tree, epoch.start)
    if tree.size != epoch.start:
        raise SignerRefuses(f"{tree.size} entries, but the epoch begins after {epoch.start}")
    if signer.own.has_key():
        public = signer.own.key().public_key().public_bytes_raw()
        revoked = SignerKey.objects.exclude(revoked_at=None).values_list("vkey", flat=True)
        if any(VerifierKey.read(vkey).public == public for vkey in revoked):
            signer.own.discard_key()
    signer.own.remember(Memory(epoch.origin, tree))
    return signer.public_key()


def _refuse_another_past(memory: Memory | None, epoch: LedgerEpoch, kept: Frontier) -> None:
    final = epoch.final
    if kept.size == final["size"] and Checkpoint("x", 0, kept.root()).root_text != final["root"]:
        raise SignerRefuses("the entries are not those of the checkpoint that the statement names")
    if memory is None:
        return
    if memory.origin != epoch.statement["previous"]:
        raise SignerRefuses(f"the statement is about another epoch than {memory.origin}")
    if memory.frontier.size > final["size"] and epoch.kind != EpochKind.COMPROMISE:
        raise SignerRefuses(
            f"the statement names {final['size']} entries, but {memory.frontier.size} were signed"
        )
    # Only a restore takes entries away: else all that was signed must still be there.
    there = kept.size if epoch.kind == EpochKind.RESTORE else epoch.start
    if memory.frontier.size > there:
        if epoch.kind != EpochKind.RESTORE:
            raise SignerRefuses("entries that were signed are missing")
        return
    again = Frontier()
    extend(again, memory.frontier.size)
    if again.root() != memory.frontier.root():
        raise SignerRefuses("the entries are not those that were signed")


def _opened(note: str, keys: Iterable[VerifierKey] = ()) -> Checkpoint | None:
    """What a note says, where a key that counts or one of these has signed it."""
    try:
        told = told_by(note)
        rows = SignerKey.objects.filter(origin=told.origin)
        known = [VerifierKey.read(row.vkey) for row in rows if counts(row, told)]
        opened(note, [*known, *keys])
    except NoteError:
        return None
    return told
