"""Freezes, exceptions from them and their budgets, and maintenance windows: which somebody may see,
and which hit a change."""

from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.db.models import Count, OuterRef, Subquery
from django.db.models.functions import Coalesce

from changes.freeze_triggers import EXCEPTED, HITTING, HOLDING
from changes.querysets import ChangePartQuerySet, ids_of, reads
from core.querysets import ScopedQuerySet
from people.scope import scope_of


class FreezeWindowQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """When nothing may be altered is known to all who see changes or configure the portal."""
        return self.all() if reads(user, "view_freezewindow") else self.none()

    def hitting(self, change: Any, start: datetime, end: datetime) -> Self:
        """In force, about what a change touches, with some part between two moments."""
        hits = ids_of(HITTING, change.pk, start, end)
        occurrences = apps.get_model("changes.FreezeOccurrence").objects.filter(pk__in=hits)
        return self.filter(is_active=True, pk__in=occurrences.values("window"))

    def keeping_out(self, change: Any, start: datetime, end: datetime) -> Self:
        """Those hitting it, but for occurrences into which two people agreed to let it."""
        times = apps.get_model("changes.FreezeOccurrence").objects.hitting(change, start, end)
        return self.filter(is_active=True, pk__in=times.not_excepted_for(change).values("window"))

    def holding_for(self, service: Any, at: datetime) -> Self:
        """In force at a moment for whatever is altered about a service."""
        running = apps.get_model("changes.FreezeOccurrence").objects
        running = running.filter(starts_at__lte=at, ends_at__gt=at)
        held = self.filter(is_active=True, pk__in=ids_of(HOLDING, service.pk))
        return held.filter(pk__in=running.values("window"))


class FreezeOccurrenceQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        return self.filter(
            window__in=apps.get_model("changes.FreezeWindow").objects.visible_to(user)
        )

    def hitting(self, change: Any, start: datetime, end: datetime) -> Self:
        """Of freezes in force about what a change touches, with some part between two moments."""
        return self.filter(window__is_active=True, pk__in=ids_of(HITTING, change.pk, start, end))

    def not_excepted_for(self, change: Any) -> Self:
        """Two people have not agreed that the change may enter."""
        return self.exclude(pk__in=ids_of(EXCEPTED, change.pk))


class FreezeExceptionQuerySet(ChangePartQuerySet):
    def granted(self) -> Self:
        """Two people have agreed."""
        return self.filter(second_approved_at__isnull=False)

    def spent_by(self, team: Any, year: int) -> Self:
        """What counts against a team's budget of a year."""
        return self.granted().filter(change__team=team, year=year, is_beyond_budget=False)

    def counted(self) -> Any:
        """For budgets: how many each has spent, as an annotation."""
        of = self.granted().filter(change__team=OuterRef("team"), year=OuterRef("year"))
        counted = (
            of.filter(is_beyond_budget=False).order_by().values("year").annotate(n=Count("pk"))
        )
        return Coalesce(Subquery(counted.values("n")), 0)

    def awaiting_review(self, at: datetime) -> Self:
        """Granted, their occurrence over, and nobody has said what became of it."""
        return self.granted().filter(reviewed_at__isnull=True, ends_at__lte=at)

    def unreviewed(self, at: datetime) -> Self:
        """Their review is overdue."""
        return self.granted().filter(reviewed_at__isnull=True, review_due_at__lte=at)


class FreezeBudgetQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Of the teams that one's role reaches; nobody's secret, but nobody else's business."""
        scope = scope_of(user)
        if "changes.view_freezebudget" not in scope.permissions:
            return self.none()
        reach = scope.reach_with("changes.view_freezebudget")
        return self.all() if reach.everywhere else self.filter(team__in=sorted(reach.team_ids))


class MaintenanceWindowQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """When work is agreed for is known to all who see changes or configure the portal."""
        return self.all() if reads(user, "view_maintenancewindow") else self.none()


class MaintenanceOccurrenceQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        windows = apps.get_model("changes.MaintenanceWindow").objects
        return self.filter(window__in=windows.visible_to(user))
