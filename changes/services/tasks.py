"""The tasks of a change: planned, started, done; moving the change moves them."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import F, Max
from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from changes.enums import ENDED, TaskStatus
from changes.models import Change, ChangeTask
from changes.services.conflicts import refresh_conflicts
from changes.services.locking import work
from core.errors import Refused, ValidationError


def plan_task(
    change: Change,
    *,
    actor: Any,
    title: str,
    planned_start_at: datetime,
    planned_end_at: datetime,
    assignee: Any = None,
) -> ChangeTask:
    """Add a task after those that are there. Whoever does it implements the change and does not
    approve it. Refused: outside the change's planned window, in a change that has ended."""
    with work(change, "plan_task", actor=actor) as row:
        if row.status in ENDED:
            raise Refused(_("what is closed or cancelled is no longer edited"))
        if planned_end_at <= planned_start_at:
            raise ValidationError(
                {"planned_end_at": _("The planned end must come after the planned start.")}
            )
        window = row.window
        if window is None or planned_start_at < window[0] or planned_end_at > window[1]:
            raise ValidationError(
                {"planned_start_at": _("A task lies within the planned window of its change.")}
            )
        last = row.tasks.aggregate(last=Max("position"))["last"] or 0
        task = ChangeTask.objects.create(
            change=row,
            position=last + 1,
            title=title,
            assignee=assignee,
            planned_start_at=planned_start_at,
            planned_end_at=planned_end_at,
        )
        refresh_conflicts(row)
    return task


def start_task(task: ChangeTask, *, actor: Any) -> ChangeTask:
    """Work on a task begins."""
    return _go(task, actor, "start_task", (TaskStatus.PLANNED,), TaskStatus.STARTED)


def finish_task(task: ChangeTask, *, actor: Any) -> ChangeTask:
    """A task is done."""
    return _go(task, actor, "finish_task", (TaskStatus.STARTED,), TaskStatus.DONE)


def skip_task(task: ChangeTask, *, actor: Any) -> ChangeTask:
    """A task turns out not to be needed."""
    return _go(task, actor, "skip_task", (TaskStatus.PLANNED,), TaskStatus.SKIPPED)


def _go(
    task: ChangeTask, actor: Any, action: str, sources: tuple[TaskStatus, ...], target: TaskStatus
) -> ChangeTask:
    with work(task.change, action, actor=actor) as row:
        held = row.tasks.get(pk=task.pk)
        if held.status not in sources:
            raise Refused(_("the task's status does not allow this"))
        held.status = target
        if target == TaskStatus.STARTED:
            held.actual_start_at = told_moment()
        if target == TaskStatus.DONE:
            held.actual_end_at = told_moment()
        held.save()
        refresh_conflicts(row)
    return held


def move_tasks(row: Change, by: timedelta) -> None:
    """Move what has not begun as far as the change's window moved, in its order."""
    if by:
        row.tasks.filter(status=TaskStatus.PLANNED).update(
            planned_start_at=F("planned_start_at") + by, planned_end_at=F("planned_end_at") + by
        )
