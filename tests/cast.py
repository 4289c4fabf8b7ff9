"""The people who act in the tests: the demo accounts, with their teams and companies."""

from collections.abc import Iterable
from typing import Any

from people.demo_cast import DEMO_PEOPLE, DEMO_SUBSIDIARIES, DEMO_TEAMS, found_demo_cast
from people.models import Subsidiary, Team, User


class Cast:
    """`cast.agent_l1` is an account, `cast.payments_l1` a team, `cast.mx` a subsidiary.

    Read anew for every test, so that nothing kept on an account outlives it.
    """

    def __init__(self) -> None:
        self.users = {user.username: user for user in _present(User, username=DEMO_PEOPLE)}
        self.teams = {team.slug: team for team in _present(Team, slug=DEMO_TEAMS)}
        self.subsidiaries = {s.country: s for s in _present(Subsidiary, country=DEMO_SUBSIDIARIES)}
        self._by_name: dict[str, Any] = {
            **self.users,
            **{slug.replace("-", "_"): team for slug, team in self.teams.items()},
            **{country.lower(): company for country, company in self.subsidiaries.items()},
        }

    def __getattr__(self, name: str) -> Any:
        try:
            return self.__dict__["_by_name"][name]
        except KeyError:
            raise AttributeError(f"nobody in the cast is called {name}") from None

    def __getitem__(self, name: str) -> Any:
        return self._by_name[name]


def _present(model: Any, **named: Iterable[str]) -> list[Any]:
    ((field, names),) = named.items()
    return list(model.objects.filter(**{f"{field}__in": list(names)}))


def assemble_cast() -> Cast:
    """The cast; founded once more where a test with real commits has emptied the tables."""
    if not User.objects.filter(username="admin").exists():
        found_demo_cast()
    return Cast()
