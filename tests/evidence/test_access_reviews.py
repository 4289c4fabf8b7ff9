"""Reviews of access as evidence: the population, and what makes a finding."""

from datetime import timedelta

import pytest
from django.utils import timezone

from evidence.exception_reports import EXCEPTION_REPORTS
from evidence.period import Period
from evidence.populations import POPULATIONS
from people import services
from people.models import AccessRemoval, AccessReview, User
from people.roles import Role
from tests.people.reviews import a_running_review, item_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def running(cast):
    return a_running_review(cast)


def period():
    today = timezone.localdate()
    return Period(today - timedelta(days=30), today + timedelta(days=30))


def found(user):
    report = EXCEPTION_REPORTS["access_reviews"]
    return [str(each.text) for each in report.find(period(), user)]


def as_if_due(review, days):
    """The review as it is so many days after its list was taken."""
    AccessReview.objects.filter(pk=review.pk).update(
        starts_on=timezone.localdate() - timedelta(days=days + 1),
        due_on=timezone.localdate() - timedelta(days=days),
    )


def test_the_population_holds_every_reviewed_account_of_the_period(cast, running):
    population = POPULATIONS["access_review_items"]
    items = list(population.members(period()))
    assert len(items) == running.extract_count
    later = Period(
        timezone.localdate() + timedelta(days=2), timezone.localdate() + timedelta(days=9)
    )
    assert list(population.members(later)) == []
    told = {a.name: a.value(items[0]) for a in population.attributes}
    assert told["extract_sha256"] == running.extract_sha256
    assert {a.name for a in population.attributes if a.withheld} == {"line", "comment"}
    rows = population.rows_of(items)
    assert rows[items[0].pk][:2] == [
        ("people_accessreviewitem", str(items[0].pk)),
        ("people_accessreview", str(running.pk)),
    ]


def test_the_population_is_read_with_a_constant_number_of_queries(
    cast, running, django_assert_num_queries
):
    population = POPULATIONS["access_review_items"]
    for chunk in (1, 10):
        with django_assert_num_queries(2):
            items = list(population.members(period())[:chunk])
            population.rows_of(items)
            for item in items:
                assert [a.value(item) for a in population.attributes]


def test_a_review_in_order_has_no_finding(cast, running):
    services.keep_access(item_of(running, cast.agent_l1), actor=cast.team_lead)
    assert found(cast.auditor) == []


def test_a_decision_over_a_stale_list_is_found(cast, running):
    services.grant_role(cast.agent_l1, Role.FINANCE, actor=None, reason="x", country="MX")
    assert found(cast.auditor) == []
    services.keep_access(item_of(running, cast.agent_l1), actor=cast.team_lead)
    assert found(cast.auditor) == ["agent_l1: decided over a list that had become stale"]


def test_access_that_is_still_there_is_found_when_it_is_late(cast, running):
    services.remove_access(item_of(running, cast.agent_l1), actor=cast.team_lead, comment="left")
    assert found(cast.auditor) == []
    AccessRemoval.objects.update(due_on=timezone.localdate() - timedelta(days=1))
    assert found(cast.auditor) == ["agent_l1: access is still there"]
    services.disable_account(cast.agent_l1, actor=cast.admin, reason="review")
    assert found(cast.auditor) == ["agent_l1: access was taken away late"]


def test_late_decisions_are_found_for_who_may_see_them(cast, running):
    as_if_due(running, 2)
    assert len(found(cast.auditor)) == running.extract_count
    assert found(cast.team_lead) == ["agent_l1: the review of this account is late"]
    assert found(cast.outsider) == []


def test_accounts_joined_after_the_review_are_found(cast, running):
    services.keep_access(item_of(running, cast.agent_l1), actor=cast.team_lead)
    User.objects.filter(pk=cast.agent_l1.pk).update(person=cast.team_lead.person)
    assert "agent_l1: reviewed by the account's own person" in found(cast.auditor)


def test_half_a_year_without_a_list_is_found(cast, running, time_machine):
    today = timezone.localdate()
    time_machine.move_to(timezone.now() + timedelta(days=250))
    long = Period(today - timedelta(days=1), today + timedelta(days=249))
    report = EXCEPTION_REPORTS["access_reviews"]
    texts = [str(each.text) for each in report.find(long, User.objects.get(username="admin"))]
    assert "no list of all accounts was taken within six calendar months" in texts
