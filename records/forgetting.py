"""Deletes what has served its time, in small transactions that nobody has to wait for."""

from django.db.models import QuerySet

BATCH = 1000


def forget(rows: QuerySet, *, batch: int = BATCH) -> int:
    """Delete the rows, so many at a time; returns how many. What is deleted stays deleted when
    the work is interrupted, and the next run goes on."""
    model, forgotten = rows.model, 0
    while keys := list(rows.order_by("pk").values_list("pk", flat=True)[:batch]):
        forgotten += model._base_manager.filter(pk__in=keys).delete()[0]
    return forgotten
