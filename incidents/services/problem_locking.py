"""How every verb of problems begins and ends: locked, checked, recorded, its life told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from core.errors import NotAllowed
from core.writing import refuse_stale
from incidents.models import Problem
from incidents.problem_enums import OVER
from incidents.problem_enums import ProblemStatus as Status
from incidents.problem_permissions import may_work_on_problems
from incidents.problem_rules import is_within_reach_of_problem
from incidents.problem_workflow import PROBLEM_WORKFLOW
from records.services import mask_fields
from sla.enums import EventKind
from sla.life_services import Happening, tell

TABLE = "incidents_problem"
_SEEN_BY = {"team_id", "service_id", "vendor_id"}  # what decides who sees a problem


@contextmanager
def problem_step(
    problem: Problem, action: str, *, actor: Any, note: str = "", at: datetime | None = None
) -> Iterator[Problem]:
    """One move of the workflow: yields the locked row with its new status, then saves it."""
    with _locked(problem, action, actor=actor, note=note) as row:
        _reaches(row, actor)
        before = _columns(row)
        row.status = PROBLEM_WORKFLOW.check(row, action, actor).target
        yield row
        _save(row, actor, before, at)


@contextmanager
def problem_work(
    problem: Problem, action: str, *, actor: Any, note: str = "", at: datetime | None = None
) -> Iterator[Problem]:
    """Work that does not move the workflow. Refused to those whose role does not include it or does
    not reach the problem."""
    with _locked(problem, action, actor=actor, note=note) as row:
        if not may_work_on_problems(actor):
            raise NotAllowed(_("your role does not include this action"))
        _reaches(row, actor)
        before = _columns(row)
        yield row
        if _columns(row) != before:
            _save(row, actor, before, at)


def problem_in_sight(row: Problem, actor: Any) -> int:
    """Nobody moves a record to where they could not see it any more. Gives the version it has."""
    version = _seen_by(actor).filter(pk=row.pk).values_list("version", flat=True).first()
    if version is None:
        raise NotAllowed(_("you would no longer see this problem"))
    return int(version)


@contextmanager
def _locked(problem: Problem, action: str, *, actor: Any, note: str) -> Iterator[Problem]:
    with transaction.atomic(), acting(actor=actor, action=f"problem.{action}"):
        told = mask_fields(TABLE, {"note": note}, actor=actor, reference=problem.reference)
        with acting(reason=told["note"]):
            rows = _seen_by(actor).select_related("life").defer("search")
            row = rows.select_for_update(of=("self",), no_key=True).get(pk=problem.pk)
            refuse_stale(row)
            yield row


def _reaches(row: Problem, actor: Any) -> None:
    if may_work_on_problems(actor) and (reason := is_within_reach_of_problem(row, actor)):
        raise NotAllowed(reason)


def _save(row: Problem, actor: Any, before: dict[str, Any], at: datetime | None) -> None:
    if happened := list(_happenings(before, row)):
        tell(row.life, *happened, actor=actor, at=at)
    changed = {name for name, value in _columns(row).items() if value != before[name]}
    row.save(update_fields=changed)
    row.version = problem_in_sight(row, actor if changed & _SEEN_BY else None)


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


def _columns(row: Problem) -> dict[str, Any]:
    return {field.attname: row.__dict__.get(field.attname) for field in row._meta.concrete_fields}


def _seen_by(actor: Any) -> Any:
    return Problem.objects.all() if actor is None else Problem.objects.visible_to(actor)
