"""Celery entry points of the vendors app."""

from celery import shared_task
from django.utils import timezone

from audit.tasks import AuditedTask
from vendors import services


@shared_task(base=AuditedTask, name="vendors.keep_vendors")
def keep_vendors() -> int:
    """Every day: owners hear of the reviews of their vendors that are due, and of exit plans that
    were not exercised."""
    now = timezone.now()
    return services.keep_vendors(now) + services.keep_exit_plans(now)


@shared_task(base=AuditedTask, name="vendors.keep_scorecards")
def keep_scorecards() -> int:
    """Every day: the scorecards of the running month and quarter are measured anew, and those of
    the ones before while they are open."""
    return services.keep_scorecards(timezone.now())


@shared_task(base=AuditedTask, name="vendors.draft_credits")
def draft_credits() -> int:
    """Every month: what vendors owe for the month before is drafted as claims."""
    return services.draft_credits(timezone.now())


@shared_task(base=AuditedTask, name="vendors.keep_contracts")
def keep_contracts() -> int:
    """Every day: contracts begin and end, people are reminded of what they have to decide."""
    return services.keep_contracts(timezone.now())


@shared_task(base=AuditedTask, name="vendors.keep_spend")
def keep_spend() -> int:
    """Every day: what contracts plan to pay is committed, what the last month earned accrued."""
    return services.keep_spend(timezone.now())
