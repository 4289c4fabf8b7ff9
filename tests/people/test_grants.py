"""Roles are granted and ended by administrators, never by oneself, never past the separations."""

from datetime import timedelta

import pytest
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils import timezone

from core.errors import NotAllowed, Refused
from people.models import RoleGrant
from people.roles import APPROVING, Role
from people.scope import scope_of
from people.services import create_account, disable_account, end_grant, grant_role


def grant(cast, user, role, **given):
    return grant_role(user, role, **{"actor": cast.admin, "reason": "asked for", **given})


def test_a_granted_role_is_in_force_at_once(cast):
    assert scope_of(cast.norole).roles == ()
    given = grant(cast, cast.norole, Role.AGENT, team=cast.payments_l1)
    assert scope_of(cast.norole).roles == (Role.AGENT,)
    assert given.granted_by == cast.admin


def test_a_grant_and_its_end_are_in_the_history_with_their_reasons(cast):
    given = grant(cast, cast.norole, Role.AGENT, team=cast.payments_l1)
    end_grant(given, actor=cast.security_admin, reason="project over")
    told = given.history.values_list("history_actor", "history_action", "history_change_reason")
    assert list(told.order_by("history_id")) == [
        ("admin", "role.grant", "asked for"),
        ("security_admin", "role.end", "project over"),
    ]


@pytest.mark.parametrize(
    "who", ["agent_l1", "team_lead", "service_manager", "cab_chair", "auditor", "norole"]
)
def test_only_administrators_grant(cast, refuses, who):
    with refuses(NotAllowed):
        grant(cast, cast.norole, Role.AGENT, actor=cast[who], team=cast.payments_l1)


@pytest.mark.parametrize("role", [Role.AGENT, Role.CAB_CHAIR, Role.SECURITY_ADMIN])
@pytest.mark.parametrize("who", ["admin", "security_admin"])
def test_nobody_grants_to_themselves(cast, refuses, who, role):
    with refuses(NotAllowed, "themselves"):
        grant(cast, cast[who], role, actor=cast[who])


def test_nobody_grants_to_another_account_of_theirs(cast, refuses):
    second = create_account(
        actor=cast.security_admin,
        username="adriana",
        email="adriana@cobalto.example",
        person=cast.admin.person,
    )
    with refuses(NotAllowed, "themselves"):
        grant(cast, second, Role.AGENT, team=cast.payments_l1)


@pytest.mark.parametrize("role", APPROVING)
def test_an_administrator_approves_nothing(cast, refuses, role):
    with refuses(Refused, "administrator approves nothing"):
        grant(cast, cast.admin, role, actor=cast.security_admin, country="MX")


def test_an_administrator_approves_nothing_under_another_account_either(cast, refuses):
    second = create_account(
        actor=cast.security_admin,
        username="adriana",
        email="adriana@cobalto.example",
        person=cast.admin.person,
    )
    with refuses(Refused, "administrator approves nothing"):
        grant(cast, second, Role.CAB_MEMBER, actor=cast.security_admin, country="MX")


def test_who_approves_cannot_become_administrator(cast, refuses):
    with refuses(Refused, "cannot be an administrator"):
        grant(cast, cast.approver, Role.PLATFORM_ADMIN)


def test_who_is_to_approve_later_cannot_become_administrator_now(cast, refuses):
    later = timezone.now() + timedelta(days=3)
    grant(cast, cast.norole, Role.CAB_MEMBER, country="MX", starts_at=later)
    with refuses(Refused, "cannot be an administrator"):
        grant(cast, cast.norole, Role.PLATFORM_ADMIN)


def test_a_service_account_never_approves(cast, refuses):
    robot = create_account(actor=cast.admin, username="robot", email="robot@cobalto.example")
    with refuses(Refused, "service account"):
        grant(cast, robot, Role.CAB_MEMBER, country="MX")
    assert grant(cast, robot, Role.AGENT, team=cast.payments_l1).pk


def test_a_disabled_account_gets_no_role(cast, refuses):
    disable_account(cast.norole, actor=cast.admin, reason="left")
    with refuses(Refused, "disabled"):
        grant(cast, cast.norole, Role.AGENT, team=cast.payments_l1)


def test_the_same_role_there_is_not_granted_twice(cast, refuses):
    with refuses(Refused, "already"):
        grant(cast, cast.agent_l1, Role.AGENT, team=cast.payments_l1)
    assert grant(cast, cast.agent_l1, Role.AGENT, team=cast.payments_l2).pk


def test_a_role_may_be_granted_again_after_its_end(cast):
    end_grant(cast.agent_l1.grants.get(), actor=cast.admin, reason="leave of absence")
    assert grant(cast, cast.agent_l1, Role.AGENT, team=cast.payments_l1).pk


@pytest.mark.parametrize(
    ("role", "terms", "field"),
    [
        (Role.AUDITOR, {}, "__all__"),
        (Role.AGENT, {"country": "XX"}, "country"),
        ("emperor", {}, "role"),
        (Role.AGENT, {"reason": " "}, "reason"),
        (Role.PLATFORM_ADMIN, {"country": "MX"}, "country"),
        (Role.AGENT, {"starts_at": timedelta(days=-1)}, "starts_at"),
        (Role.AGENT, {"ends_at": timedelta(days=-1)}, "__all__"),
        (Role.AGENT, {"starts_at": timedelta(days=2), "ends_at": timedelta(days=1)}, "__all__"),
    ],
)
def test_bad_terms_are_refused_by_field(cast, refuses, role, terms, field):
    now = timezone.now()
    terms = {k: now + v if isinstance(v, timedelta) else v for k, v in terms.items()}
    with refuses(ValidationError):
        try:
            grant(cast, cast.norole, role, **terms)
        except ValidationError as error:
            assert list(error.message_dict) == [field]
            raise


def test_a_team_and_a_country_together_are_refused(cast, refuses):
    with refuses(ValidationError):
        grant(cast, cast.norole, Role.AGENT, team=cast.payments_l1, country="MX")


def test_the_database_itself_refuses_an_auditor_without_end(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        RoleGrant.objects.create(user=cast.norole, role=Role.AUDITOR, reason="past the services")


def test_a_grant_ends_at_once(cast):
    end_grant(cast.agent_l1.grants.get(), actor=cast.admin, reason="moved on")
    cast.agent_l1.__dict__.pop("_scope", None)
    assert scope_of(cast.agent_l1).roles == ()


def test_a_grant_ends_once(cast, refuses):
    given = cast.agent_l1.grants.get()
    end_grant(given, actor=cast.admin, reason="moved on")
    with refuses(Refused, "ended already"):
        end_grant(given, actor=cast.admin, reason="moved on")


def test_a_grant_that_has_not_begun_never_will(cast):
    later = timezone.now() + timedelta(days=3)
    given = grant(cast, cast.norole, Role.AGENT, team=cast.payments_l1, starts_at=later)
    ended = end_grant(given, actor=cast.admin, reason="changed our minds")
    assert ended.ends_at == ended.starts_at == later
    assert not RoleGrant.objects.in_force(later).filter(user=cast.norole).exists()


def test_only_administrators_end_grants(cast, refuses):
    given = cast.agent_l2.grants.get()
    for who in ("agent_l2", "team_lead", "service_manager", "auditor"):
        with refuses(Exception, "role does not include"):
            end_grant(given, actor=cast[who], reason="because")
