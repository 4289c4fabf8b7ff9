"""API tokens: minted for oneself, shown once, checked in one query, dead in every other state."""

from datetime import timedelta
from io import StringIO

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.utils import timezone
from rest_framework.test import APIClient

from audit.models import OutboxEntry
from core.errors import NotAllowed, Refused
from people.models import ApiToken
from people.services import disable_account, enable_account, mint_token, revoke_token
from people.token_format import digest_of, is_well_formed, new_secret

pytestmark = pytest.mark.urls("tests.people.urls")
THING = "/api/v1/thing/"


def minted(user, **given):
    facts = {"actor": user, "name": "nightly export", "scopes": ["write"]}
    return mint_token(user, **facts | given)


def knock(secret, *, keyword="Token", method="get", at=THING):
    client = APIClient(headers={"authorization": f"{keyword} {secret}"})
    return getattr(client, method)(at)


def test_a_token_opens_the_door(cast):
    _token, secret = minted(cast.agent_l1)
    assert knock(secret).json()["user"] == "agent_l1"


@pytest.mark.parametrize("keyword", ["Token", "token", "Bearer", "BEARER"])
def test_both_keywords_are_understood(cast, keyword):
    _token, secret = minted(cast.agent_l1)
    assert knock(secret, keyword=keyword).status_code == 200


def test_only_the_hash_is_kept(cast):
    token, secret = minted(cast.agent_l1)
    row = ApiToken.objects.values().get(pk=token.pk)
    assert row["digest"] == digest_of(secret)
    assert secret not in str(row)
    assert not OutboxEntry.objects.filter(after__icontains=secret[13:]).exists()


def test_minting_and_revoking_are_events(cast):
    token, _secret = minted(cast.agent_l1)
    revoke_token(token, actor=cast.security_admin, reason="found in a chat")
    events = OutboxEntry.objects.filter(relation__startswith="event:token.", key=str(token.pk))
    told = [(e.relation, e.context["name"], e.after["account"]) for e in events.order_by("pk")]
    assert told == [
        ("event:token.mint", "agent_l1", "agent_l1"),
        ("event:token.revoke", "security_admin", "agent_l1"),
    ]
    assert events.last().context["reason"] == "found in a chat"


def unknown(cast):
    return new_secret()


def mistyped(cast):
    return minted(cast.agent_l1)[1][:-1] + "!"


def revoked(cast):
    token, secret = minted(cast.agent_l1)
    revoke_token(token, actor=cast.agent_l1)
    return secret


def expired(cast):
    token, secret = minted(cast.agent_l1)
    ApiToken.objects.filter(pk=token.pk).update(expires_at=timezone.now())
    return secret


def of_a_disabled_account(cast):
    _token, secret = minted(cast.agent_l1)
    disable_account(cast.agent_l1, actor=cast.admin, reason="left")
    return secret


def of_an_account_enabled_again(cast):
    secret = of_a_disabled_account(cast)
    enable_account(cast.agent_l1, actor=cast.admin, reason="came back")
    return secret


def empty(cast):
    return ""


def with_strange_letters(cast):
    return "itsm_pat_ñandú ☂"


@pytest.mark.parametrize(
    "state",
    [
        unknown,
        mistyped,
        revoked,
        expired,
        of_a_disabled_account,
        of_an_account_enabled_again,
        empty,
        with_strange_letters,
    ],
)
def test_every_other_state_is_401_with_the_same_words(cast, state):
    answer = knock(state(cast).encode().decode("latin-1"))  # as a header carries it
    assert answer.status_code == 401
    assert answer.headers["WWW-Authenticate"] == 'Token realm="api"'
    assert answer.json()["detail"] == "The token is unknown, expired or revoked."


def test_without_any_token_it_is_401(db):
    answer = APIClient().get(THING)
    assert (answer.status_code, answer.headers["WWW-Authenticate"]) == (401, 'Token realm="api"')


def test_a_refused_token_is_not_helped_by_a_session(cast, client_of):
    client = client_of(cast.agent_l1)
    assert client.get(THING, headers={"authorization": "Token nonsense"}).status_code == 401


@pytest.mark.parametrize(
    ("scopes", "method", "at", "status"),
    [
        (["read"], "get", THING, 200),
        (["read"], "head", THING, 200),
        (["read"], "options", THING, 200),
        (["read"], "post", THING, 403),
        (["read"], "patch", THING, 403),
        (["write"], "get", THING, 200),
        (["write"], "post", THING, 201),
        (["vote"], "get", THING, 200),
        (["vote"], "post", THING, 403),
        (["write"], "post", "/api/v1/ballot/", 403),
        (["vote"], "post", "/api/v1/ballot/", 201),
        (["read", "vote"], "post", "/api/v1/ballot/", 201),
    ],
)
def test_a_token_does_what_its_scopes_include(cast, scopes, method, at, status):
    _token, secret = minted(cast.agent_l1, scopes=scopes)
    assert knock(secret, method=method, at=at).status_code == status


