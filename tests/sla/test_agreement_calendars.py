"""A version counts in the hours of a calendar, and its past stays whatever happens to that."""

from datetime import UTC, date, datetime, timedelta

import pytest

from core.errors import ValidationError
from people.calendar_reading import read_day
from people.services import begin_week
from sla.agreed import agreed_versions
from sla.agreement_calendar import time_of
from sla.agreement_services import approve_version, draft_version
from sla.enums import Metric
from sla.models import AgreementVersion
from sla.replay import ROUND_THE_CLOCK
from tests.people.working_calendars import a_calendar
from tests.sla.agreeing import HOUR, an_agreement

pytestmark = pytest.mark.django_db


def by_calendar(cast, approver, calendar):
    version = draft_version(
        an_agreement(cast, "gold"),
        actor=cast.service_manager,
        targets={(Metric.RESOLVE, 1): 8 * HOUR},
        calendar=calendar,
    )
    return approve_version(version, actor=approver)


def working_of(version):
    return agreed_versions([version.pk])[f"version-{version.pk}"].working


def test_it_counts_in_working_hours_and_around_the_clock_without(cast, approver):
    version = by_calendar(cast, approver, a_calendar(cast))
    friday = datetime(2025, 1, 10, 23, tzinfo=UTC)  # 17:00 in Mexico City
    monday = datetime(2025, 1, 13, 16, tzinfo=UTC)  # 10:00 there
    working = working_of(version)
    assert working.between(friday, monday) == 2 * HOUR
    assert working.add(friday, 2 * HOUR) == monday
    assert working.add(friday, timedelta()) == friday
    assert time_of(None) is ROUND_THE_CLOCK


def test_before_the_calendar_begins_none_counts(cast, approver):
    version = by_calendar(cast, approver, a_calendar(cast))
    working = working_of(version)
    long_ago = datetime(2000, 1, 3, tzinfo=UTC)
    assert working.between(long_ago, long_ago + 100 * HOUR) == timedelta()
    begun = working.add(long_ago, HOUR)
    assert working.between(long_ago, begun) == HOUR


def test_a_draft_of_a_calendar_is_refused(cast):
    with pytest.raises(ValidationError, match="is a draft"):
        draft_version(
            an_agreement(cast, "gold"),
            actor=cast.service_manager,
            targets={(Metric.RESOLVE, 1): HOUR},
            calendar=a_calendar(cast, adopted=False),
        )
    assert not AgreementVersion.objects.exists()


def test_a_calendar_that_changes_leaves_the_past_of_a_version(cast, approver):
    calendar = a_calendar(cast)
    version = by_calendar(cast, approver, calendar)
    span = (datetime(2025, 1, 6, tzinfo=UTC), datetime(2025, 2, 3, tzinfo=UTC))
    before = working_of(version).between(*span)
    later = date(2099, 1, 5)
    begin_week(
        calendar,
        actor=cast.admin,
        starts_on=later,
        time_zone="America/Mexico_City",
        periods=read_day(0, "10:00-11:00"),
    )
    working = working_of(version)
    assert working.between(*span) == before
    ahead = datetime(2099, 1, 5, tzinfo=UTC)
    assert working.between(ahead, ahead + timedelta(days=7)) == HOUR
