"""Jobs are done once, by one worker at a time, and go on where a killed worker stopped."""

import threading
from datetime import timedelta

import pytest
from django.db import connection, transaction
from django.utils import timezone

from records import jobs, leases
from records.jobs import JOB_KINDS, MAX_ATTEMPTS, enqueue_job, run_due_jobs, run_next_job
from records.leases import LeaseLost
from records.models import CardNumberFinding, Job
from tests.faults.programs import Program, environment, eventually, python, running
from tests.records.counting import count_up

pytestmark = pytest.mark.django_db


@pytest.fixture
def kind(monkeypatch):
    """Registers a job function for one test."""
    monkeypatch.setattr(JOB_KINDS, "_entries", dict(JOB_KINDS))

    def register(function, name="tests.job"):
        JOB_KINDS.register(name, function)
        return name

    return register


def run_again(job):
    """The job's next attempt, as if its time had come."""
    Job.objects.filter(pk=job.pk).update(run_after=timezone.now() - timedelta(seconds=1))
    run_next_job()
    job.refresh_from_db()
    return job


def test_a_job_is_done_with_its_parameters_and_keeps_its_result(cast, kind):
    name = kind(lambda progress, **params: {"got": params})
    job = enqueue_job(name, actor=cast.agent_l1, params={"n": 1})
    assert (job.state, job.created_by) == ("queued", cast.agent_l1)
    run_next_job()
    job.refresh_from_db()
    assert (job.state, job.result, job.error, job.attempts) == ("done", {"got": {"n": 1}}, "", 1)
    assert job.finished_at is not None
    assert job.lease_until is None


def test_its_writes_are_its_creators_in_the_name_of_the_job(cast, kind):
    def write(progress):
        CardNumberFinding.objects.create(where="tests", count=1)

    enqueue_job(kind(write), actor=cast.agent_l1)
    run_next_job()
    entry = CardNumberFinding.history.get()
    assert (entry.history_actor, entry.history_action) == ("agent_l1", "job.tests.job")


def test_progress_is_written(cast, kind):
    seen = []

    def work(progress):
        progress.total(3)
        for _ in range(3):
            with transaction.atomic():
                progress.advance()
            seen.append(Job.objects.values_list("done", "total").get())

    job = enqueue_job(kind(work), actor=None)
    run_next_job()
    assert seen == [(1, 3), (2, 3), (3, 3)]
    job.refresh_from_db()
    assert job.done == 3


def test_a_kind_that_nobody_registered_is_refused(db):
    with pytest.raises(ValueError, match="no job kind"):
        enqueue_job("tests.unknown", actor=None)


DELAYS = [10, 40, 160, 640]


def test_what_fails_is_tried_five_times_ever_later(kind):
    def fail(progress):
        raise ZeroDivisionError("no ledger today")

    job = enqueue_job(kind(fail), actor=None)
    delays = []
    for _ in range(MAX_ATTEMPTS - 1):
        before = timezone.now()
        job = run_again(job)
        assert (job.state, job.error) == ("queued", "ZeroDivisionError: no ledger today")
        delays.append(round((job.run_after - before).total_seconds()))
    assert delays == DELAYS
    job = run_again(job)
    assert (job.state, job.attempts) == ("failed", 5)
    assert job.finished_at is not None
    assert run_again(job).attempts == 5


def test_a_later_attempt_goes_on_where_the_last_one_stopped(kind):
    firsts = []

    def work(progress):
        firsts.append(progress.done)
        for n in range(progress.done, 6):
            with transaction.atomic():
                CardNumberFinding.objects.create(where="tests", reference=str(n), count=1)
                progress.advance()
                if n == 3 and len(firsts) == 1:
                    raise ZeroDivisionError

    job = enqueue_job(kind(work), actor=None)
    run_again(job)
    job = run_again(job)
    assert (job.state, job.error, job.done, firsts) == ("done", "", 6, [0, 3])
    assert CardNumberFinding.objects.count() == 6


def test_a_job_that_kills_its_workers_is_given_up(kind):
    job = enqueue_job(kind(lambda progress: None), actor=None)
    ago = timezone.now() - timedelta(seconds=1)
    Job.objects.update(state="running", attempts=MAX_ATTEMPTS, lease_until=ago)
    job = run_again(job)
    assert job.state == "failed"
    assert (job.error, job.what_is_wrong) == ("", "Its worker died every time it was tried.")


