"""A calendar that is altered ahead moves the deadlines that are counted by it, and nothing else."""

from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from django.utils import timezone

from incidents import services
from people.services import close_day, open_day
from records.jobs import run_next_job
from records.models import Job
from sla.agreement_services import approve_version, draft_version
from sla.calendar_laying import LAY_BY_CALENDAR, lay_by_calendar
from sla.clock_laying import standing
from sla.enums import Metric
from sla.life_clocks import replay_of
from sla.models import Life, LifeClock
from tests.factories import an_incident
from tests.people.working_calendars import a_calendar, days
from tests.sla.agreeing import HOUR, an_agreement
from tests.sla.test_retargeting import Steps

DAY = timedelta(days=1)


@pytest.fixture
def calendar(cast, approver, tienda):
    """Every hour of every day, of which “gold” counts three days. What is agreed with one client
    counts around the clock whatever the calendar says."""
    always = days(0, 6, ("00:00", "24:00"))
    calendar = a_calendar(cast, periods=always, country="", starts_on=date(2020, 1, 1))
    for slug, facts, hours in (("gold", {}, calendar), ("own", {"client": tienda}, None)):
        version = draft_version(
            an_agreement(cast, slug, **facts),
            actor=cast.service_manager,
            targets={(Metric.RESOLVE, 1): 72 * HOUR},
            calendar=hours,
        )
        approve_version(version, actor=approver)
    return calendar


def in_days(n):
    return timezone.now().astimezone(ZoneInfo("America/Mexico_City")).date() + n * DAY


def close(cast, calendar, day):
    facts = {"name": "Day of the bank", "source": "CNBV"}
    return close_day(calendar, actor=cast.admin, day=day, **facts)


def opened(cast, **facts):
    return an_incident(cast, impact=1, urgency=1, **facts)


def due(incident):
    """By the stored clock, which the replay and what the queues order by must agree with."""
    life = Life.objects.get(pk=incident.life_id)
    clock = life.clocks.get()
    (told,) = replay_of(life, timezone.now()).clocks
    assert (clock.due_at, clock.state) == (told.due_at, standing(told))
    assert clock.reached_at == [threshold.due_at for threshold in told.thresholds]
    if clock.state == "running":
        assert life.breaches_at == clock.due_at
    return clock.due_at


def jobs():
    return Job.objects.filter(kind=LAY_BY_CALENDAR)


def test_a_day_that_is_closed_ahead_moves_what_runs_across_it(cast, calendar, tienda):
    runs, own = opened(cast), opened(cast, client=tienda)
    before, of_client = due(runs), due(own)

    close(cast, calendar, in_days(2))
    job = run_next_job()

    job.refresh_from_db()
    assert (job.state, job.result) == ("done", {"laid": 1, "moved": 1})
    assert (due(runs), due(own)) == (before + DAY, of_client)


def test_a_day_that_is_opened_again_moves_it_back(cast, calendar):
    incident = opened(cast)
    before = due(incident)
    close(cast, calendar, in_days(2))
    run_next_job()

    calendar.refresh_from_db()
    open_day(calendar, actor=cast.admin, day=in_days(2))
    run_next_job()

    assert due(incident) == before


def test_what_rests_or_has_stopped_is_left_alone(cast, calendar):
    over = opened(cast)
    services.start_incident(over, actor=cast.agent_l1)
    facts = {"resolution_code": "fixed", "resolution": "Restarted."}
    services.resolve_incident(over, actor=cast.agent_l1, **facts)
    waiting = opened(cast)
    services.start_incident(waiting, actor=cast.agent_l1)
    services.wait_for_customer(waiting, actor=cast.agent_l1, note="asked")
    before = list(LifeClock.objects.order_by("pk").values())

    close(cast, calendar, in_days(2))

    assert not jobs().exists()
    assert list(LifeClock.objects.order_by("pk").values()) == before
    assert (due(over), due(waiting)) == (None, None)


def test_a_job_that_waits_already_does_for_what_is_altered_by_then(cast, calendar):
    incident = opened(cast)
    before = due(incident)
    for n in (1, 2):
        close(cast, calendar, in_days(n))
        calendar.refresh_from_db()
    assert jobs().count() == 1

    run_next_job()
    assert due(incident) == before + 2 * DAY
    close(cast, calendar, in_days(3))
    assert jobs().count() == 2


def test_a_second_run_lays_the_same(cast, calendar):
    incidents = [opened(cast) for _n in range(2)]
    close(cast, calendar, in_days(1))
    assert lay_by_calendar(Steps(), calendar.pk) == {"laid": 2, "moved": 2}
    laid = [due(incident) for incident in incidents]

    again = Steps()
    again.done = 1
    assert lay_by_calendar(again, calendar.pk) == {"laid": 2, "moved": 0}
    assert (again.done, again.of) == (2, 2)
    assert [due(incident) for incident in incidents] == laid


def test_without_anything_that_runs_by_it_there_is_no_job(cast, calendar):
    close(cast, calendar, in_days(2))
    assert not jobs().exists()
