"""Which requests, adjustments and calls somebody may see, and the adjectives for them."""

from datetime import datetime
from typing import Any, Self

from django.apps import apps
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from core.querysets import ScopedQuerySet
from core.search import search_query
from incidents.querysets import BY_COUNTRY, BY_SERVICE, BY_VENDOR, asked_of
from incidents.request_enums import (
    ADJUSTMENT_OPEN,
    REQUEST_NOT_COUNTED,
    REQUEST_OPEN,
    AdjustmentStatus,
    RequestStatus,
)
from people.scope import scope_of


class RequestQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """By country, by own services, by vendors looked after, shared with the person, or while
        an own team is asked about it."""
        scope = scope_of(user)
        if "incidents.view_request" not in scope.permissions:
            return self.none()
        reach = scope.reach_of(*BY_COUNTRY)
        if reach.everywhere:
            return self.all()
        seen = Q(pk__in=_shared_with(user))
        if reach.team_ids:
            seen |= Q(team__in=sorted(reach.team_ids))
        if scope.own_team_ids:
            seen |= Q(life__in=asked_of(scope.own_team_ids))
        if scope.has(*BY_SERVICE) and scope.own_team_ids:
            services = apps.get_model("assets.Service").objects
            owned = services.filter(owner_team__in=scope.own_team_ids).values("pk")
            seen |= Q(service__in=owned)
        if scope.has(*BY_VENDOR):
            vendors = apps.get_model("vendors.Vendor").objects
            seen |= Q(vendor__in=vendors.looked_after_by(user).values("pk"))
        return self.filter(seen)

    def open(self) -> Self:
        """Neither resolved nor closed nor cancelled."""
        return self.filter(status__in=REQUEST_OPEN)

    def counted(self) -> Self:
        """Those that figures are about: neither cancelled nor merged."""
        return self.exclude(status__in=REQUEST_NOT_COUNTED)

    def resolved_before(self, at: datetime) -> Self:
        """Resolved, not yet closed, since before a moment."""
        return self.filter(status=RequestStatus.RESOLVED, resolved_at__lt=at)

    def matching(self, words: str) -> Self:
        """Full-text search in both languages, accents or not; a reference finds itself."""
        return self.filter(Q(search=search_query(words)) | Q(reference=words.strip().upper()))


class RequestPartQuerySet(ScopedQuerySet):
    """Comments and files: seen by whoever sees their request."""

    def visible_to(self, user: Any) -> Self:
        return self.filter(request__in=_requests_of(user))


class AdjustmentQuerySet(RequestPartQuerySet):
    """Account adjustments: seen by whoever sees their request."""

    def unsettled(self) -> Self:
        return self.filter(status__in=ADJUSTMENT_OPEN)

    def to_check_by(self, user: Any) -> Self:
        """Those that wait for a checker and that the person did not make."""
        mine = apps.get_model("people.User").objects.filter(person__isnull=False)
        same = mine.filter(person=user.person_id).values("pk")
        waiting = self.filter(status=AdjustmentStatus.PROPOSED)
        return waiting.exclude(made_by=user.pk).exclude(made_by__in=same)

    def matching(self, words: str) -> Self:
        told = words.strip()
        return self.filter(
            Q(reference=told.upper()) | Q(request__reference=told.upper()) | Q(account=told)
        )


class LimitQuerySet(ScopedQuerySet):
    """Limits: seen by those who make, check or keep adjustments."""

    def visible_to(self, user: Any) -> Self:
        seen = "incidents.view_adjustmentlimit" in scope_of(user).permissions
        return self.all() if seen else self.none()


class CallQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Calls to the teams of the own countries."""
        scope = scope_of(user)
        if "incidents.view_phonecall" not in scope.permissions:
            return self.none()
        reach = scope.reach_with("incidents.view_phonecall")
        return self.all() if reach.everywhere else self.filter(team__in=sorted(reach.team_ids))

    def ringing(self) -> Self:
        """Neither answered nor ended."""
        return self.filter(answered_at__isnull=True, ended_at__isnull=True)

    def under_way(self) -> Self:
        return self.filter(ended_at__isnull=True)

    def missed(self) -> Self:
        return self.filter(answered_at__isnull=True, ended_at__isnull=False)

    def matching(self, words: str) -> Self:
        told = words.strip()
        return self.filter(Q(reference=told.upper()) | Q(caller=told))


def _requests_of(user: Any) -> Any:
    return apps.get_model("incidents.Request").objects.visible_to(user)


_SHARED = "SELECT content_object_id FROM incidents_requestshare WHERE user_id = %s AND until > %s"


def _shared_with(user: Any) -> Any:
    return RawSQL(_SHARED, [user.pk, timezone.now()])  # noqa: S611 -- constant SQL, bound parameters
