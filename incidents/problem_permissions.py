"""Who, for problems: questions about the person only."""

from typing import Any

from people.scope import scope_of


def may_see_problems(user: Any) -> bool:
    """Whether any problem can be shown to this person at all."""
    return "incidents.view_problem" in scope_of(user).permissions


def may_work_on_problems(actor: Any) -> bool:
    return actor is None or "incidents.change_problem" in scope_of(actor).permissions


def may_raise_problems(actor: Any) -> bool:
    return actor is None or "incidents.add_problem" in scope_of(actor).permissions
