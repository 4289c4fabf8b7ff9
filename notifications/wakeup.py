"""Tells the relay that work has arrived: a trigger that sends NOTIFY with the name of a task.

The relay hears it when the transaction commits, whoever wrote the row and however.
"""

import pgtrigger
from django.db import models

from audit.triggers import AuditTrigger

CHANNEL = "itsm_work"


class WakeWorkers(AuditTrigger):
    """Names the task once for each statement that adds rows; PostgreSQL folds what one transaction
    repeats."""

    name = "wake_workers"
    when = pgtrigger.After
    operation = pgtrigger.Insert
    level = pgtrigger.Statement

    def __init__(self, *, task: str) -> None:
        self.task = task
        super().__init__()

    def get_func(self, model: type[models.Model]) -> str:
        return f"PERFORM pg_notify('{CHANNEL}', '{self.task}'); RETURN NULL;"
