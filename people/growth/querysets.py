"""Whose certifications somebody may see: the own ones, and those of the people one leads."""

from datetime import date
from typing import Any, Self

from django.apps import apps
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from core.querysets import ScopedQuerySet
from people.growth.enums import CertificationStatus
from people.roles import Role
from people.scope import Reach, scope_of


def people_within(reach: Reach) -> Any:
    """The people who are in a team of a reach today, as a subquery."""
    members = apps.get_model("people.Membership").objects.in_force(timezone.localdate())
    return members.filter(team__in=reach.team_ids).order_by().values("person")


class CertificationQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """The own ones; of others those whom one leads, and what an auditor's scope covers."""
        scope = scope_of(user)
        if "people.view_certification" not in scope.permissions:
            return self.none()
        reach = scope.reach_of(Role.TEAM_LEAD, Role.SERVICE_MANAGER, Role.AUDITOR)
        if reach.everywhere:
            return self.all()
        path = "certification__holder" if hasattr(self.model, "certification_id") else "holder"
        seen = Q(**{f"{path}__in": people_within(reach)}) if reach.team_ids else Q(pk__in=[])
        own = Q(**{path: user.person_id}) if user.person_id else Q(pk__in=[])
        return self.filter(own | seen)

    def verified(self) -> Self:
        return self.filter(status=CertificationStatus.VERIFIED)

    def of_active_people(self, day: date) -> Self:
        return self.filter(Q(holder__left_on__isnull=True) | Q(holder__left_on__gt=day))

    def without_newer(self) -> Self:
        """Those that no verified one of the same name and issuer, valid for longer, replaces."""
        same = self.model.objects.verified().filter(
            holder=OuterRef("holder"),
            name__iexact=OuterRef("name"),
            issuer__iexact=OuterRef("issuer"),
        )
        longer = Q(expires_on__gt=OuterRef("expires_on")) | Q(expires_on__isnull=True)
        return self.filter(~Exists(same.filter(longer).exclude(pk=OuterRef("pk"))))

    def expired(self, day: date) -> Self:
        return self.filter(expires_on__lt=day)
