"""How a job function tells how far it is, and finds out how far an earlier attempt came."""

import time

from django.db import transaction

from records.enums import JobState
from records.leases import Lease, LeaseLost
from records.models import Job

WRITE_EVERY = 0.5  # seconds


class Progress:
    """Given to the job function as its first argument.

    After a crash the function is called again with `done` as last recorded and skips that much.
    Inside `transaction.atomic()` each `advance` is written in that very transaction, so that work
    and progress commit together and no batch is ever done twice. Outside of one it is written at
    most twice a second, and the function must bear repeating what came after.
    """

    def __init__(self, job: Job, lease: Lease) -> None:
        self.done: int = job.done
        self._job = job
        self._lease = lease
        self._written_at = 0.0

    def total(self, n: int) -> None:
        """Say how much there is to do."""
        self._write(total=n)

    def advance(self, n: int = 1) -> None:
        """Say that so much more is done. Raises LeaseLost when another worker has the job now:
        let it pass, so that what this attempt has begun is rolled back."""
        self._lease.check()
        self.done += n
        is_atomic = transaction.get_connection().in_atomic_block
        if is_atomic or time.monotonic() >= self._written_at + WRITE_EVERY:
            self._write(done=self.done)

    def flush(self) -> None:
        """Write what was held back; called when the function has returned."""
        if self.done != self._job.done:
            self._write(done=self.done)

    def _write(self, **columns: int) -> None:
        held = Job.objects.filter(
            pk=self._job.pk, state=JobState.RUNNING, attempts=self._job.attempts
        )
        if not held.update(**columns):
            raise LeaseLost(self._job.pk)
        self._written_at = time.monotonic()
