"""Two people act at the same moment: real connections, real commits, real locks."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.contrib.auth.hashers import make_password
from django.db import connection
from django.test import Client

from core.errors import NotAllowed, Refused
from people.models import ApiToken, RoleGrant, User
from people.services import disable_account, grant_role, mint_token
from tests.cast import assemble_cast

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.people.urls")]


@pytest.fixture
def cast(transactional_db):
    """Founded with real commits, for the other connections to see."""
    return assemble_cast()


def at_once(*actions):
    """What each gave back or raised; they start together."""
    start = Barrier(len(actions))

    def run(action):
        try:
            start.wait(timeout=10)
            return action()
        except Exception as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(actions)) as pool:
        return list(pool.map(run, actions))


def test_two_administrators_who_disable_each_other_do_not_both_succeed(cast):
    at_once(
        lambda: disable_account(cast.security_admin, actor=cast.admin, reason="a quarrel"),
        lambda: disable_account(cast.admin, actor=cast.security_admin, reason="a quarrel"),
    )
    left = User.objects.filter(username__in=["admin", "security_admin"], is_active=True)
    assert left.count() == 1


def test_the_same_role_granted_twice_at_once_is_granted_once(cast):
    def grant(actor):
        return lambda: grant_role(
            cast.norole, "agent", actor=actor, reason="both asked", team=cast.payments_l1
        )

    outcomes = at_once(grant(cast.admin), grant(cast.security_admin))
    assert RoleGrant.objects.filter(user=cast.norole).count() == 1
    assert [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)] == [Refused]


def test_approval_and_administration_granted_at_once_exclude_each_other(cast):
    def grant(actor, role):
        return lambda: grant_role(cast.norole, role, actor=actor, reason="both asked")

    outcomes = at_once(
        grant(cast.admin, "cab_member"), grant(cast.security_admin, "platform_admin")
    )
    assert RoleGrant.objects.filter(user=cast.norole).count() == 1
    assert [type(outcome) for outcome in outcomes if isinstance(outcome, Exception)] == [Refused]


def test_no_token_outlives_an_account_that_is_disabled_meanwhile(cast):
    user = cast.agent_l1
    outcomes = at_once(
        *[lambda: mint_token(user, actor=user, name="x", scopes=["read"]) for _ in range(4)],
        lambda: disable_account(user, actor=cast.admin, reason="left"),
    )
    assert not ApiToken.objects.filter(user=user, revoked_at=None).exists()
    failed = {type(outcome) for outcome in outcomes if isinstance(outcome, Exception)}
    assert failed <= {Refused, NotAllowed}


def test_many_guesses_at_once_are_no_way_round_the_lock(cast, monkeypatch):
    """Some of those at once may be turned away untried: what counts is how many were tried."""
    User.objects.update(password=make_password("right"))
    tried = []
    check = User.check_password
    monkeypatch.setattr(User, "check_password", lambda *a: tried.append(a) or check(*a))

    def guess():
        return Client().post("/accounts/login/", {"login": "agent_l1", "password": "wrong"})

    at_once(*[guess] * 14)
    assert 0 < len(tried) <= 10
    for _ in range(11 - len(tried)):
        guess()
    assert len(tried) == 10
    answer = Client().post("/accounts/login/", {"login": "agent_l1", "password": "right"})
    assert answer.status_code == 200
    assert len(tried) == 10
