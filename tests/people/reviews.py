"""Reviews of access that have come to where a test begins; they get there through the services."""

from typing import Any

from django.utils import timezone

from people import services
from people.models import AccessReview, AccessReviewItem


def announced(cast: Any, **scope: Any) -> AccessReview:
    return services.announce_review(
        actor=cast.security_admin,
        owner=cast.security_admin,
        starts_on=timezone.localdate(),
        **scope,
    )


def a_running_review(cast: Any, **scope: Any) -> AccessReview:
    return services.start_review(announced(cast, **scope), actor=cast.security_admin)


def item_of(review: AccessReview, user: Any) -> AccessReviewItem:
    return AccessReviewItem.objects.get(review=review, account=user)


def decide_all(review: AccessReview, *, but: Any = ()) -> None:
    for item in review.items.select_related("reviewer", "account").exclude(account__in=but):
        services.keep_access(item, actor=item.reviewer)
