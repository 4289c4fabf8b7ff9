"""Whose assets somebody writes: platform administrators everybody's, others their own teams'."""

from typing import Any

from people.roles import Role
from people.scope import scope_of


def may_configure(actor: Any, verb: str, model: str) -> bool:
    """The system, and platform administrators, write every service and asset."""
    if actor is None:
        return True
    scope = scope_of(actor)
    return scope.has(Role.PLATFORM_ADMIN) and f"assets.{verb}_{model}" in scope.permissions


def may_write_for(actor: Any, team_id: int | None, verb: str, model: str) -> bool:
    """Others write what their own team owns."""
    if may_configure(actor, verb, model):
        return True
    scope = scope_of(actor)
    return team_id in scope.own_team_ids and f"assets.{verb}_{model}" in scope.permissions
