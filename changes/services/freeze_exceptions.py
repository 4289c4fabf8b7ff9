"""Letting one change into one occurrence of a freeze: asked for, agreed to by two people, spent
from the team's yearly budget, reviewed afterwards."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from changes.enums import AT_WORK, ENDED, FreezeMode
from changes.freeze_budget import DEFAULT
from changes.models import (
    Change,
    FreezeBudget,
    FreezeException,
    FreezeOccurrence,
    FreezeWindow,
)
from changes.parts import involved_people
from changes.permissions import may_approve_changes, may_review_freeze_exceptions
from changes.services.conflicts import refresh_conflicts
from changes.services.locking import locked, work
from core.errors import NotAllowed, Refused, ValidationError
from core.writing import hold, store
from people.calendars import WorkingCalendar
from people.models import Team
from people.roles import Role
from people.scope import scope_of
from records.services import mask_fields

TABLE = "changes_freezeexception"
REVIEW_DAYS = 5
"""Business days after the occurrence until its review counts as overdue."""


@dataclass(frozen=True)
class Budget:
    """A team's exceptions of a year: how many there may be, and how many were granted."""

    year: int
    allowed: int
    used: int

    @property
    def left(self) -> int:
        return max(0, self.allowed - self.used)


def budget_of(team: Team, year: int) -> Budget:
    """What a team may still spend in a year."""
    row = FreezeBudget.objects.filter(team=team, year=year).values_list("allowed", flat=True)
    allowed = row.first()
    used = FreezeException.objects.spent_by(team, year).count()
    return Budget(year, DEFAULT if allowed is None else allowed, used)


@transaction.atomic
def set_budget(*, actor: Any, team: Team, year: int, allowed: int) -> FreezeBudget:
    """From now on the team may have so many exceptions in that year."""
    with acting(actor=actor, action="freeze.set_budget"):
        _refuse_beyond_reach(actor, team, "add")
        budget = FreezeBudget()
        store(budget, {"team": team, "year": year, "allowed": allowed}, actor=actor, editable=_SAID)
    return budget


@transaction.atomic
def edit_budget(
    budget: FreezeBudget, *, actor: Any, version: int | None = None, **changes: Any
) -> FreezeBudget:
    """Correct how many. What was granted stays granted, even where it is more."""
    with acting(actor=actor, action="freeze.edit_budget"):
        row = hold(budget, actor=actor, version=version)
        _refuse_beyond_reach(actor, row.team, "change")
        store(row, changes, actor=actor, editable=frozenset({"allowed"}))
    return row


_SAID = frozenset({"team", "year", "allowed"})


def _refuse_beyond_reach(actor: Any, team: Team, verb: str) -> None:
    if actor is None:
        return
    permission = f"changes.{verb}_freezebudget"
    scope = scope_of(actor)
    if permission not in scope.permissions or not scope.reach_with(permission).covers(team.pk):
        raise NotAllowed(_("your role does not include this action"))


def ask_for_freeze_exception(
    change: Change,
    *,
    actor: Any,
    window: FreezeWindow,
    justification: str,
    compensating_controls: str,
    occurs_at: datetime | None = None,
) -> FreezeException:
    """Ask that a change may enter one occurrence of a freeze: that which begins at `occurs_at`,
    else the first in which it is planned. Refused: without saying why and guarded by what, for
    freezes that only warn, what has begun, occurrences that do not hit it, and twice."""
    with work(change, "ask_for_freeze_exception", actor=actor) as row:
        texts = {"justification": justification, "compensating_controls": compensating_controls}
        if missing := [name for name, text in texts.items() if not text.strip()]:
            raise ValidationError({name: _("Say why and how it is guarded.") for name in missing})
        if window.mode == FreezeMode.WARN:
            raise ValidationError({"window": _("This freeze only warns.")})
        if row.status in (*AT_WORK, *ENDED):
            raise Refused(_("it has started already"))
        hits = hits_of(row).filter(window=window)
        if occurs_at is not None:
            hits = hits.filter(starts_at=occurs_at)
        if not hits.exists():
            raise ValidationError({"window": _("The change is not planned inside this freeze.")})
        asked = row.freeze_exceptions.filter(window=window).values("occurs_at")
        occurrence = hits.exclude(starts_at__in=asked).first()
        if occurrence is None:
            raise Refused(_("this was asked for already"))
        told = mask_fields(TABLE, texts, actor=actor, reference=row.reference)
        return FreezeException.objects.create(
            change=row,
            window=window,
            occurs_at=occurrence.starts_at,
            ends_at=occurrence.ends_at,
            year=occurrence.starts_at.astimezone(ZoneInfo(window.time_zone)).year,
            asked_at=told_moment(),
            asked_by=actor,
            **told,
        )


