"""What the database saw: the outbox that the triggers fill, and the ledger it is sealed into."""

from audit.models.epochs import EpochKind, LedgerEpoch
from audit.models.erasure import ErasureKind, ErasureWarrant, LegalHold
from audit.models.keys import SignerKey, SignerStatus
from audit.models.ledger import LedgerEntry, LedgerHead, SignedCheckpoint
from audit.models.outbox import SEALER_ROLE, Operation, OutboxEntry

__all__ = [
    "SEALER_ROLE",
    "EpochKind",
    "ErasureKind",
    "ErasureWarrant",
    "LedgerEntry",
    "LedgerEpoch",
    "LedgerHead",
    "LegalHold",
    "Operation",
    "OutboxEntry",
    "SignedCheckpoint",
    "SignerKey",
    "SignerStatus",
]
