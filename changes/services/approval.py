"""Asking for approval: the content is frozen and every step of the policy is made at once."""

from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from changes.audience import tell_electors
from changes.decision import Rule
from changes.electorate import electors_of
from changes.enums import ChangeType, FreezeMode, Quorum, Status, StepKind, StepStatus
from changes.models import (
    ApprovalPolicy,
    ApprovalRound,
    ApprovalStep,
    Change,
    ContentVersion,
    Elector,
    FreezeWindow,
    PolicyStep,
)
from changes.services.content import freeze
from changes.services.locking import step
from core.errors import Refused
from people.calendars import WorkingCalendar

RETROSPECTIVE_DAYS = 2


def request_approval(change: Change, *, actor: Any, note: str = "") -> Change:
    """Freeze what the change says and ask everybody whom the policy names.

    Refused where a step would ask nobody, or fewer people than it needs.
    """
    with step(change, "request_approval", actor=actor, note=note) as row:
        open_round(row, actor=actor)
    return settle_standard(row)


def open_round(row: Change, *, actor: Any, is_retrospective: bool = False) -> ApprovalRound:
    """Freeze the content of a locked change and make the round with all its steps; the first one
    opens. The caller saves the change."""
    content = freeze(row, actor=actor)
    if row.template is not None:
        named = f"{row.template} ({row.template_revision})"
        asked = ApprovalRound.objects.create(content=content, policy=named)
        if _ask_senior(asked, row, told_moment()):
            open_next_step(asked, row)
        return asked
    policy = ApprovalPolicy.objects.for_change(row).first()
    if policy is None:
        raise Refused(_("no approval policy covers such a change"))
    at = told_moment()
    asked = ApprovalRound.objects.create(
        content=content,
        policy=policy.name,
        is_retrospective=is_retrospective,
        due_at=_due_afterwards(row, at) if is_retrospective else None,
    )
    for planned in policy.steps.select_related("board").order_by("position"):
        _make_step(asked, planned, row, at)
    _ask_senior(asked, row, at)
    if not asked.steps.exists():
        raise Refused(_("the approval policy “%(name)s” has no steps") % {"name": policy.name})
    open_next_step(asked, row)
    return asked


def _due_afterwards(row: Change, at: datetime) -> datetime:
    """Until when an emergency must have its approval: the end of so many business days of its
    team's country. Auditors accept one to five where the policy says so."""
    calendar = WorkingCalendar.of_country(row.team.country)
    return calendar.business_deadline(at, RETROSPECTIVE_DAYS, timezone.get_default_timezone())


def _ask_senior(asked: ApprovalRound, row: Change, at: datetime) -> bool:
    """A freeze of that mode adds the senior final approval where the policy has none."""
    start, end = row.window or (at, at + timedelta(seconds=1))
    hits = FreezeWindow.objects.hitting(row, start, end)
    if not hits.filter(mode=FreezeMode.EXTRA_APPROVAL).exists():
        return False
    if asked.steps.filter(kind=StepKind.SENIOR).exists():
        return False
    last = asked.steps.order_by("-position").values_list("position", flat=True).first() or 0
    senior = PolicyStep(position=last + 1, kind=StepKind.SENIOR, due_in=timedelta(days=1))
    _make_step(asked, senior, row, at)
    return True


def _make_step(asked: ApprovalRound, planned: PolicyStep, row: Change, at: datetime) -> None:
    electors = electors_of(planned, row, at)
    rule = Rule(Quorum(planned.quorum), len(electors), planned.needed, planned.present)
    required = rule.required()
    if len(electors) < max(required, planned.present):
        told = {"step": planned, "there": len(electors), "needed": max(required, planned.present)}
        raise Refused(
            _("“%(step)s” needs %(needed)s people who have no part in it; there are %(there)s")
            % told
        )
    made = ApprovalStep.objects.create(
        round=asked,
        position=planned.position,
        kind=planned.kind,
        board=planned.board,
        quorum=planned.quorum,
        needed=planned.needed,
        present=planned.present,
        required_votes=required,
        accepts_tokens=planned.accepts_tokens,
        due_in=planned.due_in,
    )
    Elector.objects.bulk_create(
        Elector(step=made, user=account, person_id=account.person_id) for account in electors
    )


def open_next_step(asked: ApprovalRound, row: Change) -> ApprovalStep | None:
    """Open the first step that waits, and tell those whom it asks; None when none is left."""
    following = asked.steps.filter(status=StepStatus.WAITING).order_by("position").first()
    if following is None:
        return None
    following.status = StepStatus.OPEN
    following.opened_at = told_moment()
    following.due_at = following.opened_at + following.due_in
    following.save()
    tell_electors(row, following)
    return following


def void_round(row: Change) -> ContentVersion | None:
    """What was asked about the current content is no longer asked, and its votes count for nothing.
    Returns that content, so that it can be compared with what comes."""
    content = row.versions.filter(sha256=row.version_hash).first()
    if content is None:
        return None
    at = told_moment()
    unfinished = [StepStatus.WAITING, StepStatus.OPEN]
    for made in ApprovalStep.objects.filter(round__content=content, status__in=unfinished):
        made.status, made.decided_at = StepStatus.VOID, at
        made.save()
    ApprovalRound.objects.filter(content=content).update(status=StepStatus.VOID, decided_at=at)
    return content


def settle_standard(row: Change) -> Change:
    """A standard change was approved when its template was."""
    if row.type != ChangeType.STANDARD or row.status != Status.AWAITING_APPROVAL:
        return row
    if ApprovalStep.objects.filter(round__content__sha256=row.version_hash).exists():
        return row  # a freeze asks for more
    return conclude(row, StepStatus.APPROVED)


def conclude(change: Change, status: StepStatus) -> Change:
    """The system's own move after the last vote: approved or rejected. Never a person's."""
    action = "approve" if status == StepStatus.APPROVED else "reject"
    with step(change, action, actor=None) as row:
        ApprovalRound.objects.filter(content__sha256=row.version_hash).update(
            status=status, decided_at=told_moment()
        )
    return row
