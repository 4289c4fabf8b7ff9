"""Sealing inside a test's own transaction, which the sealer would have to wait for."""

from audit.models import LedgerEntry, LedgerHead, OutboxEntry
from audit.sealing import append


def seal_here() -> None:
    """Have in the ledger what the outbox holds; it stays in the outbox too."""
    head, _is_new = LedgerHead.objects.get_or_create(defaults={"origin": "tests/audit-log/1"})
    sealed = LedgerEntry.objects.values("entry")
    append(head, OutboxEntry.objects.exclude(pk__in=sealed))
