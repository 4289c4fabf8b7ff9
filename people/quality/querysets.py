"""Whose quality records somebody may see."""

from typing import Any, Self

from django.apps import apps
from django.db.models import Q

from core.querysets import ScopedQuerySet
from people.growth.querysets import people_within
from people.quality.enums import QualityReviewStatus, RubricStatus
from people.roles import Role
from people.scope import scope_of


class RubricQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """What good is may be read by everybody whose work it judges; drafts by who writes them
        or puts them in force."""
        permissions = scope_of(user).permissions
        if "people.view_rubric" not in permissions:
            return self.none()
        if permissions & {"people.change_rubric", "people.approve_rubric"}:
            return self.all()
        return self.exclude(status=RubricStatus.DRAFT)

    def active(self) -> Self:
        return self.filter(status=RubricStatus.ACTIVE)


def _led_people(scope: Any) -> Q | None:
    """Whose work somebody leads or audits, as a condition on a person's key; None: everybody's."""
    reach = scope.reach_of(Role.TEAM_LEAD, Role.SERVICE_MANAGER, Role.AUDITOR)
    if reach.everywhere:
        return None
    return Q(person__in=people_within(reach)) if reach.team_ids else Q(pk__in=[])


class PlanQuerySet(ScopedQuerySet[Any]):
    """Plans, and what belongs to one by `plan`."""

    def visible_to(self, user: Any) -> Self:
        """Whoever plans or audits sees those within reach; reviewers and arbiters their own; the
        people of the team how their own work is drawn."""
        scope = scope_of(user)
        if "people.view_qualityplan" not in scope.permissions:
            return self.none()
        reach = scope.reach_of(Role.TEAM_LEAD, Role.SERVICE_MANAGER, Role.AUDITOR)
        if reach.everywhere:
            return self.all()
        plans = apps.get_model("people.QualityPlan")._base_manager.filter(
            Q(team__in=reach.team_ids | scope.own_team_ids)
            | Q(arbiter=user.pk)
            | Q(reviewers__user=user.pk)
        )
        path = "plan__in" if hasattr(self.model, "plan_id") else "pk__in"
        return self.filter(**{path: plans.order_by().values("pk")})


class WorkQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """What was revealed, to its person and whoever leads them; what one reviews oneself."""
        scope = scope_of(user)
        if "people.view_qualityreview" not in scope.permissions:
            return self.none()
        led = _led_people(scope)
        revealed = Q(revealed_at__isnull=False)
        if led is not None:
            revealed &= led | (Q(person=user.person_id) if user.person_id else Q(pk__in=[]))
        own = apps.get_model("people.QualityReview")._base_manager.filter(reviewer=user.pk)
        return self.filter(revealed | Q(pk__in=own.order_by().values("work")))


class ReviewQuerySet(ScopedQuerySet[Any]):
    """Reviews, and what belongs to one by `review` or `rating`."""

    def visible_to(self, user: Any) -> Self:
        """One's own; once all of a piece were submitted also those of one's work, of the work of
        those whom one leads, of what one reviewed beside, and of what one has to arbitrate."""
        scope = scope_of(user)
        if "people.view_qualityreview" not in scope.permissions:
            return self.none()
        reviews = apps.get_model("people.QualityReview")._base_manager
        works = apps.get_model("people.ReviewedWork").objects.filter(revealed_at__isnull=False)
        led = _led_people(scope)
        if led is not None:
            beside = Q(pk__in=reviews.filter(reviewer=user.pk).order_by().values("work"))
            mine = Q(person=user.person_id) if user.person_id else Q(pk__in=[])
            works = works.filter(led | mine | beside | Q(draw__plan__arbiter=user.pk))
        seen = reviews.filter(Q(reviewer=user.pk) | Q(work__in=works.order_by().values("pk")))
        path = _path_to_review(self.model)
        return self.filter(**{f"{path}__in": seen.order_by().values("pk")})

    def open(self) -> Self:
        return self.filter(status=QualityReviewStatus.ASSIGNED)

    def by_others(self) -> Self:
        """Without what people say of their own work."""
        return self.filter(is_own_work=False)


def _path_to_review(model: Any) -> str:
    if hasattr(model, "review_id"):
        return "review"
    return "rating__review" if hasattr(model, "rating_id") else "pk"


class ExternalScoreQuerySet(ScopedQuerySet[Any]):
    def visible_to(self, user: Any) -> Self:
        """Beside the reviews of a piece of work that was revealed, where the plan shows them."""
        if "people.view_qualityreview" not in scope_of(user).permissions:
            return self.none()
        works = apps.get_model("people.ReviewedWork").objects.visible_to(user)
        works = works.filter(revealed_at__isnull=False, draw__plan__shows_scores=True)
        return self.filter(reference__in=works.order_by().values("reference"))
