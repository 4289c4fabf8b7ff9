"""The tasks of a person, as events of their own calendar."""

from django.urls import reverse

from changes.calendar.events import Asked, Event, Standing
from changes.enums import Status, TaskStatus
from changes.models import ChangeTask

MOST = 1_000


def tasks_assigned(asked: Asked) -> list[Event]:
    """Those that somebody is to do, of changes that they may see."""
    tasks = ChangeTask.objects.visible_to(asked.user).filter(assignee=asked.user.pk)
    near = tasks.filter(planned_start_at__lt=asked.end, planned_end_at__gt=asked.start)
    rows = near.order_by("planned_start_at", "pk").values_list(
        "pk",
        "title",
        "planned_start_at",
        "planned_end_at",
        "status",
        "change_id",
        "change__reference",
        "change__status",
        "change__version",
    )
    return [
        Event(
            kind="task",
            key=f"{reference}-task-{pk}",
            title=title,
            starts_at=start,
            ends_at=end,
            url=reverse("admin:changes_change_change", args=[change]),
            reference=reference,
            standing=_standing(status, of_change),
            sequence=version,
        )
        for pk, title, start, end, status, change, reference, of_change, version in rows[:MOST]
    ]


def _standing(status: str, of_change: str) -> Standing:
    if status == TaskStatus.SKIPPED or of_change == Status.CANCELLED:
        return Standing.CANCELLED
    return Standing.CONFIRMED
