"""Whose 1:1s somebody may see, and of whose they see that they happen."""

from datetime import date
from typing import Any, Self

from django.apps import apps
from django.db.models import Max, Q
from django.utils import timezone

from core.querysets import ScopedQuerySet
from people.confidential.enums import MeetingStatus
from people.confidential.querysets import opened_to, records_of
from people.roles import Role
from people.scope import scope_of

_AHEAD = (MeetingStatus.PLANNED, MeetingStatus.RUNNING)


class OneOnOneSeriesQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Those in which one takes part, and those that are open by break-glass."""
        if not (user.pk and user.is_active):
            return self.none()
        opened = opened_to(user, timezone.now())
        return self.filter(Q(record__in=records_of(user)) | Q(record__in=opened))

    def below(self, user: Any) -> Self:
        """Those of the leads whom somebody leads: that they happen is theirs to see, not what."""
        reach = scope_of(user).reach_of(Role.SERVICE_MANAGER)
        rows = self.exclude(lead=user.pk).exclude(employee=user.pk)
        if reach.everywhere:
            return rows
        if not reach.team_ids:
            return self.none()
        members = apps.get_model("people.Membership").objects.in_force(timezone.localdate())
        within = members.filter(team__in=reach.team_ids).values("person")
        return rows.filter(lead__person__in=within, employee__person__in=within)

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
