"""A calendar that agreements count by was altered ahead: the deadlines of what runs by it move, so
the stored clocks of those lives are laid anew, by a job."""

from typing import Any

from django.db import transaction

from people.models import WorkCalendar
from records.enums import JobState
from records.jobs import enqueue_job
from records.models import Job
from records.progress import Progress
from sla.enums import ClockState
from sla.life_services import lay_life
from sla.models import Life, LifeClock

LAY_BY_CALENDAR = "sla.lay_by_calendar"


def note_altered_calendar(calendar: WorkCalendar, actor: Any) -> None:
    """Ask for the job where any clock runs by the calendar. One that waits already does for all
    that is altered by then: it is held, so that nobody begins it before this is committed."""
    if not _running(calendar.pk).exists():
        return
    waiting = Job.objects.filter(
        kind=LAY_BY_CALENDAR, state=JobState.QUEUED, params={"calendar": calendar.pk}
    )
    if waiting.select_for_update(skip_locked=True).first() is None:
        enqueue_job(LAY_BY_CALENDAR, actor=actor, params={"calendar": calendar.pk})


def lay_by_calendar(progress: Progress, calendar: int) -> dict[str, int]:
    """The job: each life in a transaction of its own. A clock that rests or has stopped counts
    nothing of the days to come, and stays. A second run, or one after a crash, lays the same."""
    lives = list(_running(calendar).order_by("life").values_list("life", flat=True).distinct())
    progress.total(len(lives))
    moved = 0
    for place, life_id in enumerate(lives, 1):
        with transaction.atomic():
            life = Life.objects.select_for_update(no_key=True).get(pk=life_id)
            before = life.breaches_at
            lay_life(life)
            life.refresh_from_db(fields=["breaches_at"])
            moved += life.breaches_at != before
            if place > progress.done:  # an earlier attempt came further
                progress.advance()
    return {"laid": len(lives), "moved": moved}


def _running(calendar: int) -> Any:
    return LifeClock.objects.filter(state=ClockState.RUNNING, agreement_version__calendar=calendar)
