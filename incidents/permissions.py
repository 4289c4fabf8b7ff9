"""Who: questions about the person only."""

from typing import Any

from people.scope import scope_of


def may_work_on_incidents(actor: Any) -> bool:
    """The system works on incidents (alerts, tasks), and people whose role includes it."""
    return actor is None or "incidents.change_incident" in scope_of(actor).permissions


def may_open_incidents(actor: Any) -> bool:
    return actor is None or "incidents.add_incident" in scope_of(actor).permissions


def may_override_priority(actor: Any) -> bool:
    return "incidents.override_priority" in scope_of(actor).permissions


def may_share_incidents(actor: Any) -> bool:
    return "incidents.share_incident" in scope_of(actor).permissions
