"""The cast is founded through the services and stands for every test."""

from people.demo_cast import DEMO_PEOPLE
from people.models import RoleGrant
from people.scope import scope_of


def test_everybody_holds_exactly_the_role_of_their_literal(cast):
    held = {name: set(scope_of(user).roles) for name, user in cast.users.items()}
    assert held == {n: {told.role} if told.role else set() for n, told in DEMO_PEOPLE.items()}


def test_the_founding_is_recorded_as_of_the_demo_world(cast):
    channels = set(RoleGrant.history.values_list("history_channel", "history_action"))
    assert channels == {("demo", "role.grant")}


def test_the_cast_has_teams_in_two_countries(cast):
    assert {slug: team.country for slug, team in cast.teams.items()} == {
        "payments-l1": "MX",
        "payments-l2": "MX",
        "core-platform": "MX",
        "cab-mx": "MX",
        "wallet-co": "CO",
    }
