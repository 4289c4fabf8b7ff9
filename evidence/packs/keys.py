"""The public keys and the epochs that a pack brings (docs/reference/ledger-format.md)."""

from typing import Any

from audit.ledger.note import Checkpoint, NoteError, VerifierKey, opened
from audit.models import LedgerHead
from audit.signing import signer
from evidence.packs.signing import export_key

try:
    from audit.epochs import told as _epochs_told
    from audit.keys import published as _published
except ImportError:  # a ledger of one key and one epoch

    def _published() -> list[dict[str, Any]]:
        key = signer().public_key()
        told = {"vkey": str(key), "origin": key.name, "since": 0, "until": None, "revoked": None}
        return [told]

    def _epochs_told() -> list[dict[str, Any]]:
        origin = LedgerHead.objects.get().origin
        return [{"number": 1, "origin": origin, "start": 0, "envelope": None, "disclosures": []}]


def keys_told() -> dict[str, Any]:
    """What `keys.json` holds."""
    return {"export": str(export_key()), "ledger": _published()}


def epochs_told(size: int) -> list[dict[str, Any]]:
    """The epochs of the first `size` leaves."""
    return [epoch for epoch in _epochs_told() if epoch["start"] < max(size, 1)]


def is_signed(note: str) -> bool:
    """Whether a note is a checkpoint that a key which counts for it has signed."""
    try:
        checkpoint = Checkpoint.read(note.rpartition("\n\n")[0] + "\n")
        opened(note, [VerifierKey.read(k["vkey"]) for k in _published() if _counts(k, checkpoint)])
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
