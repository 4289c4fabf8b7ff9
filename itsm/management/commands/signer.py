"""The signer: signs the ledger as it grows, and only as it continues what it signed before."""

import time
from typing import Any

import structlog
from django.core.management.base import BaseCommand

from audit.roles import SIGNER_ROLE
from audit.signing import SignerRefuses, signer
from itsm.ledger_keeping import keep_running

SIGN_EVERY = 10.0  # seconds

_log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Signs checkpoints of the audit ledger with a key of its own. Runs until it is stopped."

    def handle(self, **options: Any) -> None:
        """Blocks until SIGTERM or SIGINT. What it refuses to sign it looks at again and again."""
        keep_running(SIGNER_ROLE, self._sign_on)

    def _sign_on(self) -> None:
        own = signer()
        while True:
            try:
                own.sign()
            except SignerRefuses as error:
                _log.error("signer_refuses", why=str(error))
            time.sleep(SIGN_EVERY)
