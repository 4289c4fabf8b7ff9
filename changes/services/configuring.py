"""Boards and their seats, policies and their steps, absences, standard changes."""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from changes.models import (
    Absence,
    ApprovalPolicy,
    Board,
    BoardSeat,
    ChangeTemplate,
    PolicyStep,
)
from changes.permissions import may_approve_changes
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold, store
from people.roles import APPROVING
from people.scope import scope_of

LONGEST_STANDARD = timedelta(days=365)


@transaction.atomic
def found_board(*, actor: Any, name: str, is_emergency: bool = False) -> Board:
    """A board without members."""
    with acting(actor=actor, action="board.found"):
        _require(actor, "changes.add_board")
        board = Board(name=name, is_emergency=is_emergency)
        board.full_clean()
        board.save()
    return board


@transaction.atomic
def seat_member(
    board: Board, user: Any, *, actor: Any, starts_on: date, is_chair: bool = False
) -> BoardSeat:
    """Give somebody a seat. Refused: service accounts, who has a seat already, and whoever's role
    does not include approving."""
    with acting(actor=actor, action="board.seat"):
        _require(actor, "changes.change_board")
        if not may_approve_changes(user):
            raise ValidationError({"user": _("This account's role does not include approving.")})
        row = hold(board, actor=actor)
        if row.seats.filter(user=user, ends_on__isnull=True).exists():
            raise Refused(_("this person has a seat already"))
        return BoardSeat.objects.create(
            board=row, user=user, is_chair=is_chair, starts_on=starts_on
        )


@transaction.atomic
def end_seat(seat: BoardSeat, *, actor: Any, ends_on: date) -> BoardSeat:
    """From that day on the person is no longer asked."""
    with acting(actor=actor, action="board.end_seat"):
        _require(actor, "changes.change_board")
        row = BoardSeat.objects.select_for_update(no_key=True).get(pk=seat.pk)
        row.ends_on = ends_on
        row.full_clean()
        row.save()
    return row


@transaction.atomic
def set_policy(
    *, actor: Any, name: str, type: str, steps: Iterable[Mapping[str, Any]], risk: str = ""
) -> ApprovalPolicy:
    """The policy of a type and a risk from now on; one that was there is put out of use. What was
    asked before stays as it was asked."""
    with acting(actor=actor, action="policy.set"):
        _require(actor, "changes.add_approvalpolicy")
        ApprovalPolicy.objects.filter(type=type, risk=risk, is_active=True).update(is_active=False)
        policy = ApprovalPolicy(name=name, type=type, risk=risk)
        policy.full_clean()
        policy.save()
        for position, told in enumerate(steps, start=1):
            step = PolicyStep(policy=policy, position=position, **told)
            step.full_clean()
            step.save()
        if not policy.steps.exists():
            raise ValidationError(_("A policy needs at least one step."))
    return policy


@transaction.atomic
def name_substitute(
    *, actor: Any, substitute: Any, starts_at: datetime, ends_at: datetime
) -> Absence:
    """While the actor is away, somebody else votes for them. Refused: people whose role does not
    include approving, an absence that is over, the own second account."""
    with acting(actor=actor, action="absence.name_substitute"):
        if not may_approve_changes(actor):
            raise NotAllowed(_("your role does not include this action"))
        if not may_approve_changes(substitute):
            raise ValidationError({"substitute": _("Their role does not include approving.")})
        if substitute.person_id == actor.person_id:
            raise ValidationError({"substitute": _("Nobody stands in for themselves.")})
        if ends_at <= told_moment():
            raise ValidationError({"ends_at": _("This absence is over already.")})
        absence = Absence(user=actor, substitute=substitute, starts_at=starts_at, ends_at=ends_at)
        absence.full_clean()
        absence.save()
    return absence


@transaction.atomic
def end_absence(absence: Absence, *, actor: Any) -> Absence:
    """Back earlier than said."""
    with acting(actor=actor, action="absence.end"):
        row = hold(absence, actor=actor)
        if actor is not None and row.user_id != actor.pk:
            raise NotAllowed(_("people end their own absence"))
        if row.ends_at <= told_moment():
            raise Refused(_("this absence is over already"))
        row.ends_at = max(told_moment(), row.starts_at + timedelta(seconds=1))
        row.save()
    return row


@transaction.atomic
def describe_standard_change(*, actor: Any, **said: Any) -> ChangeTemplate:
    """A template that waits for its approval."""
    with acting(actor=actor, action="template.describe"):
        _require(actor, "changes.add_changetemplate")
        template = ChangeTemplate(owner=said.pop("owner", actor), described_by=actor)
        store(template, said, actor=actor, editable=_SAID)
    return template


@transaction.atomic
def edit_standard_change(
    template: ChangeTemplate, *, actor: Any, version: int | None = None, **said: Any
) -> ChangeTemplate:
    """Describe it anew: its next version, which nothing follows before it is approved again. What
    followed the version before keeps it. Stale when `version` is not the current one."""
    with acting(actor=actor, action="template.edit"):
        _require(actor, "changes.change_changetemplate")
        row = hold(template, actor=actor, version=version)
        if all(getattr(row, name, None) == value for name, value in said.items()):
            return row
        row.approved_at = row.approved_by = row.expires_on = None
        row.is_suspended, row.revision, row.described_by = False, row.revision + 1, actor
        store(row, said, actor=actor, editable=_SAID)
    return row


@transaction.atomic
def approve_standard_change(
    template: ChangeTemplate, *, actor: Any, expires_on: date
) -> ChangeTemplate:
    """From now on changes may follow it. Refused: its owner, an end more than a year off."""
    with acting(actor=actor, action="template.approve"):
        if not scope_of(actor).has(*APPROVING):
            raise NotAllowed(_("your role does not include this action"))
        row = hold(template, actor=actor)
        authors = {row.owner.person_id, row.described_by and row.described_by.person_id}
        if actor.person_id in authors:
            raise Refused(_("nobody approves what they have a part in; recuse yourself"))
        today = timezone.localdate(told_moment())
        if not today < expires_on <= today + LONGEST_STANDARD:
            raise ValidationError({"expires_on": _("It must end within a year.")})
        row.approved_at, row.approved_by, row.expires_on = told_moment(), actor, expires_on
        row.failures, row.is_suspended = 0, False
        row.save()
    return row


_SAID = frozenset({"name", "description", "backout_plan", "test_plan", "failures_allowed"})


def _require(actor: Any, permission: str) -> None:
    if actor is not None and permission not in scope_of(actor).permissions:
        raise NotAllowed(_("your role does not include this action"))
