"""A version comes to the open records that it is for: foreseen before, told afterwards, once."""

from datetime import timedelta

import pytest
from django.utils import timezone

from incidents import services
from records.jobs import run_next_job
from records.models import Job
from sla.agreement_services import approve_version, draft_version
from sla.enums import ClockState, EventKind, Metric
from sla.life_clocks import clocks_of_life
from sla.models import LifeEvent
from sla.retargeting import preview, retarget
from tests.factories import an_incident
from tests.sla.agreeing import HOUR, an_agreement, in_force

pytestmark = pytest.mark.django_db


@pytest.fixture
def now():
    return timezone.now()


def opened(cast, client, hours, now, **facts):
    at = now - hours * HOUR
    return an_incident(cast, client=client, impact=1, urgency=1, at=at, **facts)


def drafted(cast, agreement, hours):
    targets = {(Metric.RESOLVE, 1): hours * HOUR}
    return draft_version(agreement, actor=cast.service_manager, targets=targets)


def clocks(incident, now):
    return {
        line.agreement: (line.target, line.state)
        for line in clocks_of_life(incident.life, now)
        if line.metric == Metric.RESOLVE
    }


def test_a_preview_counts_what_would_change_and_what_would_be_late(cast, approver, tienda, now):
    version = in_force(cast, approver, "gold", hours=8, client=tienda)
    for hours in (1, 3, 20):
        opened(cast, tienda, hours, now)
    services.cancel_incident(
        opened(cast, tienda, 2, now), actor=cast.agent_l1, note="nothing was wrong"
    )
    opened(cast, None, 2, now)
    found = preview(drafted(cast, version.agreement, 2), now)
    # Of three open ones the oldest is late already and becomes no later.
    assert (found.looked_at, found.retargeted, found.late) == (3, 3, 1)
    assert found.is_whole
    assert LifeEvent.objects.filter(kind=EventKind.AGREED).count() == 4


def test_a_preview_of_many_says_that_it_is_the_least(cast, approver, tienda, now, monkeypatch):
    monkeypatch.setattr("sla.retargeting.MOST_COUNTED", 2)
    version = in_force(cast, approver, "gold", hours=8, client=tienda)
    for hours in (1, 2, 3):
        opened(cast, tienda, hours, now)
    found = preview(drafted(cast, version.agreement, 4), now)
    assert (found.looked_at, found.retargeted, found.is_whole) == (2, 2, False)


def test_after_the_approval_a_job_tells_every_open_record_once(cast, approver, tienda, now):
    version = in_force(cast, approver, "gold", hours=8, client=tienda)
    open_one = opened(cast, tienda, 3, now)
    done = services.cancel_incident(
        opened(cast, tienda, 2, now), actor=cast.agent_l1, note="nothing was wrong"
    )
    second = drafted(cast, version.agreement, 2)
    approve_version(second, actor=approver)
    assert clocks(open_one, now)["gold"] == (8 * HOUR, ClockState.RUNNING)
    job = run_next_job()
    job.refresh_from_db()
    assert (job.state, job.done, job.total) == ("done", 1, 1)
    assert job.result == {"retargeted": 1}
    later = timezone.now()
    assert clocks(open_one, later)["gold"] == (2 * HOUR, ClockState.LATE)
    told = open_one.life.events.filter(kind=EventKind.AGREED).order_by("pk")
    assert [row.agreement_version_id for row in told] == [version.pk, second.pk]
    assert done.life.events.filter(kind=EventKind.AGREED).count() == 1


class Steps:
    """The progress of a job that was killed after some records."""

    done = 0

    def total(self, n):
        self.of = n

    def advance(self, n=1):
        self.done += n


def test_a_second_run_tells_nothing_twice(cast, approver, tienda, now):
    version = in_force(cast, approver, "gold", hours=8, client=tienda)
    for hours in (1, 2):
        opened(cast, tienda, hours, now)
    second = drafted(cast, version.agreement, 4)
    approve_version(second, actor=approver)
    assert retarget(Steps(), second.pk) == {"retargeted": 2}
    events = LifeEvent.objects.count()
    again = Steps()
    again.done = 1
    assert retarget(again, second.pk) == {"retargeted": 0}
    assert (again.done, again.of) == (2, 2)
    assert LifeEvent.objects.count() == events


def test_a_narrower_agreement_takes_the_place_of_the_wider_one(cast, approver, tienda, now):
    in_force(cast, approver, "everybody", hours=8)
    incident, other = opened(cast, tienda, 3, now), opened(cast, None, 3, now)
    agreement = an_agreement(cast, "gold", client=tienda)
    version = drafted(cast, agreement, 4)
    assert preview(version, now).retargeted == 1
    approve_version(version, actor=approver)
    assert Job.objects.filter(kind="sla.retarget").count() == 1
    run_next_job()
    later = timezone.now()
    assert {name: target for name, (target, _state) in clocks(incident, later).items()} == {
        "gold": 4 * HOUR
    }
    assert set(clocks(other, later)) == {"everybody"}


def test_without_open_records_there_is_no_job(cast, approver, tienda):
    in_force(cast, approver, "gold", client=tienda)
    assert not Job.objects.exists()


def test_a_draft_without_any_time_changes_nothing(cast, tienda, now):
    version = draft_version(
        an_agreement(cast, "gold", client=tienda), actor=cast.service_manager, targets={}
    )
    opened(cast, tienda, 3, now)
    assert preview(version, now + timedelta(hours=1)).retargeted == 0
