"""Celery entry points of the people app."""

from celery import shared_task
from django.core.management import call_command

from audit.tasks import AuditedTask


@shared_task(base=AuditedTask, name="people.forget_sessions")
def forget_sessions() -> None:
    """Delete the sessions that have reached their end."""
    call_command("clearsessions")
