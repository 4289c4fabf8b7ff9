"""How the processes that keep the ledger run: in a role of their own, until they are stopped."""

import contextlib
import signal
import time
from collections.abc import Callable

import structlog
from django.db import DatabaseError, InterfaceError, connection

from audit.roles import connected_as

RETRY_AFTER = 1.0

_log = structlog.get_logger(__name__)


def keep_running(role: str, work: Callable[[], None]) -> None:
    """Work on as this role until SIGTERM or SIGINT; the database may go away and come back."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with contextlib.suppress(KeyboardInterrupt), connected_as(role):
        while True:
            try:
                work()
            except (DatabaseError, InterfaceError) as error:
                _log.warning("ledger_lost_database", role=role, error=str(error).strip())
                connection.close()
                time.sleep(RETRY_AFTER)
