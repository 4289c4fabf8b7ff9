"""Which reviews of access somebody may see, and what of them waits for whom."""

from datetime import date, datetime
from typing import Any, Self

from django.apps import apps
from django.db.models import Exists, F, OuterRef, Q
from django.db.models.functions import Coalesce, Now

from core.querysets import ScopedQuerySet
from people.enums import ReviewStatus
from people.roles import ADMINISTERING, Role
from people.scope import scope_of


def _reads(user: Any) -> bool:
    return "people.view_accessreview" in scope_of(user).permissions


def _seen_whole(user: Any) -> Q | None:
    """The reviews that a person sees with all accounts; None for everything."""
    scope = scope_of(user)
    signs = "people.sign_accessreview" in scope.permissions
    if signs or scope.has(*ADMINISTERING) or scope.reach_of(Role.AUDITOR).everywhere:
        return None
    reach = scope.reach_of(Role.AUDITOR)
    return Q(country__in=reach.countries) | Q(team__in=reach.team_ids)


def sees_whole(user: Any, review: Any) -> bool:
    """Whether somebody sees every account of a review, not only those they review."""
    if not _reads(user):
        return False
    seen = _seen_whole(user)
    return seen is None or type(review).objects.filter(seen, pk=review.pk).exists()


class AccessReviewQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """All for administrators, who sign and auditors; for others where they review somebody."""
        if not _reads(user):
            return self.none()
        seen = _seen_whole(user)
        if seen is None:
            return self.all()
        own = apps.get_model("people.AccessReviewItem").objects.filter(reviewer=user.pk)
        return self.filter(seen | Q(pk__in=own.values("review")))

    def open(self) -> Self:
        return self.filter(status__in=[ReviewStatus.ANNOUNCED, ReviewStatus.RUNNING])

    def running(self) -> Self:
        return self.filter(status=ReviewStatus.RUNNING)

    def of_everything(self) -> Self:
        """Those of all accounts."""
        return self.filter(country="", team__isnull=True)


class AccessReviewItemQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """The accounts of the reviews one sees whole, and those one reviews oneself."""
        if not _reads(user):
            return self.none()
        seen = _seen_whole(user)
        if seen is None:
            return self.all()
        whole = apps.get_model("people.AccessReview").objects.filter(seen)
        return self.filter(Q(review__in=whole.values("pk")) | Q(reviewer=user.pk))

    def undecided(self) -> Self:
        return self.filter(decision="")

    def waiting(self) -> Self:
        """Of running reviews, without a decision."""
        return self.undecided().filter(review__status=ReviewStatus.RUNNING)

    def late(self, on: date) -> Self:
        """Waiting longer than they may."""
        return self.waiting().filter(review__due_on__lt=on)

    def with_staleness(self) -> Self:
        """Says with each whether its access changed between the extraction and the decision."""
        grants = apps.get_model("people.RoleGrant").history.model.objects
        memberships = apps.get_model("people.Membership").history.model.objects
        tokens = apps.get_model("people.ApiToken").objects
        until = Coalesce(OuterRef("decided_at"), Now())
        since = OuterRef("review__extracted_at")
        changed = Q(history_date__gt=since, history_date__lte=until)
        minted = Q(created_at__gt=since, created_at__lte=until)
        revoked = Q(revoked_at__gt=since, revoked_at__lte=until)
        return self.annotate(
            is_stale=Exists(grants.filter(changed, user_id=OuterRef("account_id")))
            | Exists(memberships.filter(changed, person_id=OuterRef("person_id")))
            | Exists(tokens.filter(minted | revoked, user_id=OuterRef("account_id")))
            | (Q(decision="") & ~Q(was_active=F("account__is_active")))
            | (Q(decision="") & ~Q(person_id=F("account__person_id")))
        )

    def reviewed_by_themselves(self) -> Self:
        """Where reviewer and reviewed have become one person since; there must be none."""
        return self.filter(
            Q(reviewer=F("account")) | Q(reviewer__person=F("account__person"))
        ).exclude(reviewer__isnull=True)


class AccessRemovalQuerySet(ScopedQuerySet):
    def visible_to(self, user: Any) -> Self:
        """Those of the reviewed accounts that one sees."""
        items = apps.get_model("people.AccessReviewItem").objects.visible_to(user)
        return self.filter(item__in=items.values("pk"))

    def open(self) -> Self:
        return self.filter(done_at__isnull=True)

    def late(self, on: date) -> Self:
        return self.open().filter(due_on__lt=on)

    def really_ended(self, at: datetime) -> Self:
        """Open ones of which nothing is left: the grant has ended, the account is disabled."""
        return self.open().filter(
            Q(grant__ends_at__lte=at) | Q(grant__isnull=True, item__account__is_active=False)
        )
