"""Celery entry points of the people app."""

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from audit.erasing import carry_out_warrants
from audit.tasks import AuditedTask
from people.services.break_glass import run_out_accesses
from people.services.calendars import work_out_all
from people.services.calibrations import remind_of_calibrations
from people.services.certification_messages import remind_of_expiry
from people.services.coaching import remind_of_coaching
from people.services.inactivity import disable_inactive
from people.services.one_on_one_messages import remind_of_meetings
from people.services.privacy import note_carried_out
from people.services.quality_disputes import keep_disputes_moving
from people.services.quality_draws import draw_due
from people.services.retention import count_what_is_due
from people.services.review_rounds import keep_reviews


@shared_task(base=AuditedTask, name="people.forget_sessions")
def forget_sessions() -> None:
    """Delete the sessions that have reached their end."""
    call_command("clearsessions")


@shared_task(base=AuditedTask, name="people.keep_access")
def keep_access() -> None:
    """Every day: reviews of access go on, unused accounts are disabled, what is due is counted,
    a new year's working time is worked out, people hear what expires, work is drawn for review."""
    keep_reviews(timezone.now())
    disable_inactive(timezone.now())
    count_what_is_due(timezone.now())
    work_out_all(timezone.now())
    remind_of_expiry(timezone.now())
    draw_due(timezone.now())
    keep_disputes_moving(timezone.now())
    remind_of_calibrations(timezone.now())


@shared_task(base=AuditedTask, name="people.keep_confidential")
def keep_confidential() -> None:
    """Every hour: who has a 1:1 or coaching tomorrow is reminded, break-glass accesses run out."""
    run_out_accesses(timezone.now())
    remind_of_meetings(timezone.now())
    remind_of_coaching(timezone.now())


@shared_task(base=AuditedTask, name="people.erase")
def erase() -> None:
    """Carry out, as the eraser's role, what two persons have approved."""
    carry_out_warrants()
    note_carried_out()
