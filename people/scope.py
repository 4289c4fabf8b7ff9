"""Where a person's roles reach: computed once for an account and kept with it for the request."""

from dataclasses import dataclass, field
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Value
from django.db.models.functions import Coalesce, NullIf
from django.utils import timezone

from people.models import Membership, RoleGrant, Team
from people.roles import ROLES, Role


@dataclass(frozen=True)
class Reach:
    """The teams whose records some roles cover. `everywhere`: all, whatever `team_ids` holds."""

    everywhere: bool
    team_ids: frozenset[int]
    countries: frozenset[str]

    def covers(self, team_id: int) -> bool:
        """Whether records of a team are within reach."""
        return self.everywhere or team_id in self.team_ids


@dataclass(frozen=True)
class Scope:
    """The roles of an account now, each with its reach, and the teams its person is in."""

    reach: dict[Role, Reach] = field(default_factory=dict)
    own_team_ids: frozenset[int] = frozenset()

    @property
    def roles(self) -> tuple[Role, ...]:
        return tuple(self.reach)

    @property
    def permissions(self) -> frozenset[str]:
        return frozenset().union(*(ROLES[role].permissions for role in self.reach))

    def has(self, *roles: Role) -> bool:
        """Whether any of the roles is held, wherever it applies."""
        return any(role in self.reach for role in roles)

    def reach_of(self, *roles: Role) -> Reach:
        """Where any of the roles reaches."""
        held = [self.reach[role] for role in roles if role in self.reach]
        return Reach(
            any(reach.everywhere for reach in held),
            frozenset().union(*(reach.team_ids for reach in held)),
            frozenset().union(*(reach.countries for reach in held)),
        )

    def countries_of(self, *roles: Role) -> frozenset[str] | None:
        """The countries where any of the roles applies; None stands for all."""
        reach = self.reach_of(*roles)
        return None if reach.everywhere else reach.countries

    def reach_with(self, permission: str) -> Reach:
        """Where the roles that carry a permission reach."""
        return self.reach_of(*(r for r in self.reach if permission in ROLES[r].permissions))


def scope_of(user: Any) -> Scope:
    """The scope of an account; empty for nobody, for the anonymous and for the disabled.

    Kept on the account object, which lives as long as the request: two queries in all.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Scope()
    if not hasattr(user, "_scope"):
        user._scope = _read_scope(user)
    return user._scope


def forget_scope(user: Any) -> None:
    """Drop what is kept, after grants changed while the account object lives on."""
    user.__dict__.pop("_scope", None)


def _read_scope(user: Any) -> Scope:
    # A grant for a team covers the team's country: people stand in for each other there.
    there = Team.objects.filter(country=OuterRef("where")).order_by().values("pk")
    grants = (
        RoleGrant.objects.in_force(timezone.now())
        .filter(user=user.pk)
        .annotate(where=Coalesce(NullIf("country", Value("")), "team__country"))
        .order_by("pk")
        .values_list("role", "where", ArraySubquery(there))
    )
    reach: dict[Role, Reach] = {}
    for code, country, team_ids in grants:
        before = reach.get(Role(code), Reach(False, frozenset(), frozenset()))
        reach[Role(code)] = Reach(
            before.everywhere or not country,
            before.team_ids | frozenset(team_ids),
            before.countries | ({country} if country else frozenset()),
        )
    own: Any = ()
    if user.person_id:
        own = Membership.objects.in_force(timezone.localdate()).filter(person=user.person_id)
        own = own.values_list("team", flat=True)
    return Scope(reach, frozenset(own))
