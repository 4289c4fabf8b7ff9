"""Celery entry points of the changes app."""

from celery import shared_task
from django.utils import timezone

from audit.tasks import AuditedTask
from changes.services import (
    expire_changes,
    plan_meetings,
    record_what_is_late,
    refresh_freezes,
    remind_electors,
    review_deployments,
)


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
    """What the rules of freezes mean, eighteen months ahead."""
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
