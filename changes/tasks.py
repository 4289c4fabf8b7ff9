"""Celery entry points of the changes app."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from audit.tasks import AuditedTask
from changes.services import (
    check_conflicts,
    expire_changes,
    refresh_freezes,
    remind_electors,
    sweep_conflicts,
)
from core.timebox import time_is_up


@shared_task(base=AuditedTask, name="changes.expire_changes")
def expire() -> int:
    """Whatever was not begun while its planned window lasted."""
    return expire_changes(timezone.now())


@shared_task(base=AuditedTask, name="changes.remind_approvers")
def remind() -> int:
    """Those who have not answered when their answer is due."""
    return remind_electors(timezone.now())


@shared_task(base=AuditedTask, name="changes.refresh_freezes")
def refresh() -> int:
    """What the rules of freeze and maintenance windows mean, eighteen months ahead."""
    return refresh_freezes(timezone.now())


@shared_task(base=AuditedTask, name="changes.check_conflicts", bind=True)
def check(self: Any) -> None:
    """What was altered; after a while in a new task, so that other work gets its turn."""
    if check_conflicts(time_is_up(10)):
        self.apply_async()


@shared_task(base=AuditedTask, name="changes.sweep_conflicts")
def sweep() -> int:
    """Everything once more: what was missed, and what is over."""
    return sweep_conflicts()
