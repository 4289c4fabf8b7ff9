"""Where a person's roles reach: computed once for an account and kept with it for the request."""

from dataclasses import dataclass, field
from typing import Any

from django.db import connection
from django.utils import timezone

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

    Kept on the account object, which lives as long as the request: one statement in all.
    """
    if not getattr(user, "is_authenticated", False) or not user.is_active:
        return Scope()
    if not hasattr(user, "_scope"):
        user._scope = _read_scope(user)
    return user._scope


def forget_scope(user: Any) -> None:
    """Drop what is kept, after grants changed while the account object lives on."""
    user.__dict__.pop("_scope", None)


# One statement in SQL, because every request asks it and building it by the ORM took longer than
# answering it. A grant for a team covers the team's country: people stand in for each other there.
_GRANTS_AND_TEAMS = """
    SELECT g.role, p.place, ARRAY(SELECT id FROM people_team WHERE country = p.place)
      FROM people_rolegrant g
      LEFT JOIN people_team t ON t.id = g.team_id
     CROSS JOIN LATERAL (SELECT coalesce(nullif(g.country, ''), t.country) AS place) p
     WHERE g.user_id = %(user)s AND g.starts_at <= %(at)s
       AND (g.ends_at IS NULL OR g.ends_at > %(at)s)
    UNION ALL
    SELECT '', NULL, array_agg(m.team_id)
      FROM people_membership m
     WHERE m.person_id = %(person)s AND m.starts_on <= %(on)s
       AND (m.ends_on IS NULL OR m.ends_on > %(on)s)
"""


def _read_scope(user: Any) -> Scope:
    asked = {
        "user": user.pk,
        "person": user.person_id,
        "at": timezone.now(),
        "on": timezone.localdate(),
    }
    reach: dict[Role, Reach] = {}
    own: frozenset[int] = frozenset()
    with connection.cursor() as cursor:
        cursor.execute(_GRANTS_AND_TEAMS, asked)
        for code, country, team_ids in cursor.fetchall():
            if not code:
                own = frozenset(team_ids or ())
                continue
            before = reach.get(Role(code), Reach(False, frozenset(), frozenset()))
            reach[Role(code)] = Reach(
                before.everywhere or not country,
                before.team_ids | frozenset(team_ids),
                before.countries | ({country} if country else frozenset()),
            )
    return Scope(reach, own)
