"""Celery entry points of the records app."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from audit.tasks import AuditedTask
from core.timebox import time_is_up
from records import exports, idempotency, jobs

# A job may take hours; the lease, not a time limit, tells whether it is still alive.
_A_DAY = 24 * 3600


@shared_task(base=AuditedTask, name="records.run_due_jobs", bind=True, time_limit=_A_DAY)
def run_due_jobs(self: Any) -> None:
    """Work on due jobs; after a while in a new task, so that other work gets its turn."""
    if jobs.run_due_jobs(time_is_up(20)):
        self.apply_async()


@shared_task(base=AuditedTask, name="records.forget_exports")
def forget_exports() -> int:
    """Delete the files of exports after a week."""
    return exports.forget_exports(timezone.now() - exports.KEPT_FOR)


@shared_task(base=AuditedTask, name="records.forget_idempotency_keys")
def forget_idempotency_keys() -> int:
    """Delete the answers that nobody will ask for any more."""
    return idempotency.forget_idempotency_keys()
