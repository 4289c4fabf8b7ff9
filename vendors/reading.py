"""Who reads about vendors and contracts more than their names."""

from typing import Any

from people.roles import Role
from people.scope import scope_of

_MORE_THAN_NAMES = (
    Role.TEAM_LEAD,
    Role.SERVICE_MANAGER,
    Role.CAB_MEMBER,
    Role.CAB_CHAIR,
    Role.SENIOR_APPROVER,
    Role.VENDOR_MANAGER,
    Role.FINANCE,
    Role.AUDITOR,
)


def may_read_about_vendors(user: Any) -> bool:
    """Whether somebody reads about vendors; others who see them see their names only."""
    return scope_of(user).has(*_MORE_THAN_NAMES)
