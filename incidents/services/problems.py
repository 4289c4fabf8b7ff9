"""The verbs of problems: raising, describing, assigning, and the moves of their workflow."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from assets.models import Service
from audit.context import acting
from core.errors import NotAllowed, Refused, Stale, ValidationError
from incidents.enums import Priority
from incidents.models import Incident, Problem, ProblemComment, ProblemIncident
from incidents.problem_permissions import may_raise_problems
from incidents.services.problem_locking import (
    TABLE,
    problem_in_sight,
    problem_step,
    problem_work,
)
from people.models import Team
from people.scope import scope_of
from records.services import mask_fields
from sla.life_services import open_life
from sla.services import begin_life, check_moment
from vendors.models import Vendor

COMMENTS = "incidents_problemcomment"
_TEXTS = ("title", "symptom", "root_cause", "workaround")
EDITABLE = frozenset([*_TEXTS, "service", "vendor", "priority"])


@transaction.atomic
def raise_problem(
    *,
    actor: Any,
    title: str,
    service: Service,
    symptom: str = "",
    priority: int = Priority.P3,
    team: Team | None = None,
    vendor: Vendor | None = None,
    root_cause: str = "",
    workaround: str = "",
    incident: Incident | None = None,
    at: datetime | None = None,
) -> Problem:
    """Raise a candidate; it goes to the service's support team unless another is named, and is
    linked to `incident` where it comes from one.

    Refused (NotAllowed) to people who could not see what they raised, (ValidationError) for an
    incident that the actor does not see.
    """
    at = at or timezone.now()
    with acting(actor=actor, action="problem.raise"):
        if not may_raise_problems(actor):
            raise NotAllowed(_("your role does not include this action"))
        check_moment(at)
        given = {"title": title, "symptom": symptom, "root_cause": root_cause}
        given["workaround"] = workaround
        problem = Problem(
            **mask_fields(TABLE, given, actor=actor),
            service=service,
            priority=priority,
            team=team or service.support_team,
            vendor=vendor,
            raised_at=at,
            raised_by=actor,
            life=begin_life(),
        )
        if not title.strip():
            raise ValidationError({"title": _("Say what it is about.")})
        problem.save(force_insert=True)
        open_life(
            problem.life, at=at, actor=actor, team=problem.team, priority=int(problem.priority)
        )
        if incident is not None:
            seen = Incident.objects.visible_to(actor) if actor else Incident.objects.all()
            if not seen.filter(pk=incident.pk).exists():
                raise ValidationError({"incident": _("There is no such incident.")})
            ProblemIncident.objects.create(problem=problem, incident=incident, created_by=actor)
        if actor is not None:
            problem_in_sight(problem, actor)
    return problem


def edit_problem(
    problem: Problem, *, actor: Any, version: int | None = None, **changes: Any
) -> Problem:
    """Correct what a problem says, its service, vendor or priority.

    Refused: Stale when `version` is not the current one; what is over, which must be reopened
    first; taking the workaround away from a known error.
    """
    return _edit(problem, "edit", actor=actor, version=version, **changes)


def describe_workaround(problem: Problem, *, actor: Any, workaround: str) -> Problem:
    """Say how people get on meanwhile; every linked incident shows it from now on."""
    return _edit(problem, "describe_workaround", actor=actor, workaround=workaround)


def state_root_cause(problem: Problem, *, actor: Any, root_cause: str) -> Problem:
    """Say what lies behind it."""
    return _edit(problem, "state_root_cause", actor=actor, root_cause=root_cause)


def assign_problem(
    problem: Problem, *, actor: Any, team: Team | None = None, owner: Any = None, note: str = ""
) -> Problem:
    """Give an open problem to a team, a person or both; the person's role must reach the team.

    Refused under investigation without naming the next owner.
    """
    with problem_work(problem, "assign", actor=actor, note=note) as row:
        if not row.is_open:
            raise Refused(_("only an open problem can be assigned"))
        if team and team != row.team:
            row.team, row.owner = team, None
        if owner is not None:
            row.owner = owner
            if not scope_of(owner).reach_with("incidents.change_problem").covers(row.team_id):
                raise ValidationError({"owner": _("This person cannot work on this problem.")})
        if row.owner is None and row.status == "investigating":
            raise Refused(_("it is being investigated: name the new owner"))
    return row


def move_problem(
    problem: Problem, action: str, *, actor: Any, note: str = "", at: datetime | None = None
) -> Problem:
    """A move of the workflow that needs nothing but, perhaps, a note. An investigation without an
    owner becomes the actor's. Closing is `close_problem`."""
    with problem_step(problem, action, actor=actor, note=note, at=at) as row:
        if row.status == "investigating":
            row.owner = row.owner or actor
        row.closed_at = None if row.is_open else at or timezone.now()
        if row.is_open:
            row.no_cause_reason = ""
    return row


def close_problem(
    problem: Problem,
    *,
    actor: Any,
    root_cause: str = "",
    no_cause_reason: str = "",
    at: datetime | None = None,
) -> Problem:
    """End a problem. Refused (ValidationError) without a root cause or a reason why none was
    found; a root cause stated before counts."""
    with problem_step(problem, "close", actor=actor, at=at) as row:
        given = {"root_cause": root_cause, "no_cause_reason": no_cause_reason}
        told = mask_fields(TABLE, given, actor=actor, reference=row.reference)
        row.root_cause = told["root_cause"].strip() or row.root_cause
        row.no_cause_reason = "" if row.root_cause.strip() else told["no_cause_reason"].strip()
        if not (row.root_cause.strip() or row.no_cause_reason):
            raise ValidationError({"root_cause": _("State the root cause, or why none was found.")})
        row.closed_at = at or timezone.now()
    return row


def comment_on_problem(
    problem: Problem, *, actor: Any, text: str, at: datetime | None = None
) -> ProblemComment:
    """Say something about a problem, to colleagues. Refused: an empty comment."""
    if not text.strip():
        raise ValidationError({"text": _("Write something.")})
    if at:
        check_moment(at)
    with problem_work(problem, "comment", actor=actor) as row:
        masked = mask_fields(COMMENTS, {"text": text}, actor=actor, reference=row.reference)
        return ProblemComment.objects.create(
            problem=row, author=actor, text=masked["text"], created_at=at or timezone.now()
        )


def _edit(
    problem: Problem, action: str, *, actor: Any, version: int | None = None, **changes: Any
) -> Problem:
    if forbidden := set(changes) - EDITABLE:
        raise ValidationError({name: _("This cannot be edited.") for name in sorted(forbidden)})
    with problem_work(problem, action, actor=actor) as row:
        if version is not None and row.version != version:
            raise Stale(_("somebody else changed this problem meanwhile"))
        if not row.is_open:
            raise Refused(_("what is over is no longer edited"))
        texts = {name: changes[name] for name in _TEXTS if name in changes}
        changes |= mask_fields(TABLE, texts, actor=actor, reference=row.reference)
        for name, value in changes.items():
            setattr(row, name, value)
        if row.status == "known_error" and not row.workaround.strip():
            raise ValidationError({"workaround": _("A known error has a workaround.")})
    return row
