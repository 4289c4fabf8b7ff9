"""Changes as the rows of exception reports: which ones a reader sees, and how one is told."""

from collections.abc import Callable, Sequence
from typing import Any

from django.db.models import QuerySet

from changes.models import Change
from core.dashboard import record_url
from evidence.exception_reports import Found, marked_late
from evidence.period import Period


def begun_in(period: Period, user: Any) -> QuerySet[Change]:
    """The changes whose work began in the period, of those that the reader sees."""
    seen = Change.objects.visible_to(user).filter(
        actual_start_at__gte=period.start, actual_start_at__lt=period.end
    )
    return told_briefly(seen)


def finished_in(period: Period, user: Any) -> QuerySet[Change]:
    """The changes whose work ended in the period, of those that the reader sees."""
    seen = Change.objects.visible_to(user).filter(
        actual_end_at__gte=period.start, actual_end_at__lt=period.end
    )
    return told_briefly(seen)


def told_briefly(rows: QuerySet[Change]) -> QuerySet[Change]:
    """Without the long texts, which no report shows."""
    return rows.defer("search", "description", "reason", "test_plan", "backout_plan", "review")


def tell_changes(moment: str, say: Callable[[Any], Any]) -> Callable[[Sequence[Any]], list[Found]]:
    """Each change at the moment of that name, with what is wrong about it."""

    def tell(rows: Sequence[Any]) -> list[Found]:
        found = [
            Found(row.reference, getattr(row, moment), say(row), record_url(row)) for row in rows
        ]
        return marked_late(found, Change, [row.pk for row in rows])

    return tell
