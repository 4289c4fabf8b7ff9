"""Which key's signature counts for which checkpoint, and what a set of notes says by that."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

from audit.ledger.note import Checkpoint, NoteError, VerifierKey, opened
from audit.models import SignedCheckpoint, SignerKey


@dataclass
class Reading:
    """The checkpoints that count, and those that only a revoked key has signed."""

    checkpoints: list[Checkpoint] = field(default_factory=list)
    ignored: list[Checkpoint] = field(default_factory=list)


def published() -> list[dict[str, Any]]:
    """The keys as packs hand them out, oldest first (docs/reference/ledger-format.md)."""
    return [
        {
            "vkey": key.vkey,
            "origin": key.origin,
            "since": key.since,
            "until": key.until,
            "revoked": key.revoked_at
            and {
                "at": key.revoked_at.isoformat(timespec="microseconds").replace("+00:00", "Z"),
                "last_good": key.last_good,
                "reason": key.reason,
            },
        }
        for key in SignerKey.objects.order_by("pk")
    ]


def counts(key: SignerKey, checkpoint: Checkpoint) -> bool:
    """Whether a signature of this key counts for this checkpoint."""
    return (
        key.origin == checkpoint.origin
        and key.since <= checkpoint.size
        and (key.until is None or checkpoint.size <= key.until)
        and (key.last_good is None or checkpoint.size <= key.last_good)
    )


def read_all(notes: Iterable[str] = (), *, pinned: Sequence[VerifierKey] = ()) -> Reading:
    """The checkpoints of the database and these notes, as far as they are signed by a key that
    counts. Raises NoteError for one that is not.

    With `pinned` keys nothing but these is believed, and what they lead to: a key of the list that
    signed jointly with one believed, and the same key under the name of another epoch.
    """
    keys = list(SignerKey.objects.order_by("pk"))
    keys += _unlisted(pinned, keys)
    revoked = {VerifierKey.read(key.vkey) for key in keys if key.revoked_at is not None}
    stolen = {key.public for key in revoked}
    believed = {key.public for key in pinned}
    stored = SignedCheckpoint.objects.order_by("size").values_list("note", flat=True)
    reading = Reading()
    for note in sorted([*stored, *notes], key=lambda note: _told(note).size):
        checkpoint = _told(note)
        try:
            counted = [VerifierKey.read(key.vkey) for key in keys if counts(key, checkpoint)]
            signed = {
                key.public for key in opened(note, counted)[1] if _is_whole(key, stolen, revoked)
            }
            if not signed or (pinned and not signed & believed):
                raise NoteError(f"a checkpoint of {checkpoint.size} is signed by nobody we know")
        except NoteError:
            if not _is_signed(note, revoked):
                raise
            reading.ignored.append(checkpoint)
            continue
        believed |= signed
        reading.checkpoints.append(checkpoint)
    return reading


def _is_whole(key: VerifierKey, stolen: set[bytes], revoked: set[VerifierKey]) -> bool:
    """Not a revoked key that came back under the name of another epoch."""
    return key.public not in stolen or key in revoked


def _is_signed(note: str, keys: Iterable[VerifierKey]) -> bool:
    try:
        return bool(opened(note, keys))
    except NoteError:
        return False


def _told(note: str) -> Checkpoint:
    return Checkpoint.read(note.partition("\n\n")[0] + "\n")


def _unlisted(pinned: Iterable[VerifierKey], keys: list[SignerKey]) -> list[SignerKey]:
    """Pinned keys that the database does not tell of."""
    listed = {key.vkey for key in keys}
    return [SignerKey(vkey=str(key), origin=key.name) for key in pinned if str(key) not in listed]
