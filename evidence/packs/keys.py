"""The public keys and the epochs that a pack brings (docs/reference/ledger-format.md)."""

from typing import Any

from audit.epochs import told
from audit.keys import published
from audit.ledger.note import Checkpoint, NoteError, VerifierKey, opened
from evidence.packs.signing import export_key


def keys_told() -> dict[str, Any]:
    """What `keys.json` holds."""
    return {"export": str(export_key()), "ledger": published()}


def epochs_told(size: int) -> list[dict[str, Any]]:
    """The epochs of the first `size` leaves."""
    return [epoch for epoch in told() if epoch["start"] < max(size, 1)]


def is_signed(note: str) -> bool:
    """Whether a note is a checkpoint that a key which counts for it has signed."""
    try:
        checkpoint = Checkpoint.read(note.rpartition("\n\n")[0] + "\n")
        opened(note, [VerifierKey.read(k["vkey"]) for k in published() if _counts(k, checkpoint)])
    except NoteError:
        return False
    return True


def _counts(key: dict[str, Any], checkpoint: Checkpoint) -> bool:
    most = [key["until"], (key["revoked"] or {}).get("last_good")]
    return (
        key["origin"] == checkpoint.origin
        and key["since"] <= checkpoint.size
        and all(size is None or checkpoint.size <= size for size in most)
    )
