"""Hands work to Celery as it arises: listens to the database and names the task that is due."""

import contextlib
import signal
import time
from collections.abc import Callable
from datetime import datetime
from typing import Any

import psycopg
import structlog
from django.core.management.base import BaseCommand
from django.db import DatabaseError, InterfaceError, connection
from django.utils import timezone
from kombu.exceptions import KombuError

from integrations.models import AlertEvent
from itsm.celery import app
from notifications.models import Message
from notifications.wakeup import CHANNEL
from records.models import Job

# The tasks that may be named, each with the question whether it has something to do.
WORK: dict[str, Callable[[datetime], bool]] = {
    "integrations.digest_events": lambda now: AlertEvent.objects.due(now).exists(),
    "notifications.deliver_due": lambda now: Message.objects.due(now).exists(),
    "records.run_due_jobs": lambda now: Job.objects.due(now).exists(),
}
COALESCE_FOR = 0.05  # seconds: a storm of rows needs one task, not a thousand
SWEEP_EVERY = 5.0  # finds what was put off until now, and what a lost worker held
RETRY_AFTER = 1.0
EXPIRES_AFTER = 30  # of a task that no worker took; the sweep names it again

_log = structlog.get_logger(__name__)


class Command(BaseCommand):
    help = "Listens to the database and hands work that is due to Celery. Runs until it is stopped."

    def handle(self, **options: Any) -> None:
        """Blocks until SIGTERM or SIGINT. Database and broker may go away and come back."""
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with contextlib.suppress(KeyboardInterrupt):
            while True:
                try:
                    Relay().run()
                except (psycopg.OperationalError, DatabaseError, InterfaceError) as error:
                    _log.warning("relay_lost_database", error=str(error).strip())
                    connection.close()
                    time.sleep(RETRY_AFTER)


class Relay:
    """One connection that listens, and what it has heard and not yet handed over."""

    def __init__(self) -> None:
        self._pending = set(WORK)  # whatever happened while nobody listened
        self._swept_at = time.monotonic()

    def run(self) -> None:
        """Listen and hand over, until the database goes away."""
        params = connection.get_connection_params()
        for name in ("cursor_factory", "context", "prepare_threshold"):
            params.pop(name, None)
        with psycopg.connect(**params, autocommit=True) as listener:
            listener.execute(f"LISTEN {CHANNEL}")
            _log.info("relay_listening")
            while True:
                self.hand_over()
                self.hear(listener)
                self.sweep()

    def hear(self, listener: psycopg.Connection) -> None:
        """Wait for news, at most until the next sweep; then a moment for what comes with it."""
        wait = RETRY_AFTER if self._pending else self._next_sweep_in()
        heard = {note.payload for note in listener.notifies(timeout=wait, stop_after=1)}
        if heard:
            heard |= {note.payload for note in listener.notifies(timeout=COALESCE_FOR)}
        self._pending |= heard & WORK.keys()

    def sweep(self) -> None:
        """Ask the tables, now and then, whether something has become due."""
        if self._next_sweep_in() > 0:
            return
        now = timezone.now()
        self._pending |= {name for name, is_due in WORK.items() if is_due(now)}
        self._swept_at = time.monotonic()

    def hand_over(self) -> None:
        """Send what is pending; what the broker does not take stays pending."""
        for name in sorted(self._pending):
            try:
                app.send_task(name, expires=EXPIRES_AFTER, retry=False)
            except (KombuError, OSError) as error:
                _log.warning("relay_lost_broker", error=str(error).strip())
                return
            self._pending.discard(name)

    def _next_sweep_in(self) -> float:
        return max(0.0, self._swept_at + SWEEP_EVERY - time.monotonic())
