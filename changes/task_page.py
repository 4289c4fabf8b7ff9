"""The tab about a change's tasks: what is planned for whom and when, and what comes next of it."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from changes.enums import TaskStatus
from changes.models import Change, ChangeTask
from core.admin import Button, Panel
from core.admin_pages import row_of_buttons
from core.showing import badge, span

type ButtonFor = Callable[..., Button | None]
"""`(action, label, **answers)` -> a button for a dialog; None where the person has none."""

_TONES = {TaskStatus.STARTED: "violet", TaskStatus.DONE: "green"}
_NEXT = {
    TaskStatus.PLANNED: (
        ("start_task", pgettext_lazy("task", "Start")),
        ("skip_task", pgettext_lazy("task", "Skip")),
    ),
    TaskStatus.STARTED: (("finish_task", pgettext_lazy("task", "Finish")),),
}


def task_panel(change: Change, button: ButtonFor) -> Panel:
    """The pieces of work, in their order, each with what may be done with it."""
    tasks = list(change.tasks.select_related("assignee__person").order_by("position"))
    buttons = [list(_buttons(task, button)) for task in tasks]
    columns = [_("Task"), _("Status"), _("Assignee"), _("planned window")]
    rows: list[tuple[Any, ...]] = [
        (
            f"{task.position}. {task.title}",
            badge(task.get_status_display(), _TONES.get(TaskStatus(task.status), "")),
            task.assignee and task.assignee.get_full_name(),
            span(task.planned_start_at, task.planned_end_at),
        )
        for task in tasks
    ]
    if any(buttons):
        columns.append(_("Actions"))
        rows = [(*row, row_of_buttons(own)) for row, own in zip(rows, buttons, strict=True)]
    plan = button("plan_task", _("Plan a task"))
    content = {
        "columns": columns,
        "rows": rows,
        "nothing": _("No tasks are planned."),
        "buttons": [plan] if plan else [],
    }
    return Panel("tasks", _("Tasks"), "portal/table.html", content, len(tasks))


def _buttons(task: ChangeTask, button: ButtonFor) -> Iterator[Button]:
    for action, label in _NEXT.get(TaskStatus(task.status), ()):
        if found := button(action, label, task=task.pk):
            yield replace(found, full_label=f"{label}: {task.title}")
