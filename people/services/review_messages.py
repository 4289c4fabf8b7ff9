"""Who hears about reviews of access: reviewers, whoever takes access away, and management."""

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext, override

from notifications.enums import MessageKind
from notifications.services import notify
from people.models import AccessReview, AccessReviewItem, RoleGrant, User
from people.roles import ADMINISTERING, ROLES, Role

_SIGNING = [role for role in Role if "people.sign_accessreview" in ROLES[role].permissions]


def tell_owner(review: AccessReview) -> None:
    """A review is announced: its owner hears when it starts."""
    _tell([review.owner], review, MessageKind.ACCESS_REVIEW_ASKED, "announced")


def ask_reviewers(review: AccessReview, *, occasion: str = "asked") -> None:
    """Everybody whose decisions are missing hears how long there is."""
    waiting = review.items.undecided().exclude(reviewer__isnull=True).values("reviewer")
    people = User.objects.filter(pk__in=waiting, is_active=True)
    _tell(people, review, MessageKind.ACCESS_REVIEW_ASKED, occasion)


def ask_one_reviewer(review: AccessReview, reviewer: User) -> None:
    key = f"assigned:{timezone.now().timestamp():.6f}"
    _tell([reviewer], review, MessageKind.ACCESS_REVIEW_ASKED, key)


def tell_of_late(review: AccessReview, *, is_escalated: bool) -> None:
    """The late ones hear of it again, the owner hears whom it waits for; later management too."""
    waiting = review.items.undecided()
    late = User.objects.filter(pk__in=waiting.values("reviewer"), is_active=True)
    names = ", ".join(user.get_full_name() for user in late.select_related("person"))
    others = [review.owner, *(holders(*_SIGNING) if is_escalated else ())]
    key = "escalated" if is_escalated else "late"
    _tell([*late, *others], review, MessageKind.ACCESS_REVIEW_LATE, key, note=names[:300])


def ask_for_removal(item: AccessReviewItem) -> None:
    """Administrators hear that access has to end; whose, the page says."""
    key = f"removal:{item.pk}"
    _tell(holders(*ADMINISTERING), item.review, MessageKind.ACCESS_REMOVAL_ASKED, key)


def tell_of_late_removals(review: AccessReview, on: Any) -> None:
    """Administrators and the owner hear every day that access has not ended."""
    people = [*holders(*ADMINISTERING), review.owner]
    _tell(people, review, MessageKind.ACCESS_REMOVAL_ASKED, f"late-removal:{on}")


def tell_signers(review: AccessReview) -> None:
    """Everything is decided and done: management is asked to sign off."""
    _tell(holders(*_SIGNING), review, MessageKind.ACCESS_REVIEW_ASKED, "sign")


def holders(*roles: Role) -> list[User]:
    """The active accounts that hold one of these roles now."""
    held = RoleGrant.objects.in_force(timezone.now()).filter(role__in=roles)
    return list(User.objects.filter(pk__in=held.values("user"), is_active=True))


def may_see_review(user: Any, reference: str) -> bool:
    """Whether a person may see the review a message is about; asked just before sending."""
    return AccessReview.objects.visible_to(user).filter(reference=reference).exists()


def _tell(
    people: Iterable[Any], review: AccessReview, kind: MessageKind, key: str, **facts: str
) -> None:
    with override("en"):  # kept in the context, which means the same in every language
        title = review.scope if review.team_id or review.country else gettext("all accounts")
    due_at = timezone.make_aware(datetime.combine(review.due_on, time(23, 59)))
    notify(
        people,
        kind,
        reference=review.reference,
        context={
            "reference": review.reference,
            "title": title,
            "due_at": due_at.isoformat(),
            "path": f"/people/accessreview/{review.pk}/change/",
            **facts,
        },
        key=f"{review.reference}:{key}",
    )
