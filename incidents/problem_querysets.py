"""Which problems somebody may see, and the adjectives for them."""

from collections.abc import Iterable
from typing import Any, Self

from django.apps import apps
from django.contrib.postgres.search import SearchRank
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce

from changes.querysets import ON_BOARDS
from core.querysets import ScopedQuerySet
from core.search import search_query
from incidents.problem_enums import OPEN, WORKED_AROUND
from incidents.querysets import BY_COUNTRY, BY_SERVICE, BY_VENDOR
from people.roles import Role
from people.scope import scope_of


class ProblemQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """By country, by own services, by vendors looked after, or with a change on one's board."""
        scope = scope_of(user)
        if "incidents.view_problem" not in scope.permissions:
            return self.none()
        reach = scope.reach_of(*BY_COUNTRY)
        if reach.everywhere:
            return self.all()
        seen = Q(pk__in=[])
        if reach.team_ids:
            seen |= Q(team__in=sorted(reach.team_ids))
        if scope.has(*BY_SERVICE) and scope.own_team_ids:
            owned = apps.get_model("assets.Service").objects.filter(
                owner_team__in=scope.own_team_ids
            )
            seen |= Q(service__in=owned.values("pk"))
        if scope.has(*BY_VENDOR):
            vendors = apps.get_model("vendors.Vendor").objects.looked_after_by(user)
            seen |= Q(vendor__in=vendors.values("pk"))
        if scope.has(*ON_BOARDS, Role.SENIOR_APPROVER):
            changes = apps.get_model("changes.Change").objects.visible_to(user)
            fixing = apps.get_model("incidents.ProblemChange").objects.filter(change__in=changes)
            seen |= Q(pk__in=fixing.values("problem"))
        return self.filter(seen)

    def open(self) -> Self:
        """Neither closed nor rejected."""
        return self.filter(status__in=OPEN)

    def worked_around(self) -> Self:
        """Not over yet, and with a workaround that people may need meanwhile."""
        return self.filter(status__in=WORKED_AROUND).exclude(workaround="")

    def matching(self, words: str) -> Self:
        """Full-text search in title, symptom and workaround; a reference finds itself."""
        return self.filter(Q(search=search_query(words)) | Q(reference=words.strip().upper()))

    def resembling(self, words: Iterable[str]) -> Self:
        """Those with any of the words, the most alike first."""
        question = search_query(" or ".join(words))
        found = self.filter(search=question)
        return found.annotate(likeness=SearchRank(F("search"), question)).order_by(
            "-likeness", "-pk"
        )

    def with_counts(self, user: Any) -> Self:
        """With `incident_count`: the linked incidents of those that the person sees."""
        seen = apps.get_model("incidents.Incident").objects.visible_to(user)
        links = apps.get_model("incidents.ProblemIncident").objects.filter(
            problem=OuterRef("pk"), incident__in=seen.order_by().values("pk")
        )
        counted = links.order_by().values("problem").annotate(n=Count("pk")).values("n")
        return self.annotate(incident_count=Coalesce(Subquery(counted), 0))


class ProblemPartQuerySet(ScopedQuerySet[Any]):
    """Comments and the like: seen by whoever sees their problem."""

    def visible_to(self, user: Any) -> Self:
        problems = apps.get_model("incidents.Problem").objects.visible_to(user)
        return self.filter(problem__in=problems)
