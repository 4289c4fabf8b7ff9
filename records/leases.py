"""Renews the lease of a running job from a thread of its own, on a connection of its own.

Progress may be locked in the job's open transaction, and the function may be busy for minutes in
one call; neither may cost the lease.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import structlog
from django.db import DatabaseError, InterfaceError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

from records.models import Job

LEASE = timedelta(seconds=30)
RENEW_EVERY = 10.0  # seconds

_log = structlog.get_logger(__name__)

# Whoever has the row locked is working on it: claims skip locked rows, and so may the renewal.
_RENEW = """
    WITH held AS (
        SELECT id FROM records_job
         WHERE id = %s AND state = 'running' AND attempts = %s FOR NO KEY UPDATE SKIP LOCKED
    ), renewed AS (
        UPDATE records_job SET lease_until = now() + %s WHERE id IN (SELECT id FROM held)
    )
    SELECT EXISTS (
        SELECT FROM records_job WHERE id = %s AND state = 'running' AND attempts = %s
    )
"""


class LeaseLost(Exception):
    """Another worker has the job now, or the job has ended."""


class Lease:
    """The right to work on one job, for as long as `check` does not raise."""

    def __init__(self, job: Job) -> None:
        self._job = job
        self._ended = threading.Event()
        self._lost = False

    def check(self) -> None:
        """Raise LeaseLost once the lease is known to be lost."""
        if self._lost:
            raise LeaseLost(self._job.pk)

    def end(self) -> None:
        """Stop renewing."""
        self._ended.set()

    def keep(self) -> None:
        """The thread's work: renew until the end. A database out of reach is tried again."""
        connection = connections["default"].copy()
        try:
            while not self._ended.wait(RENEW_EVERY):
                try:
                    self._lost = not self._renew(connection)
                except (DatabaseError, InterfaceError):
                    _log.warning("job_lease_not_renewed", job=self._job.pk, exc_info=True)
                    connection.close()
                if self._lost:
                    return
        finally:
            connection.close()

    def _renew(self, connection: BaseDatabaseWrapper) -> bool:
        with connection.cursor() as cursor:
            attempt = (self._job.pk, self._job.attempts)
            cursor.execute(_RENEW, [*attempt, LEASE, *attempt])
            return cursor.fetchone()[0]


@contextmanager
def kept_alive(job: Job) -> Iterator[Lease]:
    """The lease of a claimed job, renewed until the block is left."""
    lease = Lease(job)
    thread = threading.Thread(target=lease.keep, name=f"lease of job {job.pk}", daemon=True)
    thread.start()
    try:
        yield lease
    finally:
        lease.end()
        thread.join()
