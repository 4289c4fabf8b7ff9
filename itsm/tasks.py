"""Celery entry points of the composition root."""

from celery import shared_task

from audit.tasks import AuditedTask
from itsm.demo import live


@shared_task(base=AuditedTask, name="itsm.stir_demo")
def stir_demo() -> None:
    """Let the live demo go on; does nothing elsewhere."""
    live.tick()
