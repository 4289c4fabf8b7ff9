"""The roles that keep the ledger in the database, beside the portal's own: what each may do.

The portal writes into the outbox and reads the ledger. Only the sealer takes from the outbox and
writes leaves, only the signer writes checkpoints; nobody changes or deletes either.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection

from audit.models import (
    SEALER_ROLE,
    LedgerEntry,
    LedgerEpoch,
    LedgerHead,
    OutboxEntry,
    SignedCheckpoint,
    SignerKey,
    SignerStatus,
)

SIGNER_ROLE = "itsm_signer"

_OUTBOX, _LEAVES = OutboxEntry._meta.db_table, LedgerEntry._meta.db_table
_HEAD, _CHECKPOINTS = LedgerHead._meta.db_table, SignedCheckpoint._meta.db_table
_EPOCHS, _KEYS = LedgerEpoch._meta.db_table, SignerKey._meta.db_table
RIGHTS = {
    SEALER_ROLE: {
        _OUTBOX: "SELECT, INSERT, DELETE",  # it writes the statements of epochs itself
        _LEAVES: "SELECT, INSERT",
        _HEAD: "ALL",
        _EPOCHS: "SELECT, INSERT",
        _CHECKPOINTS: "SELECT",
    },
    SIGNER_ROLE: {
        _LEAVES: "SELECT",
        _HEAD: "SELECT",
        _EPOCHS: "SELECT",
        _CHECKPOINTS: "SELECT, INSERT",
        _KEYS: "SELECT, INSERT, UPDATE",
        SignerStatus._meta.db_table: "SELECT, INSERT, UPDATE",
    },
}
"""What each role may do with which table; all else it may not."""


def ensure_roles() -> None:
    """Make the roles where they are missing and give them their rights. Needs CREATEROLE, as the
    embedded server's role has it; elsewhere an administrator does this (docs/operate/deploy.md)."""
    with connection.cursor() as cursor:
        for role, rights in RIGHTS.items():
            cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role])
            if cursor.fetchone() is None:
                cursor.execute(f"CREATE ROLE {role} LOGIN")
            for table, verbs in rights.items():
                cursor.execute(f"GRANT {verbs} ON {table} TO {role}")


@contextmanager
def connected_as(role: str) -> Iterator[None]:
    """Work on Django's connection as this role: as it is, where DATABASE_URL names the role, or
    else on the same server without a password, as the embedded one lets it in."""
    own = connection.settings_dict
    if own["USER"] == role:
        yield
        return
    connection.close()
    connection.settings_dict = {**own, "USER": role, "PASSWORD": ""}
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict = own
