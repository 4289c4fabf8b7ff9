"""Who: questions about the person only."""

from typing import Any

from people.scope import scope_of


def _may(actor: Any, permission: str) -> bool:
    return f"changes.{permission}_change" in scope_of(actor).permissions


def is_the_system(actor: Any) -> bool:
    """Votes and clocks decide, never a person: approve, reject, expire."""
    return actor is None


def may_see_changes(user: Any) -> bool:
    """Whether any change can be shown to this person at all; which ones, the queryset says."""
    return _may(user, "view")


def may_raise_changes(actor: Any) -> bool:
    return actor is None or _may(actor, "add")


def may_prepare_changes(actor: Any) -> bool:
    """Describe, submit, assess, ask for approval, schedule, review."""
    return actor is None or _may(actor, "change")


def may_implement_changes(actor: Any) -> bool:
    """Start, complete and back out, or take a part in it."""
    return actor is None or _may(actor, "implement") or _may(actor, "change")


def may_share_changes(actor: Any) -> bool:
    return _may(actor, "share")


def may_approve_changes(actor: Any) -> bool:
    """Be asked to vote. A service account never is."""
    return _may(actor, "approve") and actor.person_id is not None


def may_review_freeze_exceptions(actor: Any) -> bool:
    """Who approves changes, and who declares freezes. A service account does neither."""
    freezes = "changes.change_freezewindow" in scope_of(actor).permissions
    return actor.person_id is not None and (freezes or _may(actor, "approve"))


def may_chair(actor: Any) -> bool:
    """Lead a meeting: whoever may be asked to vote; of which board, a rule says."""
    return actor is None or may_approve_changes(actor)


def may_settle_findings(actor: Any) -> bool:
    """Say of what was deployed without approval that it may stay, or that it was taken back."""
    return actor is None or "changes.change_finding" in scope_of(actor).permissions


def may_accept_conflicts(actor: Any) -> bool:
    """Answer for a conflict: people who prepare or approve changes. The system never does."""
    if actor is None or actor.person_id is None:
        return False
    return _may(actor, "change") or _may(actor, "approve")