def test_a_worker_that_lost_its_lease_can_write_nothing_more(kind):
    def work(progress):
        with transaction.atomic():
            progress.advance()
        Job.objects.update(attempts=2)  # another worker has claimed it
        with pytest.raises(LeaseLost), transaction.atomic():
            CardNumberFinding.objects.create(where="tests", count=1)
            progress.advance()
        return {"mine": True}

    job = enqueue_job(kind(work), actor=None)
    run_next_job()
    job.refresh_from_db()
    assert (job.state, job.done, job.result) == ("running", 1, None)
    assert not CardNumberFinding.objects.exists()


def test_a_job_that_is_held_is_not_claimed(kind):
    enqueue_job(kind(lambda progress: None), actor=None)
    later = timezone.now() + timedelta(seconds=20)
    Job.objects.update(state="running", attempts=1, lease_until=later)
    assert run_next_job() is None


def test_a_second_job_waits_until_the_first_has_ended(kind):
    name = kind(lambda progress: None)
    first, second = (enqueue_job(name, actor=None) for _ in range(2))
    later = timezone.now() + timedelta(seconds=20)
    Job.objects.filter(pk=first.pk).update(state="running", attempts=1, lease_until=later)
    assert run_next_job() is None
    Job.objects.filter(pk=first.pk).update(state="done", lease_until=None)
    assert run_next_job() == second


def test_jobs_are_worked_on_until_the_time_is_up(kind):
    name = kind(lambda progress: None)
    for _ in range(3):
        enqueue_job(name, actor=None)
    answers = iter([False, False, True])
    assert run_due_jobs(lambda: next(answers)) is True
    assert Job.objects.filter(state="done").count() == 2
    assert run_due_jobs(lambda: False) is False


# --- With real commits -----------------------------------------------------------------------


@pytest.mark.django_db(transaction=True)
def test_two_workers_never_work_on_one_job(kind):
    started = []
    both = threading.Barrier(2, timeout=10)

    def work(progress):
        started.append(threading.get_ident())

    enqueue_job(kind(work), actor=None)

    def worker():
        try:
            both.wait()
            run_next_job()
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(started) == 1
    assert Job.objects.get().state == "done"


@pytest.mark.django_db(transaction=True)
def test_the_lease_is_renewed_while_the_job_runs_even_inside_a_transaction(kind, monkeypatch):
    monkeypatch.setattr(leases, "RENEW_EVERY", 0.05)
    monkeypatch.setattr(jobs, "LEASE", timedelta(seconds=1))
    leases_seen = []

    def lease_until():
        return Job.objects.values_list("lease_until", flat=True).get()

    def work(progress):
        for _ in range(2):
            leases_seen.append(lease_until())
            eventually(lambda: lease_until() > leases_seen[-1], within=5)
        with transaction.atomic():
            progress.advance()
            threading.Event().wait(0.3)  # the renewal meets a locked row and waits for nobody
        return

    enqueue_job(kind(work), actor=None)
    run_next_job()
    assert len(leases_seen) == 2
    assert Job.objects.get().state == "done"


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_killed_workers_job_is_finished_without_a_step_done_twice(kind, tmp_path):
    job = enqueue_job(kind(count_up, "tests.count_up"), actor=None, params={"to": 40, "pause": 0.1})
    command = python("-m", "tests.records.counting")
    worker = Program("worker", command, environment(tmp_path), tmp_path)
    with running(worker):
        eventually(lambda: Job.objects.get().done >= 5, within=30)
        worker.kill()
    job.refresh_from_db()
    stopped_at = job.done
    assert (job.state, stopped_at < 40) == ("running", True)
    assert run_next_job() is None  # its lease has not ended
    Job.objects.update(params={"to": 40}, lease_until=timezone.now())
    run_next_job()
    job.refresh_from_db()
    assert (job.state, job.done, job.result) == ("done", 40, {"first": stopped_at})
    steps = sorted(int(r) for r in CardNumberFinding.objects.values_list("reference", flat=True))
    assert steps == list(range(40))
