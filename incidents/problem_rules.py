"""When, for problems: each rule gives the reason against an action, or None."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from core.errors import Reason
from incidents.models import Problem
from people.scope import scope_of


def is_within_reach_of_problem(problem: Problem, actor: Any) -> Reason | None:
    """Seeing a problem is not working on it: the actor's role must reach its team."""
    if actor is None:
        return None
    if scope_of(actor).reach_with("incidents.change_problem").covers(problem.team_id):
        return None
    return _("your role does not reach this problem's team")


def has_workaround(problem: Problem, actor: Any) -> Reason | None:
    return None if problem.workaround.strip() else _("a workaround is required")


def has_linked_change(problem: Problem, actor: Any) -> Reason | None:
    return None if problem.change_links.exists() else _("a linked change is required")


def has_investigator(problem: Problem, actor: Any) -> Reason | None:
    """The system investigates nothing: somebody owns it, or the actor will."""
    return None if problem.owner_id or actor is not None else _("an owner is required")
