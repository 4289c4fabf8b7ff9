"""Long work as rows: asked for in one transaction, done later by one worker at a time.

A worker holds a job by a lease that it renews while it works. The number of the attempt fences
everything it writes: a worker that lost its lease can no longer record progress or a result.
"""

import traceback
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import structlog
from django.db import connection, transaction
from django.utils import timezone

from audit.context import acting
from core.registry import Registry
from records.enums import JobState
from records.leases import LEASE, LeaseLost, kept_alive
from records.models import Job
from records.progress import Progress

type JobFunction = Callable[..., dict[str, Any] | None]
"""`f(progress, **params)`; see `Progress` for how it reports and how it goes on after a crash."""

JOB_KINDS: Registry[JobFunction] = Registry("job kind")

MAX_ATTEMPTS = 5
AT_ONCE = 1  # a job may take hours: alerts and messages must never find all workers at jobs
FIRST_DELAY = timedelta(seconds=10)

_log = structlog.get_logger(__name__)


def enqueue_job(kind: str, *, actor: Any, params: dict[str, Any] | None = None) -> Job:
    """Ask for work of a registered kind, in the caller's transaction."""
    if kind not in JOB_KINDS:
        raise ValueError(f"no job kind {kind!r}")
    return Job.objects.create(kind=kind, params=params or {}, created_by=actor)


def run_next_job() -> Job | None:
    """Claim the job that has waited longest and work on it until it ends. None: nothing is due, or
    as many jobs are running as may."""
    job = _claim()
    if job is None:
        return None
    with acting(actor=job.created_by, action=f"job.{job.kind}"):
        if job.attempts > MAX_ATTEMPTS:
            _finish(job, JobState.FAILED)
        else:
            _work_on(job)
    return job


def _claim() -> Job | None:
    now = timezone.now()
    with transaction.atomic():
        _one_claim_at_a_time()
        if Job.objects.held(now).count() >= AT_ONCE:
            return None
        due = Job.objects.due(now).order_by("run_after", "pk")
        job = due.select_for_update(skip_locked=True, of=("self",)).first()
        if job is not None:
            job.state, job.lease_until = JobState.RUNNING, now + LEASE
            job.attempts += 1
            job.save(update_fields=["state", "lease_until", "attempts"])
    return job


def _one_claim_at_a_time() -> None:
    """Who counts the running jobs must see those that others have just claimed."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('records_job'))")


def _work_on(job: Job) -> None:
    try:
        with kept_alive(job) as lease:
            progress = Progress(job, lease)
            result = JOB_KINDS[job.kind](progress, **job.params)
            progress.flush()
    except LeaseLost:
        _log.warning("job_lease_lost", job=job.pk, kind=job.kind, attempt=job.attempts)
    except Exception as error:
        _log.exception("job_failed", job=job.pk, kind=job.kind, attempt=job.attempts)
        _retry_or_fail(job, error)
    else:
        _finish(job, JobState.DONE, result=result)


def _retry_or_fail(job: Job, error: Exception) -> None:
    told = "".join(traceback.format_exception_only(error)).strip()[:2000]
    if job.attempts >= MAX_ATTEMPTS:
        _finish(job, JobState.FAILED, error=told)
        return
    again_at = timezone.now() + FIRST_DELAY * 4 ** (job.attempts - 1)
    _held(job).update(state=JobState.QUEUED, error=told, run_after=again_at, lease_until=None)


def _finish(job: Job, state: JobState, *, result: Any = None, error: str = "") -> None:
    end = {"state": state, "result": result, "error": error, "finished_at": timezone.now()}
    _held(job).update(**end, lease_until=None)


def _held(job: Job) -> Any:
    """The job's row as long as this attempt is the one that holds it."""
    return Job.objects.filter(pk=job.pk, state=JobState.RUNNING, attempts=job.attempts)


def run_due_jobs(is_time_up: Callable[[], bool]) -> bool:
    """Work on due jobs one by one; whether some may be left because the time was up."""
    while not is_time_up():
        if run_next_job() is None:
            return False
    return True
