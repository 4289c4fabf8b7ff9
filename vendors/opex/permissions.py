"""Who may do what with money: questions about the person only."""

from typing import Any

from people.scope import scope_of


def may(actor: Any, permission: str) -> bool:
    """Whether somebody's role includes it anywhere, such as `approve_budget`; the system does."""
    return actor is None or f"vendors.{permission}" in scope_of(actor).permissions


def reaches(actor: Any, permission: str, country: str) -> bool:
    """Whether somebody's role includes it for the companies of a country; the system does."""
    if actor is None:
        return True
    reach = scope_of(actor).reach_with(f"vendors.{permission}")
    return reach.everywhere or country in reach.countries


def may_keep_budgets(actor: Any) -> bool:
    return may(actor, "change_budget")


def may_approve_budgets(actor: Any) -> bool:
    """Nothing is approved by itself."""
    return actor is not None and may(actor, "approve_budget")


def may_return_budgets(actor: Any) -> bool:
    return may_keep_budgets(actor) or may_approve_budgets(actor)


def may_keep_savings(actor: Any) -> bool:
    return may(actor, "change_saving")


def may_verify_savings(actor: Any) -> bool:
    return actor is not None and may(actor, "verify_saving")
