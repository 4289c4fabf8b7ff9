"""Which incidents somebody may see, and the adjectives for them."""

from datetime import datetime, timedelta
from typing import Any, Self

from django.apps import apps
from django.db.models import Q
from django.db.models.expressions import RawSQL
from django.utils import timezone

from core.querysets import ScopedQuerySet
from core.search import search_query
from incidents.enums import NOT_COUNTED, OPEN, Status
from people.roles import Role
from people.scope import scope_of

BY_COUNTRY = (Role.AGENT, Role.TEAM_LEAD, Role.SERVICE_MANAGER, Role.AUDITOR)
BY_SERVICE = (Role.REQUESTER, Role.IMPLEMENTER, Role.PEER, Role.SERVICE_OWNER)
BY_VENDOR = (Role.VENDOR_MANAGER, Role.FINANCE)


class IncidentQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """By country, by own services, by vendors looked after, shared with the person, or while
        an own team is asked about it."""
        scope = scope_of(user)
        if "incidents.view_incident" not in scope.permissions:
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
            seen |= Q(service__in=_services_of(scope.own_team_ids))
        if scope.has(*BY_VENDOR):
            seen |= Q(vendor__in=_vendors_of(user))
        return self.filter(seen)

    def open(self) -> Self:
        """Neither resolved nor closed nor cancelled."""
        return self.filter(status__in=OPEN)

    def counted(self) -> Self:
        """Those that figures are about: neither cancelled nor merged, and no drills."""
        return self.exclude(status__in=NOT_COUNTED).filter(is_drill=False)

    def resolved_before(self, at: datetime) -> Self:
        """Resolved, not yet closed, since before a moment."""
        return self.filter(status=Status.RESOLVED, resolved_at__lt=at)

    def matching(self, words: str) -> Self:
        """Full-text search in both languages, accents or not; a reference finds itself."""
        return self.filter(Q(search=search_query(words)) | Q(reference=words.strip().upper()))


class BreachReasonQuerySet(ScopedQuerySet):
    """Reasons for missing a target: the same for everybody who sees incidents."""

    def visible_to(self, user: Any) -> Self:
        seen = "incidents.view_breachreason" in scope_of(user).permissions
        return self.all() if seen else self.none()

    def offered(self) -> Self:
        return self.filter(is_offered=True)


class TargetStepQuerySet(ScopedQuerySet):
    """The path of targets: the same for everybody who sees incidents."""

    def visible_to(self, user: Any) -> Self:
        seen = "incidents.view_targetstep" in scope_of(user).permissions
        return self.all() if seen else self.none()


class MonthlyScoreQuerySet(ScopedQuerySet):
    """Months, to whoever sees the incidents of whole teams; which lines of them, `scoring` says."""

    def visible_to(self, user: Any) -> Self:
        scope = scope_of(user)
        reach = scope.reach_of(*BY_COUNTRY)
        seen = "incidents.view_incident" in scope.permissions
        return self.all() if seen and (reach.everywhere or reach.team_ids) else self.none()


class IncidentPartQuerySet(ScopedQuerySet):
    """Comments, files and the like: seen by whoever sees their incident."""

    def visible_to(self, user: Any) -> Self:
        incidents = apps.get_model("incidents.Incident").objects.visible_to(user)
        return self.filter(incident__in=incidents)


# In SQL, because every request asks it and the ORM took longer to write it than the database to
# answer it.
_SHARED = "SELECT content_object_id FROM incidents_incidentshare WHERE user_id = %s AND until > %s"


def _shared_with(user: Any) -> Any:
    return RawSQL(_SHARED, [user.pk, timezone.now()])  # noqa: S611 -- constant SQL, bound parameters


# Who is asked reads what the question is about, until a day after the answer.
_ASKED = """
    SELECT life_id FROM incidents_consultation WHERE team_id = ANY(%s)
       AND (ended_at IS NULL OR state = 'answered' AND ended_at > %s)"""
READS_ON = timedelta(days=1)


def asked_of(team_ids: frozenset[int]) -> Any:
    """Lives that teams are asked about, for `visible_to` of what lives them."""
    since = timezone.now() - READS_ON
    return RawSQL(_ASKED, [sorted(team_ids), since])  # noqa: S611 -- constant SQL, as above


def _services_of(team_ids: frozenset[int]) -> Any:
    return apps.get_model("assets.Service").objects.filter(owner_team__in=team_ids).values("pk")


def _vendors_of(user: Any) -> Any:
    return apps.get_model("vendors.Vendor").objects.looked_after_by(user).values("pk")
