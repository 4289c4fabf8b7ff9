"""Auditors read what is in scope from when an engagement begins until it ends, and no longer."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from changes.models import Change
from core.errors import NotAllowed, Refused, ValidationError
from evidence import services
from evidence.enums import EngagementState
from evidence.models import Engagement
from people.models import RoleGrant, User
from people.scope import forget_scope
from tests.evidence.audits import an_engagement, an_outside_auditor
from tests.factories import a_change

pytestmark = pytest.mark.django_db


def sees(user: User) -> set[str]:
    forget_scope(user)
    return set(Change.objects.visible_to(user).values_list("reference", flat=True))


def test_an_auditor_reads_while_the_engagement_runs(cast):
    change = a_change(cast)
    auditor = an_outside_auditor(cast)
    assert sees(auditor) == set()
    engagement = an_engagement(cast, auditor)
    assert sees(auditor) == {change.reference}
    later = a_change(cast)  # what comes needs no work
    assert sees(auditor) == {change.reference, later.reference}
    services.end_engagement(engagement, actor=cast.security_admin, note="Report delivered.")
    assert sees(auditor) == set()


def test_the_grant_ends_when_the_engagement_does(cast):
    auditor = an_outside_auditor(cast)
    engagement = an_engagement(cast, auditor)
    grant = RoleGrant.objects.get(user=auditor)
    assert (grant.role, grant.ends_at) == ("auditor", engagement.expires_at)
    services.end_engagement(engagement, actor=cast.security_admin, note="Over.")
    grant.refresh_from_db()
    assert grant.ends_at <= timezone.now()
    engagement.refresh_from_db()
    assert engagement.state_at(timezone.now()) == EngagementState.ENDED


def test_an_auditor_who_is_taken_out_reads_no_longer_and_the_others_do(cast):
    change = a_change(cast)
    one, other = an_outside_auditor(cast), an_outside_auditor(cast)
    engagement = an_engagement(cast, one, other)
    services.remove_auditor(engagement, actor=cast.security_admin, user=one, note="Left the firm.")
    assert (sees(one), sees(other)) == (set(), {change.reference})


def test_a_country_in_scope_shows_nothing_of_another(cast):
    here = a_change(cast)
    auditor = an_outside_auditor(cast)
    engagement = an_engagement(cast, auditor, countries=["CO"])
    assert engagement.is_everywhere is False
    assert sees(auditor) == set()
    assert here.team.country == "MX"


def test_a_team_in_scope_grants_for_that_team(cast):
    auditor = an_outside_auditor(cast)
    an_engagement(cast, auditor, teams=[cast.wallet_co])
    assert [(g.team, g.country) for g in RoleGrant.objects.filter(user=auditor)] == [
        (cast.wallet_co, "")
    ]


def test_prolonging_moves_the_end_of_what_auditors_read(cast):
    auditor = an_outside_auditor(cast)
    engagement = an_engagement(cast, auditor)
    later = engagement.expires_at + timedelta(days=10)
    services.prolong_engagement(
        engagement, actor=cast.security_admin, expires_at=later, note="More to see."
    )
    live = RoleGrant.objects.in_force(timezone.now()).get(user=auditor)
    assert live.ends_at == later


def test_what_the_account_reads_already_belongs_to_the_engagement_from_then_on(cast):
    held = RoleGrant.objects.get(user=cast.auditor, role="auditor")
    engagement = an_engagement(cast, cast.auditor, expires_at=held.ends_at)
    assert held.engagement.auditor.engagement == engagement
    services.end_engagement(engagement, actor=cast.security_admin, note="Over.")
    assert sees(cast.auditor) == set()


@pytest.mark.parametrize("who", ["service_manager", "auditor", "admin", "agent_l1", "norole"])
def test_only_who_looks_after_accounts_begins_one(cast, refuses, who):
    auditor = an_outside_auditor(cast)
    with refuses(NotAllowed):
        services.begin_engagement(
            actor=cast[who],
            firm="Quetzal",
            frameworks=["pci_dss"],
            period_starts_on=timezone.localdate(),
            period_ends_on=timezone.localdate() + timedelta(days=1),
            owner=cast.service_manager,
            expires_at=timezone.now() + timedelta(days=1),
            auditors=[auditor],
        )


def test_nobody_lets_themselves_in(cast, refuses):
    with refuses(NotAllowed):
        an_engagement(cast, cast.security_admin)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"expires_at": timezone.now() - timedelta(days=1)}, "expires_at"),
        ({"expires_at": timezone.now() + timedelta(days=800)}, "expires_at"),
        ({"frameworks": []}, "frameworks"),
        ({"frameworks": ["sarbanes"]}, "frameworks"),
    ],
)
def test_bad_terms_are_refused_by_field(cast, refuses, given, field):
    with refuses(ValidationError) as _:
        try:
            an_engagement(cast, **given)
        except ValidationError as error:
            assert field in error.message_dict
            raise


def test_one_who_does_not_answer_cannot_own_it(cast, refuses):
    with refuses(ValidationError, "does not answer"):
        an_engagement(cast, owner=cast.norole)


def test_an_engagement_that_ended_is_changed_no_more(cast, refuses):
    engagement = an_engagement(cast)
    services.end_engagement(engagement, actor=cast.security_admin, note="Over.")
    with refuses(Refused, "has ended"):
        services.end_engagement(engagement, actor=cast.security_admin, note="Again.")
    with refuses(Refused, "has ended"):
        services.add_auditor(engagement, actor=cast.security_admin, user=an_account(cast))


def an_account(cast: Any) -> User:
    return cast.peer


def test_who_sees_which(cast):
    auditor, other = an_outside_auditor(cast), an_outside_auditor(cast)
    mine = an_engagement(cast, auditor)
    theirs = an_engagement(cast, other, countries=["CO"])
    seen = {
        name: set(Engagement.objects.visible_to(user).values_list("pk", flat=True))
        for name, user in {
            "auditor": auditor,
            "other": other,
            **{n: cast[n] for n in ("security_admin", "service_manager", "agent_l1", "norole")},
        }.items()
    }
    assert seen == {
        "auditor": {mine.pk},
        "other": {theirs.pk},
        "security_admin": {mine.pk, theirs.pk},
        "service_manager": {mine.pk},  # of Mexico
        "agent_l1": set(),
        "norole": set(),
    }


@pytest.mark.parametrize(
    "assignment",
    [
        "period_ends_on = period_starts_on",
        "frameworks = '{}'",
        "countries = '{MX}'",
        "ended_by_id = owner_id",
    ],
)
def test_the_database_refuses_what_makes_no_sense(cast, assignment):
    engagement = an_engagement(cast)
    with pytest.raises(IntegrityError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(
            f"UPDATE evidence_engagement SET {assignment} WHERE id = %s",
            [engagement.pk],
        )
