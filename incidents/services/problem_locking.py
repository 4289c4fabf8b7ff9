"""The verbs of problems, and what their lives are told."""

from collections.abc import Iterator
from typing import Any

from django.utils.translation import gettext_lazy as _

from incidents.models import Problem
from incidents.problem_enums import OVER
from incidents.problem_enums import ProblemStatus as Status
from incidents.problem_permissions import may_work_on_problems
from incidents.problem_rules import is_within_reach_of_problem
from incidents.problem_workflow import PROBLEM_WORKFLOW
from incidents.services.verbs import Verbs
from sla.enums import EventKind
from sla.life_services import Happening


def _happenings(before: dict[str, Any], row: Problem) -> Iterator[Happening]:
    """A fix that is in a change waits for it; what is over no longer runs."""
    if before["team_id"] != row.team_id:
        yield Happening(EventKind.ASSIGNED, team_id=row.team_id)
    if before["priority"] != row.priority:
        yield Happening(EventKind.PRIORITIZED, priority=row.priority)
    was, status = before["status"], row.status
    if was == status:
        return
    if status == Status.FIX_IN_CHANGE:
        yield Happening(EventKind.WAITED_FOR_APPROVAL)
    elif status in OVER:
        ends = {Status.CLOSED: EventKind.RESOLVED, Status.REJECTED: EventKind.CANCELLED}
        yield Happening(ends[Status(status)])
    elif was in OVER:
        yield Happening(EventKind.REOPENED)
    elif was == Status.FIX_IN_CHANGE:
        yield Happening(EventKind.RESUMED)


VERBS = Verbs(
    model=Problem,
    workflow=PROBLEM_WORKFLOW,
    may_work=may_work_on_problems,
    is_within_reach=is_within_reach_of_problem,
    happened=_happenings,
    out_of_sight=_("you would no longer see this problem"),
)
TABLE = VERBS.table
problem_step, problem_work = VERBS.step, VERBS.work
problem_in_sight = VERBS.stays_in_sight
