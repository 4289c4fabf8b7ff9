"""Celery entry points of the changes app."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from audit.tasks import AuditedTask
from changes.services import (
    check_conflicts,
    expire_changes,
    plan_meetings,
    record_what_is_late,
    refresh_freezes,
    remind_electors,
    review_deployments,
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


@shared_task(base=AuditedTask, name="changes.record_late_controls")
def record_late_controls() -> int:
    """Emergencies and freeze exceptions whose approval or review is overdue."""
    return record_what_is_late(timezone.now())


@shared_task(base=AuditedTask, name="changes.plan_meetings")
def plan() -> int:
    """The meetings of the next weeks by the boards' rhythms, and the agenda of each next one."""
    return plan_meetings(timezone.now())


@shared_task(base=AuditedTask, name="changes.review_deployments")
def review() -> int:
    """What was deployed, compared with what was approved."""
    return review_deployments(timezone.now())


@shared_task(base=AuditedTask, name="changes.check_conflicts", bind=True)
def check(self: Any) -> None:
    """What was altered; after a while in a new task, so that other work gets its turn."""
    if check_conflicts(time_is_up(10)):
        self.apply_async()


@shared_task(base=AuditedTask, name="changes.sweep_conflicts")
def sweep() -> int:
    """Everything once more: what was missed, and what is over."""
    return sweep_conflicts()
