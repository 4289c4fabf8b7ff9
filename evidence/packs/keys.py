"""The public keys that a pack brings: an auditor compares them with those published elsewhere."""

from typing import Any

from audit import models
from audit.ledger.note import Checkpoint, NoteError, VerifierKey, opened
from audit.signing import signer
from evidence.packs.signing import export_key


def ledger_keys() -> list[VerifierKey]:
    """Every key that has signed checkpoints of the ledger and was not revoked."""
    kept: Any = getattr(models, "SignerKey", None)
    rows = kept.objects.filter(revoked_at=None).order_by("pk") if kept is not None else []
    return [VerifierKey.read(row.vkey) for row in rows] or [signer().public_key()]


def keys_told(keys: list[VerifierKey]) -> dict[str, Any]:
    """What `keys.json` holds."""
    return {"export": str(export_key()), "ledger": [str(key) for key in keys]}


def is_signed_by(note: str, keys: list[VerifierKey]) -> bool:
    """Whether a checkpoint is one, and of one of these keys."""
    try:
        Checkpoint.read(opened(note, keys)[0])
    except NoteError:
        return False
    return True
