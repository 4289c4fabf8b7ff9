"""Celery's beat as a singleton: a second one waits until the first is gone."""

import sys
from typing import Any

from celery.beat import PersistentScheduler
from django.conf import settings
from django.core.management.base import BaseCommand

from itsm.celery import app
from itsm.runtime.lease import Lease


class LeasedScheduler(PersistentScheduler):
    """Hands out no work once the lease is lost, for then another beat may run."""

    lease: Lease

    def tick(self, *args: Any, **kwargs: Any) -> float:
        """The seconds until the next call; ends the process where the lease is gone."""
        if not self.lease.is_held():
            sys.exit("beat: the database took the lease back; ending, to wait for it anew")
        return super().tick(*args, **kwargs)


class Command(BaseCommand):
    help = "Runs Celery's beat while holding a lease in the database; waits for the lease first."

    def handle(self, **options: Any) -> None:
        """Blocks until it is told to stop."""
        LeasedScheduler.lease = Lease("beat")
        if not LeasedScheduler.lease.acquire():
            self.stdout.write("another beat holds the lease; waiting")
            LeasedScheduler.lease.wait()
        self.stdout.write("holding the lease; handing out the schedule")
        folder = settings.VAR_DIR / "beat"
        folder.mkdir(parents=True, exist_ok=True)
        app.Beat(
            scheduler_cls=LeasedScheduler,
            schedule=str(folder / "schedule"),
            loglevel=settings.LOG_LEVEL,
            redirect_stdouts=False,
            quiet=True,
        ).run()