def hits_of(change: Change) -> Any:
    """The occurrences, of freezes that do more than warn, in which a change is planned; without a
    window, those that are now. The earliest first."""
    now = told_moment()
    start, end = change.window or (now, now + timedelta(seconds=1))
    hits = FreezeOccurrence.objects.hitting(change, start, end)
    return hits.exclude(window__mode=FreezeMode.WARN).order_by("starts_at", "pk")


def approve_freeze_exception(
    exception: FreezeException, *, actor: Any, beyond_budget: bool = False
) -> FreezeException:
    """The first or the second of two people agrees: different ones, neither of them whoever asked,
    nobody with a part in the change. By person, so that a second account is nobody else.

    The second approval spends from the team's budget. Where nothing is left it is refused, unless a
    senior approver gives it and says `beyond_budget`.
    """
    with locked(exception.change, "approve_freeze_exception", actor=actor) as row:
        if not may_approve_changes(actor):
            raise NotAllowed(_("your role does not include this action"))
        held = row.freeze_exceptions.select_related("asked_by", "approved_by").get(pk=exception.pk)
        if held.second_approved_at is not None:
            raise Refused(_("it was approved already"))
        first = held.approved_by and held.approved_by.person_id
        if actor.person_id in (held.asked_by.person_id, first):
            raise Refused(_("another person must agree"))
        if involved_people(row).filter(pk=actor.person_id).exists():
            raise Refused(_("nobody approves what they have a part in; recuse yourself"))
        if held.approved_at is None:
            held.approved_at, held.approved_by = told_moment(), actor
        else:
            _spend(held, row, actor, beyond_budget)
            held.second_approved_at, held.second_approved_by = told_moment(), actor
            calendar = WorkingCalendar.of_country(row.team.country)
            zone = timezone.get_default_timezone()
            held.review_due_at = calendar.business_deadline(held.ends_at, REVIEW_DAYS, zone)
        held.save()
        if held.second_approved_at is not None:
            refresh_conflicts(row)
    return held


def _spend(held: FreezeException, row: Change, actor: Any, beyond_budget: bool) -> None:
    if budget_of(row.team, held.year).left:
        return
    if not scope_of(actor).has(Role.SENIOR_APPROVER):
        raise Refused(
            _("the team's exceptions of %(year)s are spent; a senior approver must agree")
            % {"year": held.year}
        )
    if not beyond_budget:
        raise ValidationError({"beyond_budget": _("Confirm that this goes beyond the budget.")})
    held.is_beyond_budget = True


def review_freeze_exception(
    exception: FreezeException, *, actor: Any, note: str
) -> FreezeException:
    """What became of it, told by somebody else than who asked and who has a part in the change,
    once the change has been worked or the occurrence is over. Refused twice."""
    with locked(exception.change, "review_freeze_exception", actor=actor) as row:
        if not may_review_freeze_exceptions(actor):
            raise NotAllowed(_("your role does not include this action"))
        held = row.freeze_exceptions.select_related("asked_by").get(pk=exception.pk)
        if held.second_approved_at is None:
            raise Refused(_("two people must agree first"))
        if held.reviewed_at is not None:
            raise Refused(_("it was reviewed already"))
        if row.status not in (*AT_WORK, *ENDED) and held.ends_at > told_moment():
            raise Refused(_("it has not started yet"))
        if held.asked_by.person_id == actor.person_id:
            raise Refused(_("somebody else than who asked for it reviews it"))
        if involved_people(row).filter(pk=actor.person_id).exists():
            raise Refused(_("who has a part in the change does not review it"))
        if not note.strip():
            raise ValidationError({"note": _("Say what the review found.")})
        told = mask_fields(TABLE, {"review_note": note}, actor=actor, reference=row.reference)
        held.review_note = told["review_note"]
        held.reviewed_at, held.reviewed_by = told_moment(), actor
        held.save()
    return held
