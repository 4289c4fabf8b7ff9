"""Celery entry points of the incidents app."""

from celery import shared_task
from django.utils import timezone

from audit.tasks import AuditedTask
from incidents.request_rules import REOPEN_REQUESTS_WITHIN
from incidents.rules import REOPEN_WITHIN
from incidents.services import (
    close_incidents_resolved_before,
    freeze_last_scores,
    remind_of_promises,
)
from incidents.services.consulting import tell_of_late_answers
from incidents.services.helping import escalate_untaken_help
from incidents.services.requests.progress import close_requests_resolved_before


@shared_task(base=AuditedTask, name="incidents.close_resolved")
def close_resolved() -> int:
    """Close what was resolved so long ago that it can no longer be reopened."""
    return close_incidents_resolved_before(timezone.now() - REOPEN_WITHIN)


@shared_task(base=AuditedTask, name="incidents.close_requests")
def close_requests() -> int:
    """Close requests that were resolved so long ago that they can no longer be reopened."""
    return close_requests_resolved_before(timezone.now() - REOPEN_REQUESTS_WITHIN)


@shared_task(base=AuditedTask, name="incidents.freeze_scores")
def freeze_scores() -> dict[str, str]:
    """Every night: the last month is frozen when it is due, the ones before it are looked at."""
    return freeze_last_scores(timezone.now())


@shared_task(base=AuditedTask, name="incidents.remind")
def remind() -> int:
    """Tell people of what somebody waits for by now, once each."""
    now = timezone.now()
    return remind_of_promises(now) + escalate_untaken_help(now) + tell_of_late_answers(now)
