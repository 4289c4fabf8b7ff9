"""Who reviews an account: the lead of its team, else whoever runs its country, else the review's
owner, else another administrator; never its own person."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Q
from django.utils import timezone

from people.models import AccessReview, Membership, RoleGrant, User
from people.review_workflow import may_review_access
from people.roles import ADMINISTERING, Role
from people.services.authority import is_same_person


class Reviewers:
    """Knows the leads of one review's accounts; asks the database a constant number of times."""

    def __init__(self, review: AccessReview, at: datetime) -> None:
        roles = (Role.TEAM_LEAD, Role.SERVICE_MANAGER, *ADMINISTERING)
        held = RoleGrant.objects.in_force(at).filter(Q(role__in=roles), user__is_active=True)
        self._grants = list(held.select_related("user__person", "team").order_by("pk"))
        self._teams: dict[int, list[Any]] = {}
        members = Membership.objects.in_force(timezone.localdate(at)).select_related("team")
        for member in members.order_by("pk"):
            self._teams.setdefault(member.person_id, []).append(member.team)
        self._owner = User.objects.select_related("person").get(pk=review.owner_id)
        self._may: dict[int, bool] = {}

    def of(self, account: User) -> User | None:
        """The first who may; None where nobody is left: somebody has to be named."""
        for reviewer in self._in_order(account):
            if not is_same_person(reviewer, account) and self._may_review(reviewer):
                return reviewer
        return None

    def _in_order(self, account: User) -> Iterable[User]:
        teams = self._teams.get(account.person_id or 0, [])
        team_ids, countries = {t.pk for t in teams}, {t.country for t in teams}
        for grant in self._grants:
            if grant.role == Role.TEAM_LEAD and grant.team_id in team_ids:
                yield grant.user
        for grant in self._grants:
            where = grant.team.country if grant.team else grant.country
            if grant.role == Role.SERVICE_MANAGER and where in countries:
                yield grant.user
        yield self._owner
        for grant in self._grants:
            if grant.role in ADMINISTERING:
                yield grant.user

    def _may_review(self, reviewer: User) -> bool:
        if reviewer.pk not in self._may:
            self._may[reviewer.pk] = may_review_access(reviewer)
        return self._may[reviewer.pk]
