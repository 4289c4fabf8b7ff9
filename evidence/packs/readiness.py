"""When a period can be packed: everything written in it is sealed, and signed."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.models import LedgerEntry, OutboxEntry, SignedCheckpoint
from core.errors import Reason, Refused
from evidence.packs.keys import is_signed

PATIENCE = 30.0  # seconds: the sealer needs one, the signer as much again
AGAIN = 0.5

_OPEN = """
    SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid()
       AND backend_xid IS NOT NULL AND xact_start < %s
"""
_FACTS = """
    SELECT pg_current_snapshot()::text, now(), (SELECT system_identifier::text FROM
        pg_control_system())
"""


@dataclass(frozen=True)
class Snapshot:
    """What a pack is drawn from: one view of the database, and the checkpoint that covers it."""

    text: str
    at: datetime
    system: str
    checkpoint: SignedCheckpoint


@contextmanager
def snapshot(end: datetime) -> Iterator[Snapshot]:
    """Read everything as it is at one moment, REPEATABLE READ READ ONLY. Waits for sealer and
    signer; Refused where they do not come, with who is missing."""
    deadline = time.monotonic() + PATIENCE
    while True:
        with _one_view():
            reason, checkpoint = _what_is_missing(end)
            if reason is None and checkpoint is not None:
                with connection.cursor() as cursor:
                    cursor.execute(_FACTS)
                    text, at, system = cursor.fetchone()
                yield Snapshot(text, at, system, checkpoint)
                return
        # Inside a caller's transaction the view may never change: there is nothing to wait for.
        if time.monotonic() >= deadline or connection.in_atomic_block:
            raise Refused(reason or _("the ledger has not been signed yet"))
        time.sleep(AGAIN)


@contextmanager
def _one_view() -> Iterator[None]:
    is_outermost = not connection.in_atomic_block
    with transaction.atomic():
        if is_outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY")
        yield


def _what_is_missing(end: datetime) -> tuple[Reason | None, SignedCheckpoint | None]:
    """What was written before the period ended, or before now, must be sealed and signed."""
    cut_off = min(end, timezone.now())
    sealed = LedgerEntry.objects.values("entry")
    if OutboxEntry.objects.filter(transaction_at__lt=cut_off).exclude(pk__in=sealed).exists():
        return _("the ledger's sealer has not come as far as the period yet"), None
    if end <= cut_off and _open_transactions(end):
        return _("something that began before the period's end is still being written"), None
    checkpoint = SignedCheckpoint.objects.order_by("-size").first()
    if checkpoint is None:
        return _("the ledger's signer has not signed anything yet"), None
    if not is_signed(checkpoint.note):
        return _("the ledger's checkpoint is not signed by a key that holds"), None
    unsigned = LedgerEntry.objects.filter(index__gte=checkpoint.size, transaction_at__lt=cut_off)
    if unsigned.exists():
        return _("the ledger's signer has not come as far as the period yet"), None
    return None, checkpoint


def _open_transactions(end: datetime) -> int:
    with connection.cursor() as cursor:
        cursor.execute(_OPEN, [end])
        return int(cursor.fetchone()[0])
