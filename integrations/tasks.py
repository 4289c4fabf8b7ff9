"""Celery entry points of the integrations app."""

from datetime import timedelta
from typing import Any

from celery import shared_task
from django.utils import timezone

from audit.tasks import AuditedTask
from core.timebox import time_is_up
from integrations import digest
from integrations.services import forget_events_received_before

KEPT_FOR = timedelta(days=30)


@shared_task(base=AuditedTask, name="integrations.digest_events", bind=True)
def digest_events(self: Any) -> None:
    """Digest what waits; after a while in a new task, so that other work gets its turn."""
    if digest.digest_due(time_is_up(5)):
        self.apply_async()


@shared_task(base=AuditedTask, name="integrations.forget_payloads")
def forget_payloads() -> int:
    """Delete raw events after thirty days; marks keep their hash."""
    return forget_events_received_before(timezone.now() - KEPT_FOR)
