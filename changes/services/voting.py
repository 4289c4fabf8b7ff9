"""Casting a vote. Nobody votes twice, for another version, in another's name, or in one's own
cause; and the last vote that was needed decides, in the same transaction."""

from collections.abc import Iterable
from typing import Any

from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from changes.attendance import present_for
from changes.audience import tell_requester_of_decision
from changes.decision import Rule, Tally, decide
from changes.enums import Authentication, ControlKind, Decision, Quorum, Status, StepStatus
from changes.models import Absence, ApprovalStep, Change, Elector, SegregationException, Vote
from changes.parts import involved_people
from changes.permissions import may_approve_changes
from changes.services.approval import conclude, open_next_step
from changes.services.control import record_exception
from changes.services.locking import TABLE, locked
from core.errors import NotAllowed, Refused, ValidationError
from records.services import mask_fields


def cast_vote(
    change: Change,
    *,
    actor: Any,
    decision: str,
    version_hash: str,
    authentication: str,
    comment: str = "",
    on_behalf_of: Any = None,
) -> Vote:
    """Say what one thinks of a version of a change, in the step that is open.

    `on_behalf_of` is an absent account that named the actor as its substitute. Refused: another
    version than the current one, no open step that asks this person, a second answer, whoever has
    a part in the change, a token where the step wants a confirmed session; ValidationError
    for anything but an approval without a comment.
    """
    with locked(change, "vote", actor=actor) as row:
        if not may_approve_changes(actor):
            raise NotAllowed(_("your role does not include this action"))
        if decision != Decision.APPROVE and not comment.strip():
            raise ValidationError({"comment": _("Say why.")})
        asked = _open_step(row, version_hash)
        seat = _seat(asked, actor, on_behalf_of)
        _refuse_involved(row, actor, seat, decision)
        if authentication == Authentication.TOKEN and not asked.accepts_tokens:
            raise Refused(_("this step wants a vote in the portal, with the password confirmed"))
        said = mask_fields(TABLE, {"comment": comment}, actor=actor, reference=row.reference)
        with acting(acting_for=on_behalf_of):
            vote = Vote.objects.create(
                step=asked,
                person_id=seat.person_id,
                cast_by=actor,
                cast_by_person_id=actor.person_id,
                decision=decision,
                comment=said["comment"],
                version_hash=version_hash,
                authentication=authentication,
                cast_at=told_moment(),
            )
        _count(row, asked)
    return vote


def tally_of(
    asked: ApprovalStep,
    votes: Iterable[tuple[int, str]] | None = None,
    present: Iterable[int] = (),
) -> Tally:
    """How a step stands, by its votes of person and decision, read anew unless they are given, and
    by the persons whose seats are taken in a meeting."""
    if votes is None:
        votes = asked.votes.values_list("person", "decision")
    members = len(asked.electors.all())
    rule = Rule(Quorum(asked.quorum), members, asked.needed, asked.present)
    return decide(rule, {person: Decision(said) for person, said in votes}, present)


def settle_step(change: Change, step: ApprovalStep) -> None:
    """Look again whether an open step is decided: with whoever has come to the meeting by now, the
    votes may suffice. The actor is the one in the circumstances."""
    with locked(change, "vote", actor=None) as row:
        asked = ApprovalStep.objects.filter(pk=step.pk, status=StepStatus.OPEN).first()
        if asked is not None and row.version_hash == asked.round.content.sha256:
            _count(row, asked)


def _open_step(row: Change, version_hash: str) -> ApprovalStep:
    if row.version_hash == "" or row.version_hash != version_hash:
        raise Refused(_("it says something else by now; look at what changed and vote on that"))
    asked = ApprovalStep.objects.filter(
        round__content__sha256=version_hash, status=StepStatus.OPEN, round__status=StepStatus.OPEN
    ).first()
    if asked is None:
        raise Refused(_("nobody is asked for a vote now"))
    return asked


def _seat(asked: ApprovalStep, actor: Any, on_behalf_of: Any) -> Elector:
    """The seat the vote counts for: one's own, or that of an absent one who named the actor."""
    whose = on_behalf_of or actor
    if on_behalf_of is not None:
        away = Absence.objects.in_force(told_moment())
        if not away.filter(user=on_behalf_of, substitute=actor).exists():
            raise NotAllowed(_("this person did not name you as their substitute"))
    seat = asked.electors.filter(person=whose.person_id).first()
    if seat is None:
        raise NotAllowed(_("the step that is open does not ask this person"))
    if asked.votes.filter(person=seat.person_id).exists():
        raise Refused(_("this person has voted on this version; a vote is not changed"))
    if asked.votes.filter(cast_by_person=actor.person_id).exists():
        raise Refused(_("you have voted in this step already; a person counts once"))
    return seat


def _refuse_involved(row: Change, actor: Any, seat: Elector, decision: str) -> None:
    """A delegate inherits the conflict of whom they stand in for, and brings their own."""
    if decision == Decision.RECUSE:
        return
    voters = {actor.person_id, seat.person_id}
    at = told_moment()
    excepted = SegregationException.objects.filter(
        change=row, person__in=voters, approved_at__isnull=False, expires_at__gt=at
    ).values("person")
    if involved_people(row).filter(pk__in=voters).exclude(pk__in=excepted).exists():
        raise Refused(_("nobody approves what they have a part in; recuse yourself"))


def _count(row: Change, asked: ApprovalStep) -> None:
    """Decide the step if the votes suffice, open the next one, or conclude the round."""
    tally = tally_of(asked, present=present_for(asked))
    if tally.status == StepStatus.OPEN:
        return
    asked.status, asked.decided_at = tally.status, told_moment()
    asked.save()
    asking = asked.round
    if tally.status == StepStatus.APPROVED and open_next_step(asking, row):
        return
    if row.status == Status.AWAITING_APPROVAL:
        concluded = conclude(row, tally.status)
    else:  # an emergency that has begun: its approval comes after the fact
        asking.status, asking.decided_at = tally.status, told_moment()
        asking.save()
        concluded = row
    if tally.status == StepStatus.REJECTED and asking.is_retrospective:
        said = asked.votes.filter(decision=Decision.REJECT).select_related("cast_by").latest("pk")
        record_exception(
            ControlKind.APPROVAL_REFUSED, row, by=said.cast_by, cause=said.comment, round=asking
        )
    if tally.status == StepStatus.REJECTED:
        for waiting in asking.steps.filter(status=StepStatus.WAITING):
            waiting.status, waiting.decided_at = StepStatus.VOID, told_moment()
            waiting.save()
    tell_requester_of_decision(concluded, tally.status)
