"""Problems for tests, brought to their status by the services."""

from typing import Any

from incidents.models import Problem
from incidents.services import problem_links as links
from incidents.services import problems as services
from tests.factories import a_change, a_service


def a_problem(cast: Any, status: str = "candidate", **given: Any) -> Problem:
    """A problem that agent_l1 raised and that walked to `status` by the workflow."""
    actor = given.pop("actor", cast.agent_l1)
    given.setdefault("title", "Transfers hang while the ledger locks")
    given.setdefault("workaround", "Restart the link; the queue drains in five minutes.")
    if "service" not in given:
        given["service"] = a_service(cast)
    problem = services.raise_problem(actor=actor, **given)
    for action in _ROADS[status]:
        problem = _take(problem, action, cast, actor)
    return problem


def _take(problem: Problem, action: str, cast: Any, actor: Any) -> Problem:
    if action == "link_change":
        change = a_change(cast, services=[problem.service])
        return links.link_change(problem, change, actor=None)
    if action == "close":
        return services.close_problem(problem, actor=actor, root_cause="A lock held too long.")
    return services.move_problem(problem, action, actor=actor, note="because")


_INVESTIGATING = ["accept", "investigate"]
_FIXING = [*_INVESTIGATING, "link_change", "fix_in_change"]
_ROADS: dict[str, list[str]] = {
    "candidate": [],
    "accepted": ["accept"],
    "investigating": _INVESTIGATING,
    "known_error": [*_INVESTIGATING, "declare_known_error"],
    "fix_in_change": _FIXING,
    "monitoring": [*_FIXING, "monitor"],
    "closed": [*_FIXING, "monitor", "close"],
    "rejected": ["reject"],
}
