"""Who: questions about the person only."""

from typing import Any

from people.scope import scope_of


def _may(actor: Any, permission: str) -> bool:
    return f"evidence.{permission}" in scope_of(actor).permissions


def may_open_exceptions(user: Any) -> bool:
    return _may(user, "view_exceptions")


def may_manage_engagements(actor: Any) -> bool:
    """Begin and end them, let auditors in and take them out."""
    return actor is None or _may(actor, "add_engagement")


def may_ask(actor: Any) -> bool:
    """Ask for something, accept it or return it; of which engagement, a rule says."""
    return actor is None or _may(actor, "add_auditrequest")


def may_answer(actor: Any) -> bool:
    """Prepare and provide what was asked for; which, a rule says."""
    return actor is None or _may(actor, "view_auditrequest")


def may_answer_for_others(actor: Any) -> bool:
    """Answer and hand over what somebody else owns."""
    return actor is None or _may(actor, "change_auditrequest")