def test_a_personal_endpoint_refuses_tokens_of_the_command_line(cast):
    _token, own = minted(cast.agent_l1)
    _token, from_command = minted(cast.agent_l1, actor=None, made_on_command_line=True)
    answers = [knock(secret, at="/api/v1/diary/").status_code for secret in (own, from_command)]
    assert answers == [200, 403]


def test_the_check_is_one_query_and_the_use_is_noted_once_a_minute(cast, django_assert_num_queries):
    token, secret = minted(cast.agent_l1)
    with django_assert_num_queries(2):
        knock(secret)
    with django_assert_num_queries(1):
        knock(secret)
    first = ApiToken.objects.get(pk=token.pk).last_used_at
    with time_machine.travel(timezone.now() + timedelta(seconds=61)), django_assert_num_queries(2):
        knock(secret)
    assert ApiToken.objects.get(pk=token.pk).last_used_at > first


def test_the_writes_of_a_token_are_signed_by_its_account(cast):
    """The ledger names the account although no session stands behind the request."""
    from audit.context import Acting

    _token, secret = minted(cast.agent_l1)
    answer = knock(secret)
    request = answer.wsgi_request
    assert Acting(request=request).person() == cast.agent_l1


@pytest.mark.parametrize("scopes", [[], ["admin"], ["read", "everything"], ["Write"]])
def test_unknown_and_reserved_scopes_are_refused(cast, refuses, scopes):
    with refuses(ValidationError):
        minted(cast.agent_l1, scopes=scopes)


@pytest.mark.parametrize("days", [0, -1, 366, 10**9])
def test_a_token_lives_a_day_to_a_year(cast, refuses, days):
    with refuses(ValidationError):
        minted(cast.agent_l1, days=days)


def test_a_year_is_allowed(cast):
    assert minted(cast.agent_l1, days=365)[0].pk


def test_a_token_needs_a_name(cast, refuses):
    with refuses(ValidationError):
        minted(cast.agent_l1, name=" ")


@pytest.mark.parametrize("who", ["admin", "security_admin", "team_lead"])
def test_nobody_mints_for_somebody_else(cast, refuses, who):
    with refuses(NotAllowed):
        minted(cast.agent_l1, actor=cast[who])


def test_a_disabled_account_gets_no_token(cast, refuses):
    disable_account(cast.agent_l1, actor=cast.admin, reason="left")
    with refuses(Refused):
        minted(cast.agent_l1)


def test_a_colleague_s_token_is_neither_seen_nor_revoked(cast, refuses):
    token, _secret = minted(cast.agent_l1)
    assert not ApiToken.objects.visible_to(cast.team_lead).exists()
    with refuses(ApiToken.DoesNotExist):
        revoke_token(token, actor=cast.team_lead)


def test_a_token_is_revoked_once(cast, refuses):
    token, _secret = minted(cast.agent_l1)
    revoke_token(token, actor=cast.agent_l1)
    with refuses(Refused):
        revoke_token(token, actor=cast.agent_l1)


def command(*arguments):
    out = StringIO()
    call_command("api_token", *arguments, stdout=out)
    return out.getvalue()


def test_the_command_prints_the_token_and_nothing_else(cast):
    printed = command("agent_l1").rstrip("\n")
    assert is_well_formed(printed)
    token = ApiToken.objects.get(digest=digest_of(printed))
    assert (token.user, token.scopes, token.made_on_command_line) == (
        cast.agent_l1,
        ["write"],
        True,
    )
    assert abs(token.expires_at - timezone.now() - timedelta(days=90)) < timedelta(minutes=1)


def test_the_command_takes_days_and_scopes(cast):
    printed = command("agent_l1", "--days", "3", "--scope", "read").strip()
    token = ApiToken.objects.get(digest=digest_of(printed))
    assert token.scopes == ["read"]
    assert abs(token.expires_at - timezone.now() - timedelta(days=3)) < timedelta(minutes=1)


def test_the_command_s_token_is_an_event_of_the_command(cast):
    command("agent_l1")
    event = OutboxEntry.objects.get(relation="event:token.mint")
    assert (event.context["channel"], event.after["made_on_command_line"]) == ("command", True)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["nobody"], "no account"),
        (["agent_l1", "--days", "0"], "1 to 365 days"),
        (["agent_l1", "--days", "9999"], "1 to 365 days"),
    ],
)
def test_the_command_says_what_is_wrong(cast, refuses, arguments, words):
    with refuses(CommandError, words):
        command(*arguments)


def test_a_voting_token_comes_from_the_command_line_in_demo_mode_only(cast, settings, refuses):
    settings.DEMO = True
    assert command("approver", "--scope", "vote")
    settings.DEMO = False
    with refuses(CommandError, "minted in the portal"):
        command("approver", "--scope", "vote")
