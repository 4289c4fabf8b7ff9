"""Accounts that nobody uses are listed, and disabled where the policy says so."""

from datetime import timedelta

import pytest
from django.utils import timezone

from people import services
from people.inactivity import inactive
from people.models import ApiToken, Presence, User
from people.services.inactivity import disable_inactive

pytestmark = pytest.mark.django_db

LONG_AGO = timedelta(days=200)


@pytest.fixture
def now(cast):
    """The cast is old, and unused but for what each test says."""
    at = timezone.now()
    User.objects.update(created_at=at - LONG_AGO, last_login=at)
    return at


def unused(at):
    return set(inactive(User.objects.all(), at).values_list("username", flat=True))


def test_the_last_use_of_any_kind_counts(cast, now):
    User.objects.filter(username__in=["agent_l1", "agent_l2", "outsider", "peer"]).update(
        last_login=now - timedelta(days=91)
    )
    User.objects.filter(username="finance").update(last_login=None)
    Presence.objects.create(user=cast.agent_l2, seen_at=now - timedelta(days=89))
    services.mint_token(cast.outsider, actor=cast.outsider, name="x", scopes=["read"])
    ApiToken.objects.update(last_used_at=now - timedelta(days=2))
    assert unused(now) == {"agent_l1", "peer", "finance"}


def test_new_disabled_and_freshly_enabled_accounts_are_not_among_them(cast, now):
    User.objects.filter(username="agent_l1").update(created_at=now, last_login=None)
    old = User.objects.filter(username__in=["agent_l2", "peer"])
    old.update(last_login=now - timedelta(days=91))
    services.disable_account(cast.agent_l2, actor=cast.admin, reason="left")
    services.disable_account(cast.peer, actor=cast.admin, reason="leave")
    services.enable_account(cast.peer, actor=cast.admin, reason="back")
    assert unused(timezone.now()) == set()


def test_nothing_is_disabled_where_the_policy_is_off(cast, now, settings):
    settings.DISABLE_UNUSED = 0
    User.objects.update(last_login=now - LONG_AGO)
    assert disable_inactive(now) == 0
    assert not User.objects.filter(is_active=False).exists()


def test_what_is_disabled_says_why_in_its_history(cast, now, settings):
    settings.DISABLE_UNUSED = 90
    User.objects.filter(username="peer").update(last_login=now - timedelta(days=91))
    assert disable_inactive(now) == 1
    account = User.objects.get(username="peer")
    line = account.history.latest()
    assert account.is_active is False
    assert line.history_action == "user.disable"
    assert line.history_change_reason == "Not used for 90 days (PCI DSS 8.2.6)"


def test_the_last_administrator_stays(cast, now, settings):
    settings.DISABLE_UNUSED = 90
    services.disable_account(cast.security_admin, actor=cast.admin, reason="x")
    User.objects.filter(username="admin").update(last_login=now - timedelta(days=91))
    assert disable_inactive(now) == 0
    assert User.objects.get(username="admin").is_active


def test_the_list_of_accounts_has_a_tab_of_them(cast, now, client_of):
    User.objects.filter(username="peer").update(last_login=now - timedelta(days=91))
    html = client_of(cast.security_admin).get("/people/user/?tab=inactive").content.decode()
    assert "Patricia Rosas" in html
    assert "Alma Núñez" not in html
