"""Who may write vendors: questions about the person only."""

from typing import Any

from people.roles import Role
from people.scope import scope_of
from vendors.enums import ContractStep
from vendors.reading import may_read_about_vendors

__all__ = [
    "may_approve_contracts",
    "may_approve_risky_vendors",
    "may_approve_vendors",
    "may_keep_contracts",
    "may_keep_vendors",
    "may_read_about_vendors",
    "may_write_contract",
    "may_write_vendor",
    "roles_for_step",
    "steps_of",
]


def may_write_vendor(actor: Any, verb: str, country: str) -> bool:
    """The system, and those whose role includes it for the vendor's country."""
    if actor is None:
        return True
    reach = scope_of(actor).reach_with(f"vendors.{verb}_vendor")
    return reach.everywhere or country in reach.countries


def may_keep_vendors(actor: Any) -> bool:
    """Whether somebody's role writes vendors at all."""
    return actor is None or "vendors.change_vendor" in scope_of(actor).permissions


def may_approve_vendors(actor: Any) -> bool:
    """Whether somebody's role decides about due diligences; nothing does so by itself."""
    return actor is not None and "vendors.approve_vendor" in scope_of(actor).permissions


def may_approve_risky_vendors(actor: Any) -> bool:
    """Whether somebody decides about vendors on whom much depends, too: finance does not."""
    return may_approve_vendors(actor) and scope_of(actor).has(
        Role.CAB_MEMBER, Role.CAB_CHAIR, Role.SENIOR_APPROVER
    )


def may_write_contract(actor: Any, verb: str, country: str) -> bool:
    """The system, and those whose role includes it for the vendor's country."""
    if actor is None:
        return True
    reach = scope_of(actor).reach_with(f"vendors.{verb}_contract")
    return reach.everywhere or country in reach.countries


def may_keep_contracts(actor: Any) -> bool:
    """Whether somebody's role writes contracts at all."""
    return actor is None or "vendors.change_contract" in scope_of(actor).permissions


def may_approve_contracts(actor: Any) -> bool:
    """Whether somebody's role approves contracts; nothing does so by itself."""
    return actor is not None and "vendors.approve_contract" in scope_of(actor).permissions


def roles_for_step(step: str) -> tuple[Role, ...]:
    """Whose approval a step is."""
    return {
        ContractStep.FINANCE: (Role.FINANCE,),
        ContractStep.RISK: (Role.CAB_MEMBER, Role.CAB_CHAIR),
        ContractStep.SENIOR: (Role.SENIOR_APPROVER,),
    }[ContractStep(step)]


def steps_of(actor: Any) -> tuple[str, ...]:
    """The steps that somebody's roles may approve."""
    scope = scope_of(actor)
    return tuple(step for step in ContractStep if scope.has(*roles_for_step(step)))
