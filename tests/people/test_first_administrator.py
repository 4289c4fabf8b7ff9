"""A portal without administrator gets its first one on the command line, and only then."""

import io

import pytest
from django.core.management import CommandError, call_command

from people.models import RoleGrant, User
from people.scope import scope_of


@pytest.fixture
def typed(monkeypatch):
    """What stands on standard input."""

    def give(text):
        monkeypatch.setattr("sys.stdin", io.StringIO(text))

    return give


def found(*arguments):
    call_command("first_administrator", *arguments, stdout=io.StringIO())


@pytest.fixture
def empty_portal(cast):
    """A portal whose administrators' grants are gone."""
    RoleGrant.objects.filter(role__in=["platform_admin", "security_admin"]).delete()


def test_the_first_administrator_may_open_accounts(empty_portal, typed):
    typed("a long enough password\n")
    found("root", "root@cobalto.example")
    user = User.objects.get(username="root")
    assert user.check_password("a long enough password")
    assert scope_of(user).roles == ("platform_admin",)


def test_there_is_no_second_first_one(cast, typed, refuses):
    typed("a long enough password\n")
    with refuses(CommandError, "already"):
        found("root", "root@cobalto.example")


@pytest.mark.parametrize("password", ["", "short", "root@cobalto.example"])
def test_a_weak_password_opens_no_account(empty_portal, typed, refuses, password):
    typed(password + "\n")
    with refuses(CommandError):
        found("root", "root@cobalto.example")
