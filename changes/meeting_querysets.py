"""Which meetings somebody may see: those of their boards, those they were in; auditors theirs."""

from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from changes.enums import MeetingStatus
from core.querysets import ScopedQuerySet
from people.roles import Role
from people.scope import scope_of


def seats_at(at: datetime) -> Any:
    """The seats that are held on the day of a moment."""
    today = timezone.localdate(at)
    seats = apps.get_model("changes.BoardSeat").objects.filter(starts_on__lte=today)
    return seats.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today))


def seats_of(user: Any, at: datetime) -> Any:
    """A person's own seats and those of absent people who named them."""
    away = apps.get_model("changes.Absence").objects.in_force(at).filter(substitute=user.pk)
    return seats_at(at).filter(Q(user=user.pk) | Q(user__in=away.values("user")))


class MeetingQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Members and their substitutes, whoever was there, and auditors: those of a country only
        what is about nothing else."""
        scope = scope_of(user)
        if "changes.view_meeting" not in scope.permissions:
            return self.none()
        reach = scope.reach_of(Role.AUDITOR)
        if reach.everywhere:
            return self.all()
        seen = Q(board__in=seats_of(user, timezone.now()).values("board"))
        if user.person_id is not None:
            there = apps.get_model("changes.Attendance").objects.filter(person=user.person_id)
            seen |= Q(pk__in=there.values("meeting"))
        if reach.team_ids:
            items = apps.get_model("changes.AgendaItem").objects.filter(meeting=OuterRef("pk"))
            others = items.exclude(change__team__in=sorted(reach.team_ids))
            seen |= Q(Exists(items)) & ~Q(Exists(others))
        return self.filter(seen)

    def of_boards_of(self, user: Any) -> Self:
        """Of the boards on which a person sits, or for whose member they stand in."""
        return self.filter(board__in=seats_of(user, timezone.now()).values("board"))

    def to_come(self, at: datetime) -> Self:
        """In session, or planned and not over."""
        return self.filter(
            Q(status=MeetingStatus.IN_SESSION) | Q(status=MeetingStatus.PLANNED, ends_at__gt=at)
        )


class MeetingPartQuerySet(ScopedQuerySet):
    """Items, attendance, dissent, minutes: seen by whoever sees their meeting."""

    def visible_to(self, user: Any) -> Self:
        return self.filter(meeting__in=apps.get_model("changes.Meeting").objects.visible_to(user))
