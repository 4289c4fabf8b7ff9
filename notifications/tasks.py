"""Celery entry points of the notifications app."""

from typing import Any

from celery import shared_task

from audit.tasks import AuditedTask
from core.timebox import time_is_up
from notifications import delivery


@shared_task(base=AuditedTask, name="notifications.deliver_due", bind=True)
def deliver_due(self: Any) -> None:
    """Send what is due; after a while in a new task, so that other work gets its turn."""
    if delivery.deliver_due(time_is_up(5)):
        self.apply_async()
