"""Who is on duty for a team. Rotas register the answer; until there is one it is *unknown*, which
is not the same as nobody, and never holds anything up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils import timezone

from core.registry import Registry
from people.models import Membership, RoleGrant, Team
from people.roles import Role

type OnDuty = Callable[[Team, datetime], "list[Any] | None"]
"""`(team, at)` -> the people on duty at a moment; None where this rota does not know the team."""

ON_DUTY: Registry[OnDuty] = Registry("on-duty provider")


@dataclass(frozen=True)
class Duty:
    """Who answers for a team now. Without a rota (`people` is None) one may ask the leads, or the
    members."""

    people: list[Any] | None
    leads: list[str]
    members: int


def duty_of(team: Team, at: datetime) -> Duty:
    """The people on duty, by the first rota that knows the team."""
    for _name, provider in ON_DUTY:
        if (people := provider(team, at)) is not None:
            return Duty(people, [], 0)
    leads = RoleGrant.objects.in_force(at).filter(role=Role.TEAM_LEAD, team=team)
    names = leads.filter(user__is_active=True).order_by("user__username")
    members = Membership.objects.in_force(timezone.localdate(at)).filter(team=team)
    return Duty(None, list(names.values_list("user__username", flat=True)), members.count())
