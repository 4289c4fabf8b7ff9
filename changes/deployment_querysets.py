"""Which deployments and findings somebody may see, and which of them wait for an answer."""

from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.db.models import Q

from changes.enums import FindingStatus
from changes.querysets import BY_COUNTRY, BY_SERVICE, reads
from core.querysets import ScopedQuerySet
from people.roles import Role
from people.scope import scope_of


class ServiceRepositoryQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Which repositories alter which services that one sees."""
        if not reads(user, "view_servicerepository"):
            return self.none()
        return self.filter(service__in=apps.get_model("assets.Service").objects.visible_to(user))


class _OfDeployments(ScopedQuerySet):
    """Seen by who sees the change, or looks after the service; what belongs to no known service by
    service managers and auditors."""

    permission: str

    def visible_to(self, user: Any) -> Self:
        if not reads(user, self.permission):
            return self.none()
        scope = scope_of(user)
        reach = scope.reach_of(*BY_COUNTRY)
        if reach.everywhere:
            return self.all()
        seen = Q(change__in=apps.get_model("changes.Change").objects.visible_to(user).values("pk"))
        teams = set(reach.team_ids)
        if scope.has(*BY_SERVICE):
            teams |= scope.own_team_ids
        if teams:
            own = Q(owner_team__in=teams) | Q(support_team__in=teams)
            seen |= Q(service__in=apps.get_model("assets.Service").objects.filter(own).values("pk"))
        if scope.has(Role.SERVICE_MANAGER, Role.AUDITOR):
            seen |= Q(service__isnull=True)
        return self.filter(seen)


class DeploymentQuerySet(_OfDeployments):
    permission = "view_deployment"

    def not_judged(self, received_before: datetime) -> Self:
        """Compared with no change since they were reported."""
        return self.filter(judged_at__isnull=True, received_at__lte=received_before)


class FindingQuerySet(_OfDeployments):
    permission = "view_finding"

    def open(self) -> Self:
        return self.filter(status=FindingStatus.OPEN)

    def late(self, at: datetime) -> Self:
        """Open although they were due."""
        return self.open().filter(due_at__lt=at)
