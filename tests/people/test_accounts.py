"""Accounts are opened, edited, disabled and enabled; each refusal leaves everything as it was."""

import pytest
from django.core.exceptions import ValidationError

from audit.context import acting
from audit.models import OutboxEntry
from core.errors import NotAllowed, Refused, Stale
from people.models import ApiToken, User
from people.services import (
    create_account,
    disable_account,
    edit_account,
    enable_account,
    end_grant,
    grant_role,
    mint_token,
    reset_password,
)


def new_account(cast, **given):
    facts = {"actor": cast.admin, "username": "nora", "email": "nora@cobalto.example"}
    return create_account(**facts | given)


def test_an_account_is_opened_without_a_password(cast):
    user = new_account(cast)
    assert (user.username, user.email, user.has_usable_password()) == (
        "nora",
        "nora@cobalto.example",
        False,
    )


def test_the_address_is_kept_in_lower_case_for_sign_in_finds_it_so(cast):
    assert new_account(cast, email=" Nora@Cobalto.example ").email == "nora@cobalto.example"


def test_an_opened_account_names_who_opened_it(cast):
    entry = new_account(cast).history.get()
    assert (entry.history_actor, entry.history_action) == ("admin", "user.create")


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"username": "agent_l1"}, "username"),
        ({"username": "né"}, "username"),
        ({"username": "-x"}, "username"),
        ({"username": ""}, "username"),
        ({"email": "agent_l1@cobalto.example"}, "__all__"),
        ({"email": "AGENT_L1@cobalto.example"}, "__all__"),
        ({"email": "no address"}, "email"),
        ({"email": ""}, "email"),
        ({"time_zone": "Mars/Olympus"}, "time_zone"),
        ({"language": "fr"}, "language"),
        ({"password": "short"}, "password"),
        ({"password": "nora@cobalto.example"}, "password"),
    ],
)
def test_a_bad_account_is_refused_by_field(cast, refuses, given, field):
    with refuses(ValidationError):
        try:
            new_account(cast, **given)
        except ValidationError as error:
            assert list(error.message_dict) == [field]
            raise


@pytest.mark.parametrize("who", ["agent_l1", "team_lead", "auditor", "hr_partner", "norole"])
def test_only_administrators_open_accounts(cast, refuses, who):
    with refuses(NotAllowed):
        new_account(cast, actor=cast[who])


@pytest.mark.parametrize("channel", ["web", "api", "hook"])
def test_nobody_never_acts_through_a_request(cast, refuses, channel):
    with acting(channel=channel), refuses(NotAllowed, "signed in"):
        new_account(cast, actor=None)


def test_an_administrator_without_grant_any_more_is_refused(cast, refuses):
    """The grant ended after the request had read the scope."""
    assert cast.admin.has_perm("people.add_user")
    end_grant(cast.admin.grants.get(), actor=cast.security_admin, reason="moved on")
    with refuses(NotAllowed):
        new_account(cast, actor=cast.admin)


def test_language_and_time_zone_are_one_s_own_matter(cast):
    user = edit_account(cast.norole, actor=cast.norole, language="es-mx", time_zone="America/Lima")
    assert (user.language, user.time_zone) == ("es-mx", "America/Lima")


@pytest.mark.parametrize("who", ["norole", "admin"])
def test_nobody_changes_their_own_address(cast, refuses, who):
    with refuses(NotAllowed, "somebody else"):
        edit_account(cast[who], actor=cast[who], email="other@cobalto.example")


def test_an_administrator_changes_somebody_s_address(cast):
    user = edit_account(cast.norole, actor=cast.admin, email="Noe@cobalto.example")
    assert user.email == "noe@cobalto.example"


@pytest.mark.parametrize("field", ["is_active", "security_stamp", "username", "password"])
def test_no_other_field_can_be_edited(cast, refuses, field):
    with refuses(TypeError):
        edit_account(cast.norole, actor=cast.admin, **{field: 7})


def test_a_stale_edit_is_refused(cast, refuses):
    version = cast.norole.version
    edit_account(cast.norole, actor=cast.admin, language="es-mx")
    with refuses(Stale):
        edit_account(cast.norole, actor=cast.admin, version=version, language="en")


def test_an_agent_does_not_edit_a_colleague(cast, refuses):
    with refuses(NotAllowed):
        edit_account(cast.agent_l2, actor=cast.agent_l1, language="es-mx")


