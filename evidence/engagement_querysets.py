"""Which engagements and requests somebody may see, and the adjectives for them."""

from datetime import date, datetime
from typing import Any, Self

from django.apps import apps
from django.db.models import Q

from core.querysets import ScopedQuerySet
from evidence.enums import SETTLED, TO_BE_ANSWERED
from people.roles import Role
from people.scope import scope_of

VIEW = "evidence.view_engagement"


class EngagementQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Auditors see those that they are in, security administrators all, service managers those
        that reach into their countries, and owners those that ask them for something."""
        scope = scope_of(user)
        if VIEW not in scope.permissions:
            return self._owned(user)
        reach = scope.reach_of(Role.SECURITY_ADMIN, Role.SERVICE_MANAGER)
        if reach.everywhere:
            return self.all()
        seen = Q(pk__in=_engagements_of_auditor(user)) | Q(pk__in=_engagements_of_owner(user))
        if reach.team_ids:
            within = _scoped_to_teams(reach.team_ids)
            seen |= Q(is_everywhere=True) | Q(countries__overlap=sorted(reach.countries))
            seen |= Q(pk__in=within)
        return self.filter(seen)

    def _owned(self, user: Any) -> Self:
        if not scope_of(user).roles:
            return self.none()
        return self.filter(pk__in=_engagements_of_owner(user))

    def running(self, at: datetime) -> Self:
        """Neither ended nor expired."""
        return self.filter(ended_at__isnull=True, expires_at__gt=at)


class EngagementPartQuerySet(ScopedQuerySet[Any]):
    """Its auditors: seen by whoever sees the engagement."""

    def visible_to(self, user: Any) -> Self:
        engagements = apps.get_model("evidence.Engagement").objects.visible_to(user)
        return self.filter(engagement__in=engagements.values("pk"))


class AuditRequestQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Those of the engagements that one looks after or audits, and those one answers."""
        scope = scope_of(user)
        if not scope.roles:
            return self.none()
        seen = Q(owner=user.pk)
        if VIEW in scope.permissions:
            reach = scope.reach_of(Role.SECURITY_ADMIN, Role.SERVICE_MANAGER)
            if reach.everywhere:
                return self.all()
            seen |= Q(engagement__in=_engagements_of_auditor(user))
            if reach.team_ids:
                engagements = apps.get_model("evidence.Engagement").objects.visible_to(user)
                seen |= Q(engagement__in=engagements.values("pk"))
        return self.filter(seen)

    def awaiting_answer(self) -> Self:
        """It is for us to do something."""
        return self.filter(status__in=TO_BE_ANSWERED)

    def unsettled(self) -> Self:
        return self.exclude(status__in=SETTLED)

    def overdue(self, on: date) -> Self:
        return self.awaiting_answer().filter(due_on__lt=on)


class AuditRequestPartQuerySet(ScopedQuerySet[Any]):
    """Comments and files: seen by whoever sees their request."""

    def visible_to(self, user: Any) -> Self:
        requests = apps.get_model("evidence.AuditRequest").objects.visible_to(user)
        return self.filter(request__in=requests.values("pk"))


def _engagements_of_auditor(user: Any) -> Any:
    """Those that somebody audits, until they are taken out."""
    auditors = apps.get_model("evidence.EngagementAuditor").objects
    return auditors.filter(user=user.pk, removed_at__isnull=True).values("engagement")


def _engagements_of_owner(user: Any) -> Any:
    requests = apps.get_model("evidence.AuditRequest").objects
    return requests.filter(owner=user.pk).values("engagement")


def _scoped_to_teams(team_ids: Any) -> Any:
    teams = apps.get_model("evidence.EngagementTeam").objects
    return teams.filter(team__in=sorted(team_ids)).values("engagement")
