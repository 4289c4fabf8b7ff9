"""The verbs of requests."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from incidents.models import Request
from incidents.permissions import may_work_on_requests
from incidents.request_happenings import agreed_for_request, request_happenings
from incidents.request_rules import is_request_within_reach
from incidents.request_workflow import REQUEST_WORKFLOW
from incidents.services.verbs import Verbs


def _happened(before: dict[str, Any], row: Request) -> list[Any]:
    return [*request_happenings(before, row), *agreed_for_request(row, before)]


VERBS = Verbs(
    model=Request,
    workflow=REQUEST_WORKFLOW,
    may_work=may_work_on_requests,
    is_within_reach=is_request_within_reach,
    happened=_happened,
    out_of_sight=_("you would no longer see this request"),
)
TABLE = VERBS.table
step, work, lock, hold_requests = VERBS.step, VERBS.work, VERBS.lock, VERBS.hold
seen_by, stays_in_sight = VERBS.seen_by, VERBS.stays_in_sight
