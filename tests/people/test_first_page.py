"""What somebody comes to after signing in is theirs to choose."""

import pytest
from django.contrib.auth.hashers import make_password
from django.test import Client

from people.models import User
from people.services import edit_account


@pytest.fixture
def password(cast):
    User.objects.update(password=make_password("right"))
    return "right"


def lands_on(name, password, to=""):
    sent = {"login": name, "password": password} | ({"next": to} if to else {})
    return Client().post("/accounts/login/", sent)["Location"]


def test_home_is_the_first_page_until_another_is_chosen(cast, client_of, password):
    assert lands_on("agent_l1", password) == "/"
    browser = client_of(User.objects.get(username="agent_l1"))
    facts = {"language": "en", "time_zone": "America/Mexico_City", "first_page": "queues"}

    browser.post("/account/", {"part": "locale", **facts})

    assert User.objects.get(username="agent_l1").first_page == "queues"
    assert lands_on("agent_l1", password) == "/queues/"
    assert lands_on("agent_l1", password, to="/incidents/incident/") == "/incidents/incident/"


def test_who_may_not_see_the_queues_comes_home(cast, password):
    user = User.objects.get(username="norole")
    edit_account(user, actor=user, first_page="queues")

    assert lands_on("norole", password) == "/"


def test_another_language_leaves_the_first_page_as_it_is(cast, client_of):
    user = User.objects.get(username="agent_l1")
    edit_account(user, actor=user, first_page="queues")

    client_of(cast.agent_l1).post("/account/locale/", {"language": "es-mx"})

    user.refresh_from_db()
    assert (user.first_page, user.language) == ("queues", "es-mx")


def test_a_page_that_there_is_not_is_refused(cast, client_of):
    facts = {"language": "en", "time_zone": "America/Mexico_City", "first_page": "bogus"}

    answer = client_of(cast.agent_l1).post("/account/", {"part": "locale", **facts})

    assert answer.status_code == 400
    assert User.objects.get(username="agent_l1").first_page == "home"
