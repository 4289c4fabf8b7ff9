"""The Celery entry point of monthly statements."""

from celery import shared_task
from django.utils import timezone

from audit.tasks import AuditedTask
from sla.statement_services import freeze_last_months


@shared_task(base=AuditedTask, name="sla.freeze_months")  # type: ignore[untyped-decorator]  # -- celery
def freeze_months() -> None:
    """On the second of every month: the last month is frozen, those before it are looked at."""
    freeze_last_months(at=timezone.now())
