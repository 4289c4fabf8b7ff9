"""Whose 1:1s somebody may see, and of whose they see that they happen."""

from datetime import date
from typing import Any, Self

from django.apps import apps
from django.db.models import Max, Q

from core.querysets import ScopedQuerySet
from people.confidential.enums import MeetingStatus
from people.confidential.querysets import PairQuerySet

_AHEAD = (MeetingStatus.PLANNED, MeetingStatus.RUNNING)


class OneOnOneSeriesQuerySet(PairQuerySet):
    def running(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def with_cadence(self) -> Self:
        """With the day that is ahead (`next_on`) and when they last spoke (`last_at`)."""
        return self.annotate(
            next_on=Max("meetings__planned_on", filter=Q(meetings__status__in=_AHEAD)),
            last_at=Max("meetings__closed_at"),
        )


class OneOnOneQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The conversations of the series that one sees."""
        series = apps.get_model("people.OneOnOneSeries").objects.visible_to(user)
        return self.filter(series__in=series.values("pk"))

    def ahead(self) -> Self:
        return self.filter(status__in=_AHEAD)

    def due(self, on: date) -> Self:
        """Planned for a day or before it, of series that go on."""
        return self.filter(
            status=MeetingStatus.PLANNED, planned_on__lte=on, series__ended_at__isnull=True
        )
