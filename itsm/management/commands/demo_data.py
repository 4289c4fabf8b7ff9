"""Fills an empty database with the demo world; what it is made of stands in `itsm.demo`."""

import time
from typing import Any

from django.core.management.base import CommandError, CommandParser

from audit.commands import AuditedCommand
from itsm.demo.founding import holds_other_data
from itsm.demo.plan import JOB_KIND, Plan, find_job, found, shown, tell_first
from records.enums import JobState
from records.jobs import enqueue_job, run_next_job
from records.models import Job

_FILLING = (JobState.QUEUED, JobState.RUNNING)


class Command(AuditedCommand):
    help = (
        "Fills an empty database with the demo world: a year of a payment company in Mexico and "
        "Colombia, its people, services, assets and incidents. The same seed and day give the same "
        "world."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Size, seed, and whether to return as soon as there is something to see."""
        parser.add_argument("--incidents", type=int, default=2000, help="how many (2000)")
        parser.add_argument("--seed", type=int, default=1, help="another seed, another world (1)")
        parser.add_argument(
            "--small",
            action="store_true",
            help="tell what is open now and leave the rest to a job that a worker runs",
        )

    def handle(self, **options: Any) -> None:
        """Founds, fills, or says that it is there. Refuses a database that holds other data."""
        if options["incidents"] < 1:
            raise CommandError("--incidents: give a number above 0.", returncode=2)
        started = time.monotonic()
        job = find_job()
        if job is None:
            job = self._found(options["seed"], options["incidents"])
        elif job.state == JobState.DONE:
            self.stdout.write("The demo world is there already.")
            return
        elif job.state == JobState.FAILED:
            job = enqueue_job(JOB_KIND, actor=None, params=job.params)
        told = tell_first(Plan.of(job.params))
        took = time.monotonic() - started
        self.stdout.write(f"{told} incidents of today and the last days told in {took:.1f} s.")
        if options["small"]:
            self.stdout.write("A worker tells the others: see the jobs.")
        else:
            self._work_off(job, started)

    def _found(self, seed: int, incidents: int) -> Job:
        if holds_other_data():
            raise CommandError(
                "This database holds other data; the demo world needs an empty one.\n"
                "Give another database by DATABASE_URL, or run `make run` in a fresh checkout.",
                returncode=2,
            )
        job, hook = found(seed, incidents)
        self.stdout.write(f"Alerts may be sent to {hook}")
        return job

    def _work_off(self, job: Job, started: float) -> None:
        """See to it that the job is done: by ourselves, unless a worker was quicker."""
        bar = Bar(self.stdout)
        token = shown.set(bar.show)
        try:
            while job.state in _FILLING:
                if run_next_job() is None:
                    time.sleep(0.5)
                job.refresh_from_db()
                if job.total:
                    bar.show(job.done, job.total)
        finally:
            shown.reset(token)
            bar.end()
        if job.state == JobState.FAILED:
            raise CommandError(f"The demo world could not be told: {job.error}")
        result = job.result or {}
        told = f"{result.get('incidents', 0)} incidents and {result.get('assets', 0)} assets"
        took = time.monotonic() - started
        self.stdout.write(f"The demo world is told: {told} in {took:.1f} s.")


class Bar:
    """Progress in plain text: a line that moves on a terminal, a line for each tenth elsewhere."""

    WIDTH = 40

    def __init__(self, out: Any) -> None:
        self.out = out
        self.is_terminal = out.isatty()
        self._last = -1

    def show(self, done: int, total: int) -> None:
        """So many of so many."""
        tenth = done * 10 // total if total else 10
        if self.is_terminal:
            full = self.WIDTH * done // total if total else self.WIDTH
            bar = "#" * full + "." * (self.WIDTH - full)
            self.out.write(f"\r[{bar}] {done}/{total}", ending="")
            self.out.flush()
        elif tenth != self._last:
            self.out.write(f"{done}/{total}")
        self._last = tenth

    def end(self) -> None:
        """Leave the line."""
        if self.is_terminal and self._last >= 0:
            self.out.write("")
