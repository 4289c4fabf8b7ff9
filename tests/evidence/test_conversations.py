"""1:1s and coaching as evidence: that they happened, and never what was said."""

import json
from datetime import timedelta

import pytest
from django.utils import timezone

from audit.context import Channel, acting
from evidence.exception_reports import EXCEPTION_REPORTS
from evidence.period import Period
from evidence.populations import POPULATIONS
from people.services import coaching
from people.services import one_on_one_entries as entries
from tests.evidence.test_populations import this_year, told
from tests.people.coaching import a_coaching
from tests.people.one_on_ones import a_held_one_on_one, in_days

pytestmark = pytest.mark.django_db
REPORT = EXCEPTION_REPORTS["coaching_unacknowledged"]


def test_what_was_held_is_told_with_its_days_and_nothing_that_was_said(cast):
    held = a_held_one_on_one(cast)
    entries.write_note(held.series, actor=cast.team_lead, text="Zacapoaxtla note")
    session = a_coaching(cast, "closed", goal="Zacapoaxtla goal")
    a_coaching(cast)
    (one,) = told(POPULATIONS["one_on_ones"], this_year())
    (two,) = told(POPULATIONS["coaching_sessions"], this_year())
    assert (one[1]["lead"], one[1]["employee"]) == ("team_lead", "agent_l1")
    assert two[0] == str(session.record.reference)
    assert two[1]["acknowledged_at"]
    assert "Zacapoaxtla" not in json.dumps([one, two])


def unacknowledged(cast, user):
    return [found.reference for found in REPORT.find(Period(in_days(-40), in_days(1)), user)]


@pytest.mark.parametrize(("days", "is_told"), [(13, False), (15, True), (60, False)])
def test_coaching_that_waits_for_two_weeks_is_an_exception(cast, days, is_told):
    session = held_before(cast, days)
    assert unacknowledged(cast, cast.auditor) == [str(session.record.reference)] * is_told
    for who in (cast.team_lead, cast.agent_l1, cast.admin, cast.service_manager, cast.norole):
        assert unacknowledged(cast, who) == []


def test_only_an_acknowledgement_in_time_is_none(cast):
    late, timely = held_before(cast, 15), held_before(cast, 20)
    coaching.acknowledge_coaching(late, actor=cast.agent_l1)
    with acting(channel=Channel.IMPORT, at=timezone.now() - timedelta(days=10)):
        coaching.acknowledge_coaching(timely, actor=cast.agent_l1)
    assert unacknowledged(cast, cast.auditor) == [str(late.record.reference)]


def held_before(cast, days):
    """A session that was held so many days ago, told as of then."""
    with acting(channel=Channel.IMPORT, at=timezone.now() - timedelta(days=days)):
        return a_coaching(cast, "held", planned_on=in_days(-days), follow_up_on=in_days(14 - days))
