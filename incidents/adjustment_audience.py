"""Who hears that an account adjustment waits to be checked: those who may approve it."""

from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone

from incidents.adjustment_limits import roles_that_may_approve, sum_of
from incidents.models import AccountAdjustment
from incidents.readers import placed
from notifications.enums import MessageKind
from notifications.services import is_news, notify
from people.models import RoleGrant, User


def tell_checkers(adjustment: AccountAdjustment) -> None:
    """Whoever may approve it hears of it, and of it anew after it was altered. Where it is over
    every limit nobody does: its page says so to its maker."""
    if not is_news():
        return
    people = list(people_who_may_approve(adjustment))
    if not people:
        return
    request = adjustment.request
    notify(
        people,
        MessageKind.ADJUSTMENT_PROPOSED,
        reference=adjustment.reference,
        context={
            "reference": adjustment.reference,
            "title": f"{sum_of(adjustment)} · {request.title}",
            "service": str(request.service or ""),
            "by": str(adjustment.made_by),
            "path": f"/incidents/accountadjustment/{adjustment.pk}/change/",
        },
        key=f"{adjustment.reference}:proposed:{adjustment.made_at.timestamp():.6f}",
    )


def people_who_may_approve(adjustment: AccountAdjustment) -> QuerySet[User]:
    """Active accounts of other people than its maker, whose role reaches its team and is allowed
    the amount."""
    maker = adjustment.made_by
    grants = RoleGrant.objects.in_force(timezone.now()).filter(
        placed(adjustment.request.team.country),
        role__in=roles_that_may_approve(adjustment.amount, adjustment.currency),
    )
    same = Q(pk=maker.pk)
    if maker.person_id:
        same |= Q(person=maker.person_id)
    return User.objects.filter(pk__in=grants.values("user"), is_active=True).exclude(same)


def may_see_adjustment(user: Any, reference: str) -> bool:
    """Whether a person may see the adjustment a message is about; asked just before sending."""
    return AccountAdjustment.objects.visible_to(user).filter(reference=reference).exists()
