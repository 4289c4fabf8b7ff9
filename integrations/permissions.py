"""Who: questions about the person only. The system (commands, the demo world) may."""

from typing import Any

from people.scope import scope_of


def _holds(actor: Any, permission: str) -> bool:
    return actor is None or permission in scope_of(actor).permissions


def may_add_sources(actor: Any) -> bool:
    return _holds(actor, "integrations.add_alertsource")


def may_change_sources(actor: Any) -> bool:
    return _holds(actor, "integrations.change_alertsource")


def may_replay_events(actor: Any) -> bool:
    return _holds(actor, "integrations.change_alertevent")
