"""What becomes of an obligation and of each time that it is due: two tables of transitions."""

from django.utils.translation import pgettext_lazy

from core.transitions import Transition, Workflow
from vendors.contract_workflow import is_system
from vendors.obligations.enums import TO_DO
from vendors.obligations.enums import ObligationStatus as O
from vendors.obligations.enums import TaskStatus as T
from vendors.obligations.permissions import (
    may_keep_obligations,
    may_work_on_obligations,
)
from vendors.obligations.rules import (
    binds_still,
    has_its_evidence,
    is_overdue,
    is_owned_by_another,
    is_submitted_by_another,
    is_the_approver_s,
    is_the_owner_s,
    obligation_is_kept_by,
)

_BY_ANOTHER = (is_the_approver_s, is_owned_by_another, is_submitted_by_another)

OBLIGATION_WORKFLOW = Workflow(
    Transition(
        "end",
        (O.ACTIVE,),
        O.ENDED,
        may_keep_obligations,
        pgettext_lazy("obligation", "End"),
        (obligation_is_kept_by,),
    ),
)

TASK_WORKFLOW = Workflow(
    Transition(
        "submit",
        TO_DO,
        T.SUBMITTED,
        may_work_on_obligations,
        pgettext_lazy("obligation task", "Submit"),
        (is_the_owner_s, has_its_evidence, binds_still),
    ),
    Transition(
        "accept",
        (T.SUBMITTED,),
        T.ACCEPTED,
        may_work_on_obligations,
        pgettext_lazy("obligation task", "Accept"),
        (*_BY_ANOTHER, has_its_evidence),
    ),
    Transition(
        "return",
        (T.SUBMITTED,),
        T.RETURNED,
        may_work_on_obligations,
        pgettext_lazy("obligation task", "Return"),
        _BY_ANOTHER,
    ),
    Transition(
        "waive",
        TO_DO,
        T.WAIVED,
        may_work_on_obligations,
        pgettext_lazy("obligation task", "Waive"),
        _BY_ANOTHER,
    ),
    Transition(
        "miss",
        (T.OPEN, T.RETURNED),
        T.MISSED,
        is_system,
        pgettext_lazy("obligation task", "Miss"),
        (is_overdue,),
    ),
)
