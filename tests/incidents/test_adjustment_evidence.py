"""Account adjustments as evidence: maker and checker, and within which limit as it stood then."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import timezone

from evidence.period import Period
from incidents.evidence.adjustments import ADJUSTMENTS, LIMITS, limits_when_checked
from incidents.models import AccountAdjustment
from incidents.services.requests import adjusting
from people.models import User
from tests.incidents.asking import a_limit, an_adjustment

pytestmark = pytest.mark.django_db


def this_month() -> Period:
    today = timezone.localdate()
    return Period(today - timedelta(days=30), today + timedelta(days=2))


def told(row: AccountAdjustment) -> dict[str, Any]:
    (found,) = ADJUSTMENTS.members(this_month()).filter(pk=row.pk)
    return {attribute.name: attribute.value(found) for attribute in ADJUSTMENTS.attributes}


def test_it_tells_maker_checker_and_the_entry(cast: Any) -> None:
    a_limit("team_lead", "2000")
    row = adjusting.approve_adjustment(an_adjustment(cast), actor=cast.team_lead)
    adjusting.apply_adjustment(row, actor=cast.agent_l1, ledger_reference="GL-77")
    facts = told(row)
    assert (facts["made_by"], facts["checked_by"]) == ("agent_l1", "team_lead")
    assert (facts["amount"], facts["currency"]) == ("1500.5000", "MXN")
    assert (facts["status"], facts["ledger_reference"]) == ("applied", "GL-77")
    withheld = {attribute.name for attribute in ADJUSTMENTS.attributes if attribute.withheld}
    assert withheld == {"account", "reason", "check_note"}


def test_the_story_names_the_limits_of_its_checker(cast: Any) -> None:
    a_limit("team_lead", "2000")
    a_limit("service_manager", "50000")
    adjusting.approve_adjustment(an_adjustment(cast), actor=cast.team_lead)
    assert ADJUSTMENTS.story is not None
    (story,) = ADJUSTMENTS.story(list(ADJUSTMENTS.members(this_month()))).values()
    allowed = [(one["role"], Decimal(one["amount"])) for one in story["checker_limits"]]
    assert allowed == [("team_lead", 2000)]


def test_limits_are_those_that_stood_when_it_was_checked() -> None:
    at = datetime(2026, 5, 4, 12, tzinfo=UTC)
    hour = timedelta(hours=1)

    def limit(role: str, amount: int, since: datetime) -> Any:
        return SimpleNamespace(role=role, amount=amount, history_date=since)

    versions = [
        limit("team_lead", 1, at - 3 * hour),
        limit("service_manager", 9, at - 2 * hour),
        limit("team_lead", 2, at),
        limit("team_lead", 3, at + hour),
    ]
    held = SimpleNamespace(role="team_lead", starts_at=at - hour, ends_at=None)
    over = SimpleNamespace(role="service_manager", starts_at=at - 3 * hour, ends_at=at)
    row = SimpleNamespace(checked_at=at)
    found = limits_when_checked(row, [held, over], versions)
    assert [one.amount for one in found] == [2]


def test_what_nobody_checked_has_no_limit(cast: Any) -> None:
    an_adjustment(cast)
    assert ADJUSTMENTS.story is not None
    stories = ADJUSTMENTS.story(list(ADJUSTMENTS.members(this_month())))
    assert [story["checker_limits"] for story in stories.values()] == [[]]


def test_two_accounts_of_one_person_are_found_even_where_it_came_out_later(cast: Any) -> None:
    a_limit("team_lead", "2000")
    adjusting.approve_adjustment(an_adjustment(cast), actor=cast.team_lead)
    (rule,) = ADJUSTMENTS.segregation
    assert [list(rule.breaches(row)) for row in ADJUSTMENTS.members(this_month())] == [[]]
    User.objects.filter(pk=cast.team_lead.pk).update(person=cast.agent_l1.person)
    (row,) = ADJUSTMENTS.members(this_month())
    assert list(rule.breaches(row)) == ["agent_l1"]


def test_limits_are_an_inventory(cast: Any) -> None:
    a_limit("team_lead", "2000")
    assert [LIMITS.identity(row) for row in LIMITS.members(this_month())] == ["team_lead MXN"]
