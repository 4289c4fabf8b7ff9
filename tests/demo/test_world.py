"""The demo world as the command tells it, into a database of its own transaction."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F
from django.test import TestCase
from django.utils import timezone

from assets.models import Asset, Dependency, Service
from incidents.enums import OPEN, Priority, Status
from incidents.models import Incident, IncidentComment
from integrations.models import Alert
from itsm.demo.plan import Plan, find_job, found, shown, tell_first
from notifications.models import Message
from people.models import User
from records.enums import JobState
from records.jobs import run_next_job
from records.models import Job
from sla.clocks import ClockState, clocks_of
from sla.models import Client
from tests.cast import assemble_cast
from tests.factories import a_service

pytestmark = pytest.mark.django_db


def tell(**options):
    out = StringIO()
    call_command("demo_data", stdout=out, **options)
    return out.getvalue()


def digest(base):
    rows = Incident.objects.filter(alert_key="").order_by("pk")
    return [
        (row.title, row.status, row.priority, row.opened_at - base, row.comments.count())
        for row in rows
        if "hsm-qro-2, PIN" not in row.title  # it runs now, not since the base
    ]


class TestSmallWorld(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.said = tell(small=True, incidents=40)

    def test_every_open_status_is_there(self):
        told = set(Incident.objects.open().values_list("status", flat=True))
        assert told == set(OPEN)

    def test_two_urgent_ones_run_one_in_time_and_one_late(self):
        now = timezone.now()
        states = []
        for incident in Incident.objects.filter(priority__lte=Priority.P2, status="in_progress"):
            marks = {mark.kind: mark for mark in incident.life.marks.current()}
            states.append(clocks_of(marks, now)[-1].state)
        assert {ClockState.RUNNING, ClockState.LATE} <= set(states)

    def test_alerts_opened_some_by_the_usual_road(self):
        told = Alert.objects.values_list("incident__service__label", flat=True)
        assert set(told) == {"spei-transfers", "bre-b-transfers"}

    def test_the_estate_is_there(self):
        assert Service.objects.count() == 15
        assert Asset.objects.count() >= 60
        assert Dependency.objects.count() >= 100
        assert Client.objects.filter(contacts__isnull=False).distinct().count() >= 12

    def test_what_breaks_reaches_services_over_several_steps(self):
        hsm = Asset.objects.get(name="hsm-qro-1")
        hit = Service.objects.affected_by(hsm.pk, timezone.localdate())
        labels = set(hit.values_list("label", flat=True))
        assert {"card-authorisation", "merchant-acquiring"} <= labels
        assert "wallet-co" not in labels

    def test_colleagues_cannot_sign_in(self):
        assert not User.objects.get(username="mfuentes").has_usable_password()

    def test_nobody_gets_mail_about_the_past(self):
        assert not Message.objects.exists()

    def test_comments_were_written_at_their_moment(self):
        late = IncidentComment.objects.filter(created_at__lt=F("incident__opened_at"))
        assert not late.exists()
        first = Incident.objects.filter(status=Status.RESOLVED).order_by("opened_at")[0]
        assert {comment.created_at < first.resolved_at for comment in first.comments.all()} == {
            True
        }

    def test_those_told_first_have_the_latest_numbers(self):
        numbers = list(Incident.objects.order_by("opened_at").values_list("pk", flat=True))
        past = [number for number in numbers if number <= max(numbers) - 3]  # not those running now
        assert past == sorted(past)

    def test_a_worker_is_asked_for_the_rest(self):
        assert find_job().state == JobState.QUEUED
        assert "see the jobs" in self.said

    def test_the_rest_comes_without_repeating_anything(self):
        run_next_job()
        assert find_job().result["incidents"] == 40
        assert Incident.objects.count() == 40
        assert tell() == "The demo world is there already.\n"
        assert Incident.objects.count() == 40


def test_the_same_seed_gives_the_same_world(cast):
    def once(seed):
        with transaction.atomic():
            tell(incidents=9, seed=seed)
            told = digest(Plan.of(find_job().params).base)
            transaction.set_rollback(True)
        return told

    first = once(5)
    assert len(first) == 6
    assert once(5) == first
    assert once(6) != first


def test_a_worker_that_lost_the_job_tells_nothing_twice(cast):
    job, _hook = found(seed=3, incidents=11)
    plan = Plan.of(job.params)

    def lose_it_after_three(done, _total):
        if done == 3:
            Job.objects.filter(pk=job.pk).update(attempts=F("attempts") + 1)

    token = shown.set(lose_it_after_three)
    run_next_job()
    shown.reset(token)
    job.refresh_from_db()
    assert (job.state, job.done, Incident.objects.count()) == (JobState.RUNNING, 3, 3)

    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now())  # the other worker died
    tell_first(plan)  # and somebody starts the portal anew
    run_next_job()
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    plots = plan.plots()
    numbers = range(plan.first, plan.first + len(plots))
    titles = Incident.objects.filter(pk__in=numbers).values_list("title", flat=True)
    assert sorted(titles) == sorted(plot.title for plot in plots)
    assert Incident.objects.count() == 11


def test_a_database_with_other_data_is_left_alone():
    a_service(assemble_cast())
    before = (User.objects.count(), Service.objects.count(), Job.objects.count())
    with pytest.raises(CommandError, match="holds other data") as refused:
        tell()
    assert refused.value.returncode == 2
    assert (User.objects.count(), Service.objects.count(), Job.objects.count()) == before
