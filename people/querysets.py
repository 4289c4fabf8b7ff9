"""Which people, teams, grants and tokens somebody may see, and the adjectives for them."""

from datetime import date, datetime
from typing import Any, Self

from django.contrib.auth.base_user import BaseUserManager
from django.db import models
from django.db.models import Q

from core.querysets import ScopedQuerySet
from people.roles import ADMINISTERING, Role


def _scope(user: Any) -> Any:
    from people.scope import scope_of  # the scope is computed from these very querysets

    return scope_of(user)


class SubsidiaryQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Everybody with a role knows the companies of the group."""
        return self.all() if _scope(user).roles else self.none()


class TeamQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Those of the countries one works in, and one's own; none without a role."""
        scope = _scope(user)
        if not scope.roles:
            return self.none()
        reach = scope.reach_of(*scope.roles)
        if reach.everywhere:
            return self.all()
        return self.filter(pk__in=[*reach.team_ids, *scope.own_team_ids])


class PersonQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Oneself, and the people of the teams one may see."""
        scope = _scope(user)
        if scope.reach_of(*scope.roles).everywhere:
            return self.all()
        if not scope.roles:
            return self.filter(accounts=user.pk) if user.pk else self.none()
        teams = self.model._meta.get_field("memberships").related_model.objects.filter(
            team__in=TeamQuerySet(_team_model()).visible_to(user)
        )
        return self.filter(
            Q(pk__in=teams.values("person")) | Q(pk=getattr(user, "person_id", None))
        )


def _team_model() -> Any:
    from people.models import Team

    return Team


class MembershipQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Memberships of the teams one may see."""
        return self.filter(team__in=TeamQuerySet(_team_model()).visible_to(user))

    def in_force(self, on: date) -> Self:
        """Memberships that count on a day."""
        return self.not_ended(on).filter(starts_on__lte=on)

    def not_ended(self, on: date) -> Self:
        """Memberships that count on a day or will count later."""
        return self.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=on))


class RoleGrantQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Administrators see all grants, auditors those of their scope, everybody their own."""
        scope = _scope(user)
        reach = scope.reach_of(Role.AUDITOR, *ADMINISTERING)
        if reach.everywhere:
            return self.all()
        if not user.pk:
            return self.none()
        within = Q(team__in=reach.team_ids) | Q(country__in=reach.countries)
        return self.filter(Q(user=user.pk) | within)

    def in_force(self, at: datetime) -> Self:
        """Grants that count at a moment."""
        return self.not_ended(at).filter(starts_at__lte=at)

    def not_ended(self, at: datetime) -> Self:
        """Grants that count at a moment or will count later."""
        return self.filter(Q(ends_at__isnull=True) | Q(ends_at__gt=at))

    def overlapping(self, starts_at: datetime, ends_at: datetime | None) -> Self:
        """Grants that count at some moment between two (the second open: for ever)."""
        grants = self.not_ended(starts_at)
        return grants if ends_at is None else grants.filter(starts_at__lt=ends_at)


class ApiTokenQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Administrators see all tokens (never the secret), everybody else their own."""
        if _scope(user).has(*ADMINISTERING):
            return self.all()
        return self.filter(user=user.pk) if user.pk else self.none()

    def live(self, at: datetime) -> Self:
        """Tokens that still open the door: not revoked, not expired, of an active account."""
        return self.filter(revoked_at__isnull=True, expires_at__gt=at, user__is_active=True)


class CalendarKeyQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Administrators see all addresses (never the secret), everybody else their own."""
        if _scope(user).has(*ADMINISTERING):
            return self.all()
        return self.filter(user=user.pk) if user.pk else self.none()

    def live(self) -> Self:
        """Those that still open: not revoked, of an active account."""
        return self.filter(revoked_at__isnull=True, user__is_active=True)


class UserQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The accounts of the people one may see, and one's own; everywhere, service accounts
        too."""
        scope = _scope(user)
        if scope.reach_of(*scope.roles).everywhere:
            return self.all()
        if not user.pk:
            return self.none()
        if not scope.roles:
            return self.filter(pk=user.pk)
        from people.models import Person

        return self.filter(Q(person__in=Person.objects.visible_to(user)) | Q(pk=user.pk))

    def holding(self, role: Role, at: datetime) -> Self:
        """Active accounts that hold the role somewhere at a moment."""
        from people.models import RoleGrant

        grants = RoleGrant.objects.in_force(at).filter(role=role)
        return self.filter(is_active=True, pk__in=grants.values("user"))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]  # -- a dynamic base
    """Looks accounts up by the name or address that people type; makes them only by services."""

    def get_by_natural_key(self, username: str | None) -> models.Model:
        return self.get(username=username)
