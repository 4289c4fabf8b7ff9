"""Which clients somebody may see; which marks hold."""

from typing import Any, Self

from django.apps import apps
from django.db import models
from django.db.models import Q

from core.querysets import ScopedQuerySet
from people.roles import Role
from people.scope import scope_of


class ClientQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Clients of the countries a role reaches; auditors and platform administrators see all."""
        scope = scope_of(user)
        if "sla.view_client" not in scope.permissions:
            return self.none()
        if scope.has(Role.AUDITOR, Role.PLATFORM_ADMIN):
            return self.all()
        countries = scope.countries_of(*scope.roles)
        return self.all() if countries is None else self.filter(country__in=countries)


class ClockProfileQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """All of them, where the role shows them: who is measured reads by what."""
        return self.all() if "sla.view_clockprofile" in scope_of(user).permissions else self.none()


class AgreementQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Agreements that are for the countries a role reaches, by client or team; those for every
        client and with vendors, where the role shows agreements at all."""
        scope = scope_of(user)
        if "sla.view_agreement" not in scope.permissions:
            return self.none()
        if scope.has(Role.AUDITOR, Role.PLATFORM_ADMIN):
            return self.all()
        countries = scope.countries_of(*scope.roles)
        if countries is None:
            return self.all()
        return self.filter(
            Q(client__isnull=True) | Q(client__country__in=countries),
            Q(team__isnull=True) | Q(team__country__in=countries),
            Q(country="") | Q(country__in=countries),
        )


class FeedbackQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """What was asked of the clients that one sees."""
        if "sla.view_feedbackinvitation" not in scope_of(user).permissions:
            return self.none()
        clients = apps.get_model("sla.Client").objects.visible_to(user)
        return self.filter(client__in=clients.order_by().values("pk"))


class FeedbackAnswerQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        invitations = apps.get_model("sla.FeedbackInvitation").objects.visible_to(user)
        return self.filter(invitation__in=invitations.order_by().values("pk"))


class MarkQuerySet(models.QuerySet[Any]):
    """Marks are reached through their record only, so they have no scope of their own."""

    def current(self) -> Self:
        """The marks that no correction has superseded."""
        return self.filter(superseded_at__isnull=True)
