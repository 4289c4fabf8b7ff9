"""The sealer: the one process that moves the audit outbox into the ledger."""

import sys
import time
from typing import Any

import structlog
from django.core.management.base import BaseCommand

from audit.models import SEALER_ROLE
from audit.sealing import BATCH, seal
from itsm.ledger_keeping import keep_running
from itsm.runtime.lease import Lease

PAUSE = 0.5  # seconds between two looks at an outbox that was emptied

_log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Seals the audit outbox into the ledger, as the only sealer. Runs until it is stopped."

    def handle(self, **options: Any) -> None:
        """Blocks until SIGTERM or SIGINT. The database may go away and come back."""
        keep_running(SEALER_ROLE, self._seal_on)

    def _seal_on(self) -> None:
        lease = Lease("sealer")
        try:
            lease.wait()
            _log.info("sealer_works")
            while True:
                if not lease.is_held():
                    sys.exit("sealer: the database took the lease back; ending, to wait anew")
                if seal() < BATCH:
                    time.sleep(PAUSE)
        finally:
            lease.release()
