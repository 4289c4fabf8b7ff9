"""What becomes of a request of an auditor: the table of transitions, and who answers which."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Reason
from core.transitions import Transition, Workflow
from evidence.enums import TO_BE_ANSWERED, RequestStatus
from evidence.models import AuditRequest
from evidence.permissions import may_answer, may_answer_for_others, may_ask
from evidence.rules import audits_it, engagement_is_running


def answers_it(request: AuditRequest, actor: Any) -> Reason | None:
    """The owner, or somebody who answers for others; never who asks."""
    if actor is None:
        return None
    if request.asked_by_id == actor.pk:
        return _("nobody answers what they ask themselves")
    if request.owner_id == actor.pk or may_answer_for_others(actor):
        return None
    return _("somebody else owns this request")


REQUEST_WORKFLOW = Workflow(
    Transition(
        "start",
        (RequestStatus.OPEN, RequestStatus.RETURNED),
        RequestStatus.IN_PREPARATION,
        may_answer,
        _("Start preparing"),
        (answers_it, engagement_is_running),
    ),
    Transition(
        "provide",
        TO_BE_ANSWERED,
        RequestStatus.PROVIDED,
        may_answer,
        _("Provide"),
        (answers_it, engagement_is_running),
    ),
    Transition(
        "accept",
        (RequestStatus.PROVIDED,),
        RequestStatus.ACCEPTED,
        may_ask,
        _("Accept"),
        (audits_it, engagement_is_running),
    ),
    Transition(
        "return",
        (RequestStatus.PROVIDED,),
        RequestStatus.RETURNED,
        may_ask,
        _("Return"),
        (audits_it, engagement_is_running),
    ),
    Transition(
        "withdraw",
        (*TO_BE_ANSWERED, RequestStatus.PROVIDED),
        RequestStatus.WITHDRAWN,
        may_ask,
        _("Withdraw"),
        (audits_it,),
    ),
)
