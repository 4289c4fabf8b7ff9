"""How far the ledger is behind: what was written and not sealed, sealed and not signed. Each asks
for one row, by an index."""

from datetime import datetime

from audit.models import LedgerEntry, LedgerHead, OutboxEntry, SignedCheckpoint

COUNTED = 10_000  # a deeper outbox is only said to be deeper


def oldest_unsealed() -> datetime | None:
    """Since when the oldest entry of the outbox has been waiting."""
    return OutboxEntry.objects.order_by("pk").values_list("at", flat=True).first()


def oldest_unsigned() -> datetime | None:
    """Since when the oldest entry that no checkpoint covers has been waiting."""
    found = LedgerEntry.objects.filter(index=signed_size())
    return found.values_list("sealed_at", flat=True).first()


def signed_size() -> int:
    """How many entries the newest checkpoint covers."""
    return SignedCheckpoint.objects.values_list("size", flat=True).first() or 0


def sealed_size() -> int:
    return LedgerHead.objects.values_list("size", flat=True).first() or 0


def outbox_depth() -> int:
    """How many entries wait, counted no further than COUNTED."""
    return OutboxEntry.objects.order_by()[:COUNTED].count()
