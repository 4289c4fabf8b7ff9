"""Who may hand devices out, answer for them, import: about the person only."""

from typing import Any

from people.scope import scope_of


def may_hand_out(actor: Any) -> bool:
    """Who changes assets hands devices out and takes them back."""
    return actor is None or "assets.change_asset" in scope_of(actor).permissions


def may_answer(actor: Any) -> bool:
    """Everybody with an account answers for what they were given, whatever their role."""
    return actor is not None and actor.is_active


def may_import_assets(actor: Any) -> bool:
    """Who may write many assets at once."""
    return actor is None or "assets.import_asset" in scope_of(actor).permissions
