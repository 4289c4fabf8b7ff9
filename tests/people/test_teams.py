"""Companies, people and teams are founded and changed by administrators; memberships have dates."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from core.errors import NotAllowed, Refused
from people.enums import TeamTier
from people.models import Membership
from people.services import (
    add_to_team,
    edit_person,
    edit_subsidiary,
    edit_team,
    found_subsidiary,
    found_team,
    hire_person,
    remove_from_team,
)


def test_a_team_lies_in_its_company_s_country(cast):
    team = found_team(
        actor=cast.admin,
        slug="cards-co",
        name="Cards Colombia",
        tier=TeamTier.L2,
        subsidiary=cast.co,
    )
    assert team.country == "CO"


def test_a_taken_short_name_is_refused(cast, refuses):
    with refuses(ValidationError):
        found_team(
            actor=cast.admin, slug="wallet-co", name="x", tier=TeamTier.L1, subsidiary=cast.co
        )


@pytest.mark.parametrize("who", ["agent_l1", "team_lead", "auditor", "norole"])
def test_only_administrators_found_and_change(cast, refuses, who):
    actor = cast[who]
    with refuses(NotAllowed):
        found_subsidiary(actor=actor, name="x", country="MX")
    with refuses(NotAllowed):
        found_team(actor=actor, slug="x", name="x", tier=TeamTier.L1, subsidiary=cast.mx)
    with refuses(NotAllowed):
        hire_person(actor=actor, full_name="x", subsidiary=cast.mx)
    with refuses(NotAllowed):
        edit_team(cast.payments_l1, actor=actor, name="x")
    with refuses(NotAllowed):
        edit_person(actor.person, actor=actor, full_name="x")
    with refuses(NotAllowed):
        add_to_team(actor.person, cast.wallet_co, actor=actor)
    with refuses(NotAllowed):
        remove_from_team(cast.agent_l1.person, cast.payments_l1, actor=actor)


def test_edits_are_recorded_with_their_action(cast):
    edit_team(cast.payments_l1, actor=cast.admin, name="Payments desk")
    edit_subsidiary(cast.co, actor=cast.admin, name="Cobalto CO")
    edit_person(cast.norole.person, actor=cast.admin, full_name="Noé R.", employee_number="")
    assert [
        record.history.first().history_action
        for record in (cast.payments_l1, cast.co, cast.norole.person)
    ] == ["team.edit", "subsidiary.edit", "person.edit"]


def test_two_people_without_number_are_no_duplicates(cast):
    for name in ("One", "Two"):
        assert (
            hire_person(actor=cast.admin, full_name=name, subsidiary=cast.mx).employee_number
            is None
        )


def test_a_person_joins_and_leaves_a_team(cast):
    joined = add_to_team(cast.norole.person, cast.payments_l2, actor=cast.admin)
    assert joined.starts_on == timezone.localdate()
    left = remove_from_team(
        cast.norole.person,
        cast.payments_l2,
        actor=cast.admin,
        ends_on=timezone.localdate() + timedelta(days=2),
    )
    assert (left.pk, left.ends_on) == (joined.pk, timezone.localdate() + timedelta(days=2))


def test_a_membership_taken_back_on_its_first_day_never_counts(cast):
    add_to_team(cast.norole.person, cast.payments_l2, actor=cast.admin)
    left = remove_from_team(cast.norole.person, cast.payments_l2, actor=cast.admin)
    assert left.ends_on == left.starts_on
    counting = Membership.objects.in_force(left.starts_on).filter(person=cast.norole.person)
    assert not counting.exists()


def test_nobody_is_in_a_team_twice(cast, refuses):
    with refuses(Refused, "already in the team"):
        add_to_team(cast.agent_l1.person, cast.payments_l1, actor=cast.admin)


def test_who_is_not_in_a_team_cannot_leave_it(cast, refuses):
    with refuses(Refused, "not in the team"):
        remove_from_team(cast.norole.person, cast.payments_l1, actor=cast.admin)


def test_a_membership_does_not_end_before_it_starts(cast, refuses):
    with refuses(ValidationError):
        remove_from_team(
            cast.agent_l1.person, cast.payments_l1, actor=cast.admin, ends_on=date(2020, 1, 1)
        )
