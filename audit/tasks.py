"""The base of every Celery task, whose writes are recorded as that task's; nightly comparison."""

from typing import Any

from celery import Task, shared_task

from audit.context import Channel, acting
from core.timebox import time_is_up

PORTION = 240.0  # seconds


class AuditedTask(Task):
    """A task whose writes carry its name and id."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with acting(channel=Channel.TASK, action=self.name, request_id=self.request.id or ""):
            return super().__call__(*args, **kwargs)


@shared_task(base=AuditedTask, name="audit.reconcile", bind=True)
def reconcile(self: Any, after: str = "", found: int = 0) -> None:
    """Compare rows and history with the ledger, table by table; after some minutes in a new task,
    so that other work gets its turn."""
    from audit.reconciling import reconcile_until  # not before the models are there

    reached, found = reconcile_until(time_is_up(PORTION), after=after, found=found)
    if reached:
        self.apply_async(kwargs={"after": reached, "found": found})
