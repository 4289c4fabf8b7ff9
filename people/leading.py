"""Who leads a team, where nothing but that is asked: its lead, or the manager of its services."""

from typing import Any

from people.models import Team
from people.roles import Role
from people.scope import Reach, scope_of


def led_by(user: Any) -> Reach:
    """The teams that somebody leads."""
    return scope_of(user).reach_of(Role.TEAM_LEAD, Role.SERVICE_MANAGER)


def leads(user: Any, team: Team) -> bool:
    return led_by(user).covers(team.pk)
