"""When: each rule looks at a request or an adjustment and gives the reason against, or None."""

from datetime import timedelta
from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from core.errors import Reason
from incidents.adjustment_limits import reason_over_limit
from incidents.models import AccountAdjustment, Request
from people.scope import scope_of

REOPEN_REQUESTS_WITHIN = timedelta(days=7)


def is_request_within_reach(request: Request, actor: Any) -> Reason | None:
    """Seeing a request is not working on it: the actor's role must reach its team."""
    if actor is None:
        return None
    if scope_of(actor).reach_with("incidents.change_request").covers(request.team_id):
        return None
    return _("your role does not reach this request's team")


def was_settled_lately(request: Request, actor: Any) -> Reason | None:
    """After seven days a new request, linked to the old one, tells the truth better."""
    if request.resolved_at and told_moment() - request.resolved_at <= REOPEN_REQUESTS_WITHIN:
        return None
    return _("it was resolved more than seven days ago; open a new request and link it")


def has_no_open_adjustment(request: Request, actor: Any) -> Reason | None:
    """Money that waits for somebody keeps the request open."""
    if request.adjustments.unsettled().exists():
        return _("its account adjustment is neither applied nor rejected nor withdrawn")
    return None


def is_adjustment_within_reach(adjustment: AccountAdjustment, actor: Any) -> Reason | None:
    return is_request_within_reach(adjustment.request, actor)


def is_another_person(adjustment: AccountAdjustment, actor: Any) -> Reason | None:
    """Two accounts of one person are one person."""
    maker = adjustment.made_by
    same = maker == actor or (
        actor is not None and actor.person_id and maker.person_id == actor.person_id
    )
    return _("you made it: somebody else has to check it") if same else None


def is_within_limit(adjustment: AccountAdjustment, actor: Any) -> Reason | None:
    return reason_over_limit(adjustment.amount, adjustment.currency, actor)
