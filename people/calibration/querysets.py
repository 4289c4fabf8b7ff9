"""Whose calibrations somebody may see."""

from datetime import date, timedelta
from typing import Any, Self

from django.apps import apps
from django.db.models import Q

from core.querysets import ScopedQuerySet
from people.calibration.enums import CalibrationStatus
from people.roles import Role
from people.scope import scope_of

GOOD_FOR = timedelta(days=180)
"""How long a reviewer counts as calibrated after a calibration was closed."""


class CalibrationQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Those in which one rates, and those of teams whose quality one plans or audits. What was
        rated is told by the ratings' own `visible_to`."""
        scope = scope_of(user)
        if "people.view_calibration" not in scope.permissions:
            return self.none()
        reach = scope.reach_of(Role.TEAM_LEAD, Role.SERVICE_MANAGER, Role.AUDITOR)
        if reach.everywhere:
            return self.all()
        raters = apps.get_model("people.CalibrationRater")._base_manager.filter(user=user.pk)
        return self.filter(
            Q(plan__team__in=reach.team_ids) | Q(pk__in=raters.order_by().values("calibration"))
        )

    def good_on(self, day: date) -> Self:
        """Closed, and so lately that those who rated count as calibrated."""
        closed = self.filter(status=CalibrationStatus.CLOSED)
        return closed.filter(closed_at__date__gt=day - GOOD_FOR, closed_at__date__lte=day)


class CalibrationRatingQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """One's own; those of others once all have rated everything."""
        seen = apps.get_model("people.Calibration").objects.visible_to(user)
        rows = self.filter(piece__calibration__in=seen.order_by().values("pk"))
        told = Q(piece__calibration__revealed_at__isnull=False)
        return rows.filter(told | Q(rater__user=user.pk))
