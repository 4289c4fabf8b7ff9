"""The base of every Celery task: its writes are recorded as that task's."""

from typing import Any

from celery import Task

from audit.context import Channel, acting


class AuditedTask(Task):
    """A task whose writes carry its name and id."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        with acting(channel=Channel.TASK, action=self.name, request_id=self.request.id or ""):
            return super().__call__(*args, **kwargs)
