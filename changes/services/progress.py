"""The moves of the workflow from submission to closure."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.context import told_moment
from changes.audience import tell_followers
from changes.enums import ChangeType, ControlKind, Outcome, Risk, Status, StepStatus
from changes.models import Change, ChangeTemplate
from changes.services.approval import open_round, void_round
from changes.services.control import record_exception
from changes.services.locking import TABLE, step
from changes.services.risk import record_assessment
from core.errors import ValidationError
from notifications.enums import MessageKind
from records.services import mask_fields


def submit_change(change: Change, *, actor: Any, note: str = "") -> Change:
    """It is described: others may look at it."""
    with step(change, "submit", actor=actor, note=note) as row:
        pass
    return row


def assess_change(
    change: Change,
    *,
    actor: Any,
    answers: Mapping[str, str] | None = None,
    backout_tested: bool = False,
    risk: str = "",
    note: str = "",
) -> Change:
    """Somebody looks at what can go wrong. What they answer of the questionnaire already says how
    much; `risk` is for what was assessed elsewhere, such as an import. ValidationError where only
    some questions are answered."""
    with step(change, "assess", actor=actor, note=note) as row:
        if risk:
            row.risk = Risk(risk)
        if answers or backout_tested:
            record_assessment(
                row, actor=actor, answers=answers or {}, backout_tested=backout_tested
            )
    return row


def schedule_change(change: Change, *, actor: Any, note: str = "") -> Change:
    """Its window is taken; whoever follows it is told. Refused while something is in the way, of
    which the latest is looked for first."""
    with step(change, "schedule", actor=actor, note=note) as row:
        tell_followers(row, MessageKind.CHANGE_SCHEDULED, but=actor)
    return row


def start_change(
    change: Change, *, actor: Any, note: str = "", at: datetime | None = None
) -> Change:
    """Work begins. An emergency on the word of two members of the ECAB: it is frozen now, and its
    approval is asked for afterwards. Refused while something is in the way, as for scheduling."""
    with step(change, "start", actor=actor, note=note) as row:
        row.actual_start_at = at or told_moment()
        if row.type == ChangeType.EMERGENCY and not _is_approved(row):
            void_round(row)
            _thaw(row)
            open_round(row, actor=actor, is_retrospective=True)
    return row


def _is_approved(row: Change) -> bool:
    return row.versions.filter(sha256=row.version_hash, round__status=StepStatus.APPROVED).exists()


def _thaw(row: Change) -> None:
    """The round is void: the content may be frozen anew."""
    row.version_hash = ""


def complete_change(
    change: Change, *, actor: Any, note: str = "", at: datetime | None = None
) -> Change:
    """The work is done; now it is verified."""
    with step(change, "complete", actor=actor, note=note) as row:
        row.actual_end_at = at or told_moment()
    return row


def back_out_change(change: Change, *, actor: Any, note: str, at: datetime | None = None) -> Change:
    """The back-out plan was used: everything is as it was before."""
    with step(change, "back_out", actor=actor, note=note) as row:
        row.actual_end_at = at or told_moment()
        row.backout_used = True
        row.outcome = Outcome.BACKED_OUT
        tell_followers(row, MessageKind.CHANGE_BACKED_OUT, but=actor)
    return row


def verify_change(change: Change, *, actor: Any, note: str = "") -> Change:
    """It does what it should; what is left is the review."""
    with step(change, "verify", actor=actor, note=note) as row:
        pass
    return row


def close_change(
    change: Change, *, actor: Any, outcome: str, review: str, at: datetime | None = None
) -> Change:
    """The review: what became of it. What was backed out stays backed out."""
    with step(change, "close", actor=actor) as row:
        if not review.strip():
            raise ValidationError({"review": _("Say what the review found.")})
        if row.backout_used and outcome != Outcome.BACKED_OUT:
            raise ValidationError({"outcome": _("It was backed out.")})
        texts = mask_fields(TABLE, {"review": review}, actor=actor, reference=row.reference)
        row.review, row.outcome = texts["review"], Outcome(outcome)
        row.ended_at = at or told_moment()
        row.on_hold = False
        _count_for_template(row)
    return row


def _count_for_template(row: Change) -> None:
    """A standard change that fails too often is no longer one: its template is suspended."""
    if row.template_id is None:
        return
    template = ChangeTemplate.objects.select_for_update(no_key=True).get(pk=row.template_id)
    if row.outcome == Outcome.SUCCESSFUL:
        template.successes += 1
    elif row.outcome in (Outcome.FAILED, Outcome.BACKED_OUT):
        template.failures += 1
        was_suspended = template.is_suspended
        template.is_suspended |= template.failures >= template.failures_allowed
        if template.is_suspended and not was_suspended:
            by, cause = row.implementer, row.review
            record_exception(
                ControlKind.TEMPLATE_SUSPENDED, row, by=by, cause=cause, template=template
            )
    template.save()


def hold_change(change: Change, *, actor: Any, note: str) -> Change:
    """Nothing happens to it until it is resumed."""
    with step(change, "hold", actor=actor, note=note) as row:
        row.on_hold = True
    return row


def resume_change(change: Change, *, actor: Any, note: str = "") -> Change:
    """It goes on where it was."""
    with step(change, "resume", actor=actor, note=note) as row:
        row.on_hold = False
    return row


def cancel_change(change: Change, *, actor: Any, note: str, at: datetime | None = None) -> Change:
    """It is not wanted any more. What was asked about it is no longer asked."""
    with step(change, "cancel", actor=actor, note=note) as row:
        void_round(row)
        row.ended_at = at or told_moment()
        row.on_hold = False
        tell_followers(row, MessageKind.CHANGE_CANCELLED, but=actor)
    return row


def expire_changes(moment: datetime) -> int:
    """Whatever was not begun while its planned window lasted; returns how many. Each in its own
    transaction, so that one that cannot expire stops no other."""
    expired = 0
    waiting = Change.objects.past_their_window(moment).order_by("pk").values_list("pk", flat=True)
    for pk in list(waiting):
        if expire_change(Change(pk=pk), moment):
            expired += 1
    return expired


def expire_change(change: Change, moment: datetime) -> bool:
    """Its window is over and nothing was begun; its approval, if it had one, counts no more."""
    open_to_it = (Status.AWAITING_APPROVAL, Status.APPROVED, Status.SCHEDULED)
    row = Change.objects.filter(pk=change.pk).first()
    if row is None or row.status not in open_to_it:
        return False
    if row.planned_end_at is None or row.planned_end_at > moment:
        return False
    with step(row, "expire", actor=None) as held:
        void_round(held)
        tell_followers(held, MessageKind.CHANGE_EXPIRED, but=None)
    return True
