"""What becomes of a finding about a deployment: the table of transitions, and its rules."""

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from changes.enums import FindingKind, FindingStatus
from changes.parts import involved_people
from changes.permissions import is_the_system, may_settle_findings
from core.errors import Reason
from core.transitions import Transition, Workflow
from people.models import User


def had_no_part(finding: Any, actor: Any) -> Reason | None:
    """Whoever deployed it, or has a part in the change, does not say that it was all right."""
    if actor is None:
        return None
    mine = User.objects.filter(Q(pk=actor.pk) | Q(person__isnull=False, person=actor.person_id))
    for change in (finding.change, finding.covered_by):
        if change and involved_people(change).filter(accounts__in=mine.values("pk")).exists():
            return _("you had a part in it")
    told = finding.deployment.deployed_by if finding.deployment else ""
    by = Q(username__iexact=told) | Q(email__iexact=told)
    if told and mine.filter(by).exists():
        return _("you deployed it")
    return None


def was_deployed(finding: Any, actor: Any) -> Reason | None:
    """Nothing can be taken back that never came."""
    if finding.kind == FindingKind.NOT_DEPLOYED:
        return _("nothing was deployed that could be reverted")
    return None


FINDING_WORKFLOW = Workflow(
    Transition(
        "authorise",
        (FindingStatus.OPEN,),
        FindingStatus.AUTHORISED,
        may_settle_findings,
        _("Authorise afterwards"),
        (had_no_part,),
    ),
    Transition(
        "revert",
        (FindingStatus.OPEN,),
        FindingStatus.REVERTED,
        may_settle_findings,
        _("Record that it was reverted"),
        (was_deployed,),
    ),
    Transition(
        "resolve", (FindingStatus.OPEN,), FindingStatus.RESOLVED, is_the_system, _("Resolve")
    ),
    Transition("reopen", (FindingStatus.RESOLVED,), FindingStatus.OPEN, is_the_system, _("Reopen")),
)
