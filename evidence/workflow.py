"""What becomes of a request of an auditor: the table of transitions, nothing else."""

from django.utils.translation import gettext_lazy as _

from core.transitions import Transition, Workflow
from evidence.enums import TO_BE_ANSWERED, RequestStatus
from evidence.permissions import may_answer, may_ask
from evidence.rules import answers_it, audits_it, engagement_is_running

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
