"""The life of an incident: the table of transitions, nothing else."""

from django.utils.translation import gettext_lazy as _

from core.errors import Reason
from core.transitions import Rule, Transition, Workflow
from incidents.enums import OPEN, PENDING, Status
from incidents.permissions import may_work_on_incidents
from incidents.rules import (
    has_owner,
    has_reasons_for_misses,
    is_alone_in_its_alert_group,
    is_within_reach,
    was_resolved_lately,
)

_IN_HAND = (Status.IN_PROGRESS, *PENDING)


def _move(
    action: str, label: Reason, sources: tuple[Status, ...], target: Status, *rules: Rule
) -> Transition:
    return Transition(
        action, sources, target, may_work_on_incidents, label, (is_within_reach, *rules)
    )


INCIDENT_WORKFLOW = Workflow(
    _move("triage", _("Triage"), (Status.NEW,), Status.TRIAGED),
    _move("start", _("Start work"), (Status.NEW, Status.TRIAGED), Status.IN_PROGRESS),
    _move(
        "wait_for_customer",
        _("Wait for the customer"),
        (Status.IN_PROGRESS, Status.PENDING_VENDOR, Status.PENDING_CHANGE),
        Status.PENDING_CUSTOMER,
    ),
    _move(
        "wait_for_vendor",
        _("Wait for the vendor"),
        (Status.IN_PROGRESS, Status.PENDING_CUSTOMER, Status.PENDING_CHANGE),
        Status.PENDING_VENDOR,
    ),
    _move(
        "wait_for_change",
        _("Wait for a change"),
        (Status.IN_PROGRESS, Status.PENDING_CUSTOMER, Status.PENDING_VENDOR),
        Status.PENDING_CHANGE,
    ),
    _move("resume", _("Resume work"), PENDING, Status.IN_PROGRESS, has_owner),
    _move("hand_over", _("Hand over to another team"), _IN_HAND, Status.TRIAGED),
    _move("resolve", _("Resolve"), _IN_HAND, Status.RESOLVED),
    _move(
        "reopen",
        _("Reopen"),
        (Status.RESOLVED, Status.CLOSED),
        Status.IN_PROGRESS,
        has_owner,
        was_resolved_lately,
        is_alone_in_its_alert_group,
    ),
    _move("close", _("Close"), (Status.RESOLVED,), Status.CLOSED, has_reasons_for_misses),
    _move("cancel", _("Cancel"), OPEN, Status.CANCELLED),
    _move("merge", _("Merge into another"), OPEN, Status.MERGED),
)
