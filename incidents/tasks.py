"""Celery entry points of the incidents app."""

from celery import shared_task
from django.utils import timezone

from audit.tasks import AuditedTask
from incidents.rules import REOPEN_WITHIN
from incidents.services import close_incidents_resolved_before, remind_of_promises


@shared_task(base=AuditedTask, name="incidents.close_resolved")
def close_resolved() -> int:
    """Close what was resolved so long ago that it can no longer be reopened."""
    return close_incidents_resolved_before(timezone.now() - REOPEN_WITHIN)


@shared_task(base=AuditedTask, name="incidents.remind")
def remind() -> int:
    """Tell people of what somebody waits for by now, once each."""
    return remind_of_promises(timezone.now())