def test_disabling_ends_tokens_and_raises_the_stamp(cast):
    user = cast.agent_l1
    stamp = user.security_stamp
    mint_token(user, actor=user, name="one", scopes=["read"])
    mint_token(user, actor=user, name="two", scopes=["write"])
    disable_account(user, actor=cast.security_admin, reason="left the company")
    assert (user.is_active, user.security_stamp) == (False, stamp + 1)
    assert not ApiToken.objects.filter(user=user, revoked_at=None).exists()
    events = OutboxEntry.objects.filter(relation="event:token.revoke")
    assert [(e.context["name"], e.after["name"]) for e in events.order_by("pk")] == [
        ("security_admin", "one"),
        ("security_admin", "two"),
    ]
    entry = user.history.first()
    assert (entry.history_action, entry.history_change_reason) == (
        "user.disable",
        "left the company",
    )


def test_enabling_brings_no_token_back(cast):
    user = cast.agent_l1
    mint_token(user, actor=user, name="one", scopes=["read"])
    disable_account(user, actor=cast.admin, reason="mistake")
    enable_account(user, actor=cast.admin, reason="was a mistake")
    assert user.is_active
    assert not ApiToken.objects.filter(user=user, revoked_at=None).exists()


@pytest.mark.parametrize("verb", [disable_account, enable_account])
@pytest.mark.parametrize("who", ["agent_l2", "team_lead", "service_manager", "auditor", "norole"])
def test_only_administrators_disable_and_enable(cast, refuses, verb, who):
    with refuses(NotAllowed):
        verb(cast.agent_l1, actor=cast[who], reason="because")


def test_nobody_disables_themselves_under_another_account_either(cast, refuses):
    second = new_account(cast, person=cast.admin.person)
    with refuses(NotAllowed, "own account"):
        disable_account(cast.admin, actor=cast.admin, reason="tired")
    with refuses(NotAllowed, "own account"):
        disable_account(second, actor=cast.admin, reason="tired")


def test_a_reason_is_needed(cast, refuses):
    with refuses(ValidationError):
        disable_account(cast.agent_l1, actor=cast.admin, reason="  ")


def test_an_account_is_not_disabled_twice_nor_enabled_twice(cast, refuses):
    with refuses(Refused, "active already"):
        enable_account(cast.agent_l1, actor=cast.admin, reason="why not")
    disable_account(cast.agent_l1, actor=cast.admin, reason="left")
    with refuses(Refused, "disabled already"):
        disable_account(cast.agent_l1, actor=cast.admin, reason="left")


def test_the_last_administrator_stays(cast, refuses):
    disable_account(cast.security_admin, actor=cast.admin, reason="left")
    with refuses(Refused, "one administrator has to remain"):
        disable_account(cast.admin, actor=None, reason="on the command line")
    with refuses(Refused, "one administrator has to remain"):
        end_grant(cast.admin.grants.get(), actor=None, reason="on the command line")


def test_one_account_s_administration_may_go_while_the_other_stays(cast):
    end_grant(cast.admin.grants.get(), actor=cast.security_admin, reason="moved on")
    assert not cast.admin.has_perm("people.add_user")


def test_a_disabled_account_may_do_nothing(cast, refuses):
    disable_account(cast.admin, actor=cast.security_admin, reason="left")
    assert not cast.admin.has_perm("people.add_user")
    with refuses(NotAllowed):
        grant_role(cast.norole, "agent", actor=cast.admin, reason="x", team=cast.payments_l1)


def test_the_password_reaches_neither_history_nor_ledger(cast):
    user = new_account(cast, password="correct horse battery staple")
    user.set_password("another long enough one")
    user.save()
    columns = {field.column for field in User.history.model._meta.concrete_fields}
    assert not {"password", "last_login"} & columns
    entries = OutboxEntry.objects.filter(relation="people_user", key=str(user.pk))
    told = [entry.before or {} for entry in entries] + [entry.after or {} for entry in entries]
    assert told
    assert not {"password", "last_login"} & set().union(*told)
    assert "md5$" not in str([list(entry.values()) for entry in told])


def test_a_forgotten_password_is_reset_by_an_administrator(cast):
    user, stamp = cast.agent_l1, cast.agent_l1.security_stamp
    reset_password(user, "a new and long enough one", actor=cast.admin, reason="forgotten")
    assert user.check_password("a new and long enough one")
    assert user.security_stamp == stamp + 1
    event = OutboxEntry.objects.get(relation="event:password.reset")
    assert (event.context["name"], event.after) == ("admin", {"account": "agent_l1"})


def test_a_reset_is_refused_to_others_for_oneself_and_with_a_weak_one(cast, refuses):
    long_enough = "a new and long enough one"
    with refuses(NotAllowed):
        reset_password(cast.agent_l1, long_enough, actor=cast.team_lead, reason="x")
    with refuses(NotAllowed, "their own"):
        reset_password(cast.admin, long_enough, actor=cast.admin, reason="x")
    with refuses(ValidationError):
        reset_password(cast.agent_l1, "short", actor=cast.admin, reason="x")
