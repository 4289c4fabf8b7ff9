"""Where roles reach: teams, countries, everywhere, and only between their dates."""

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.contrib.auth.models import AnonymousUser
from django.utils import timezone

from people.models import RoleGrant
from people.roles import ROLES, Role
from people.scope import Reach, Scope, forget_scope, scope_of
from people.services import add_to_team, disable_account, grant_role, remove_from_team


def reach(user, role):
    forget_scope(user)
    return scope_of(user).reach_of(role)


def slugs(cast, reach):
    by_id = {team.pk: slug for slug, team in cast.teams.items()}
    return {by_id[pk] for pk in reach.team_ids}


NOWHERE = Reach(False, frozenset(), frozenset())
MEXICO = {"payments-l1", "payments-l2", "core-platform", "cab-mx"}


def test_a_grant_for_a_team_reaches_its_country(cast):
    found = reach(cast.agent_l1, Role.AGENT)
    assert (found.everywhere, slugs(cast, found), found.countries) == (False, MEXICO, {"MX"})


def test_a_grant_for_a_country_reaches_its_teams(cast):
    found = reach(cast.service_manager, Role.SERVICE_MANAGER)
    assert (found.everywhere, slugs(cast, found)) == (False, MEXICO)


def test_a_grant_for_nothing_in_particular_reaches_everywhere(cast):
    found = reach(cast.auditor, Role.AUDITOR)
    assert (found.everywhere, found.covers(cast.wallet_co.pk)) == (True, True)


def test_two_grants_add_up(cast):
    grant_role(cast.agent_l1, "agent", actor=cast.admin, reason="helps out", country="CO")
    assert reach(cast.agent_l1, Role.AGENT).countries == {"MX", "CO"}


def test_a_role_reaches_no_further_because_of_another(cast):
    grant_role(cast.agent_l1, "vendor_manager", actor=cast.admin, reason="also", country="CO")
    forget_scope(cast.agent_l1)
    assert scope_of(cast.agent_l1).countries_of(Role.AGENT) == {"MX"}
    assert scope_of(cast.agent_l1).countries_of(Role.VENDOR_MANAGER) == {"CO"}


def test_permissions_reach_where_a_role_carries_them(cast):
    grant_role(cast.agent_l1, "requester", actor=cast.admin, reason="also", country="CO")
    forget_scope(cast.agent_l1)
    assert scope_of(cast.agent_l1).reach_with("incidents.change_incident").countries == {"MX"}


BEFORE, DURING, AFTER = (datetime(2031, 5, day, 12, tzinfo=UTC) for day in (1, 10, 20))


@pytest.mark.parametrize(("at", "holds"), [(BEFORE, False), (DURING, True), (AFTER, False)])
def test_a_grant_holds_between_its_dates(cast, at, holds):
    grant_role(
        cast.norole,
        "agent",
        actor=cast.admin,
        reason="a project",
        team=cast.payments_l1,
        starts_at=datetime(2031, 5, 5, tzinfo=UTC),
        ends_at=datetime(2031, 5, 15, tzinfo=UTC),
    )
    with time_machine.travel(at, tick=False):
        assert bool(reach(cast.norole, Role.AGENT).team_ids) is holds


def test_the_first_moment_counts_and_the_last_does_not(cast):
    start, end = datetime(2031, 5, 5, tzinfo=UTC), datetime(2031, 5, 15, tzinfo=UTC)
    RoleGrant.objects.create(
        user=cast.norole, role=Role.AGENT, reason="x", starts_at=start, ends_at=end
    )
    holds = [
        RoleGrant.objects.in_force(at).filter(user=cast.norole).exists()
        for at in (start - timedelta(microseconds=1), start, end - timedelta(microseconds=1), end)
    ]
    assert holds == [False, True, True, False]


def test_the_auditor_s_engagement_ends(cast):
    with time_machine.travel(timezone.now() + timedelta(days=91), tick=False):
        assert reach(cast.auditor, Role.AUDITOR) == NOWHERE


def test_own_teams_are_those_of_today(cast):
    person, team = cast.norole.person, cast.payments_l1
    tomorrow = timezone.localdate() + timedelta(days=1)
    grant_role(cast.norole, "agent", actor=cast.admin, reason="x", team=team)
    add_to_team(person, team, actor=cast.admin, starts_on=tomorrow)
    assert scope_of(cast.norole).own_team_ids == frozenset()
    with time_machine.travel(timezone.now() + timedelta(days=2), tick=False):
        forget_scope(cast.norole)
        assert scope_of(cast.norole).own_team_ids == {team.pk}
        remove_from_team(person, team, actor=cast.admin)
        forget_scope(cast.norole)
        assert scope_of(cast.norole).own_team_ids == frozenset()


def test_a_disabled_account_reaches_nothing(cast):
    disable_account(cast.agent_l1, actor=cast.admin, reason="left")
    assert scope_of(cast.agent_l1) == Scope()


def test_nobody_reaches_nothing(cast):
    assert scope_of(AnonymousUser()) == scope_of(None) == scope_of(cast.norole) == Scope()


def test_the_scope_is_read_once_for_an_account_object(cast, django_assert_num_queries):
    with django_assert_num_queries(1):
        scope_of(cast.agent_l1)
        assert cast.agent_l1.has_perm("incidents.view_incident")
        assert not cast.agent_l1.has_perm("people.add_user")


def test_every_role_says_what_it_is_for():
    assert set(ROLES) == set(Role)
    assert all(facts.description and facts.permissions for facts in ROLES.values())


def test_every_permission_of_a_role_exists(db):
    from django.contrib.auth.models import Permission

    codes = Permission.objects.values_list("content_type__app_label", "codename")
    known = {f"{app}.{code}" for app, code in codes}
    named = set().union(*(facts.permissions for facts in ROLES.values()))
    assert named - known == set()


HOW_THINGS_ARE_APPROVED = (
    *("_board", "_approvalpolicy", "_freezewindow", "_freezebudget", "_maintenancewindow"),
    "_servicerepository",
    "_adjustmentlimit",
    "_breachreason",
    "_targetstep",
)


def test_administrators_hold_no_permission_over_business_records():
    business = ("incidents.", "vendors.", "changes.")
    for role in (Role.PLATFORM_ADMIN, Role.SECURITY_ADMIN):
        held = [p for p in ROLES[role].permissions if p.startswith(business)]
        assert [p for p in held if not p.endswith(HOW_THINGS_ARE_APPROVED)] == []
