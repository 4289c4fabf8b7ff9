"""When something may happen to a service review, to an action or an improvement plan."""

from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import Reason
from vendors.opex.rules import is_same


def has_begun(review: Any, actor: Any) -> Reason | None:
    return _("it is planned for later") if timezone.now() < review.planned_at else None


def has_minutes(review: Any, actor: Any) -> Reason | None:
    return None if review.items.exclude(minutes="").exists() else _("it has no minutes yet")


def both_sides_were_there(review: Any, actor: Any) -> Reason | None:
    there = set(review.attendees.filter(was_there=True).values_list("side", flat=True))
    return None if len(there) == 2 else _("nobody of one of the sides was there")


def attendance_is_told(review: Any, actor: Any) -> Reason | None:
    if review.attendees.filter(was_there__isnull=True).exists():
        return _("of some it is not told whether they were there")
    return None


def is_minuted_by_another(review: Any, actor: Any) -> Reason | None:
    """Whoever wrote minutes does not close on them, under any account."""
    written = review.items.filter(minuted_by__isnull=False).select_related("minuted_by")
    if actor is not None and any(is_same(item.minuted_by, actor) for item in written):
        return _("you have written minutes of it yourself")
    return None


def is_done_by_another(action: Any, actor: Any) -> Reason | None:
    """Nobody verifies what they own or reported as done."""
    people = [one for one in (action.done_by, action.owner) if one is not None]
    if actor is not None and any(is_same(one, actor) for one in people):
        return _("you do not verify an action of your own")
    return None


def is_planned_by_another(plan: Any, actor: Any) -> Reason | None:
    """Whoever drafted a plan does not say how it ended."""
    if actor is not None and is_same(plan.drafted_by, actor):
        return _("you do not close a plan of your own")
    return None
