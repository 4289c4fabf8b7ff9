"""Who may do what with exit plans: questions about the person only."""

from typing import Any

from vendors.opex.permissions import may, reaches


def may_keep_exit_plans(actor: Any) -> bool:
    return may(actor, "change_exitplan")


def may_approve_exit_plans(actor: Any) -> bool:
    """Those who decide about vendors; nothing is approved by itself."""
    return actor is not None and may(actor, "approve_vendor")


def may_write_exit_plan(actor: Any, verb: str, country: str) -> bool:
    """Whether somebody's role includes it for the vendor's country; `verb` is `add`, `change` or
    `approve`."""
    name = "approve_vendor" if verb == "approve" else f"{verb}_exitplan"
    return reaches(actor, name, country)
