"""Celery entry points of the sla app."""

from typing import Any

from celery import shared_task
from django.utils import timezone

from audit.tasks import AuditedTask
from core.timebox import time_is_up
from sla import thresholds
from sla.feedback_sending import send_due_invitations
from sla.statement_services import freeze_last_months


@shared_task(base=AuditedTask, name="sla.fire_thresholds", bind=True)  # type: ignore[untyped-decorator]  # -- of celery
def fire_thresholds(self: Any) -> None:
    """What has fallen due; after a while in a new task, so that other work gets its turn."""
    if thresholds.fire_thresholds(time_is_up(5)):
        self.apply_async()


@shared_task(base=AuditedTask, name="sla.send_invitations", bind=True)  # type: ignore[untyped-decorator]  # -- celery
def send_invitations(self: Any) -> None:
    """Send the invitations that are due; after a while in a new task."""
    if send_due_invitations(time_is_up(20)):
        self.apply_async()


@shared_task(base=AuditedTask, name="sla.freeze_months")  # type: ignore[untyped-decorator]  # -- celery
def freeze_months() -> None:
    """On the second of every month: the last month is frozen, those before it are looked at."""
    freeze_last_months(at=timezone.now())
