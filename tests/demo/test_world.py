"""The demo world as the command tells it, into a database of its own transaction."""

from datetime import timedelta
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.db import transaction
from django.db.models import F
from django.test import Client as Browser
from django.test import TestCase
from django.utils import timezone

from assets.enums import Custody
from assets.models import Asset, Dependency, HandOut, Service
from audit.models import OutboxEntry
from incidents.enums import OPEN, Priority, Status
from incidents.models import AccountAdjustment, Incident, IncidentComment, Request
from incidents.request_enums import AdjustmentStatus
from integrations.models import Alert
from itsm.demo import fleet
from itsm.demo import plan as plan_of_the_demo
from itsm.demo.devices import all_devices, bring_devices
from itsm.demo.estate import read_estate
from itsm.demo.fleet import fleet_size
from itsm.demo.founding import read_world
from itsm.demo.papers import TEST_CARD
from itsm.demo.plan import Plan, find_job, found, shown, tell_first
from itsm.demo.telling import Teller
from notifications.models import Message
from people.models import Person, TeamView, User
from records import leases
from records.enums import JobState
from records.jobs import run_next_job
from records.models import CardNumberFinding, Job
from sla.clocks import clocks_of
from sla.enums import ClockState
from sla.models import Client
from tests.cast import assemble_cast
from tests.factories import a_service

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _short_fleet(monkeypatch):
    """A few of everything that the job brings beside incidents: all of it takes its time."""
    parts = tuple((bring, things[:25]) for bring, things in fleet._parts()[:2])
    monkeypatch.setattr(fleet, "_parts", lambda: parts)
    # The lease is renewed on a connection that does not see the test's transaction.
    monkeypatch.setattr(leases, "RENEW_EVERY", 600.0)


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


def pages_that_fail(*usernames):
    """Of the menus of accounts of the demo: addresses that do not open."""
    failed = []
    for username in usernames:
        client = Browser()
        client.force_login(User.objects.get(username=username))
        home = client.get("/")
        links = [
            page["link"] for area in home.context["sidebar_navigation"] for page in area["pages"]
        ]
        assert len(links) > 10
        failed += [(username, link) for link in links if client.get(link).status_code != 200]
    return failed


class TestSmallWorld(TestCase):
    @classmethod
    def setUpTestData(cls):
        cls.said = tell(small=True, incidents=50)

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

    def test_the_company_is_there(self):
        assert Service.objects.count() == 25
        assert Asset.objects.count() == len(read_estate().assets)
        assert Client.objects.filter(contacts__isnull=False).distinct().count() >= 30
        assert Person.objects.count() == 41  # with an auditor of last year
        assert not Person.objects.filter(job_title="").exists()

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

    def test_history_tells_when_it_was_and_the_ledger_when_it_was_told(self):
        first = Incident.objects.order_by("opened_at")[0]
        opened = first.history.earliest("history_id")
        assert opened.history_date == first.opened_at
        assert opened.history_channel == "demo"
        entry = OutboxEntry.objects.get(relation="incidents_incident", key=first.pk, operation="I")
        assert entry.at > timezone.now() - timedelta(minutes=10)
        assert entry.context["at"]

    def test_every_change_of_an_incident_has_its_line_of_history(self):
        for incident in Incident.objects.all():
            assert incident.history.count() == incident.version

    def test_those_told_first_have_the_latest_numbers(self):
        numbers = list(Incident.objects.order_by("opened_at").values_list("pk", flat=True))
        past = [number for number in numbers if number <= max(numbers) - 3]  # not those running now
        assert past == sorted(past)

    def test_a_worker_is_asked_for_the_rest(self):
        assert find_job().state == JobState.QUEUED
        assert "see the jobs" in self.said

    def test_the_rest_comes_without_repeating_anything(self):
        run_next_job()
        there = len(read_estate().assets) + 25
        assert find_job().result == {"incidents": 50, "assets": there, "told": 24}
        assert Incident.objects.count() == 50
        assert Dependency.objects.count() == 25
        assert set(AdjustmentStatus.values) == set(
            AccountAdjustment.objects.values_list("status", flat=True)
        )
        assert Request.objects.filter(status="merged").count() == 1
        assert [view.team.slug for view in TeamView.objects.all()] == ["payments-l1"]
        assert pages_that_fail("agent_l1", "vendor_manager", "auditor") == []
        assert tell() == "The demo world is there already.\n"
        assert Incident.objects.count() == 50


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


@pytest.fixture
def _without_vendors(monkeypatch):
    """Two years with vendors take their time, and come after all incidents."""
    monkeypatch.setattr(plan_of_the_demo, "tell_vendors", lambda world, plan: None)


@pytest.mark.usefixtures("_without_vendors")
def test_a_worker_that_lost_the_job_tells_nothing_twice(cast):
    job, _hook = found(seed=3, incidents=30)
    plan = Plan.of(job.params)
    so_far = fleet_size() + 3

    def lose_it_after_three(done, _total):
        if done == so_far:
            Job.objects.filter(pk=job.pk).update(attempts=F("attempts") + 1)

    token = shown.set(lose_it_after_three)
    run_next_job()
    shown.reset(token)
    job.refresh_from_db()
    assert (job.state, job.done, Incident.objects.count()) == (JobState.RUNNING, so_far, 3)

    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now())  # the other worker died
    tell_first(plan)  # and somebody starts the portal anew
    run_next_job()
    job.refresh_from_db()
    assert (job.state, job.error) == (JobState.DONE, "")
    plots = plan.plots()
    numbers = range(plan.first, plan.first + len(plots))
    titles = Incident.objects.filter(pk__in=numbers).values_list("title", flat=True)
    assert sorted(titles) == sorted(plot.title for plot in plots)
    assert Incident.objects.count() == 30


@pytest.mark.usefixtures("_without_vendors")
def test_a_worker_that_lost_the_job_among_the_assets_goes_on_there(cast):
    job, _hook = found(seed=3, incidents=4)

    def die_in_the_third_batch(_names):
        raise KeyboardInterrupt

    parts = fleet._parts()
    fleet._parts = lambda: (parts[0], (die_in_the_third_batch, parts[1][1]))
    with pytest.raises(KeyboardInterrupt):
        run_next_job()
    job.refresh_from_db()
    assert (job.done, Dependency.objects.count()) == (25, 25)
    fleet._parts = lambda: parts
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now())
    run_next_job()
    job.refresh_from_db()
    assert job.state == JobState.DONE
    assert Dependency.objects.count() == 25
    assert Asset.objects.count() == len(read_estate().assets) + 25


def test_devices_are_handed_out_and_answered_at_their_time(cast):
    found(seed=3, incidents=4)
    devices = [device for device in all_devices() if device.kind["class"] == "laptop"]
    wanted = {state: next(d for d in devices if d.state == state) for state in STATES}
    bring_devices(list(wanted.values()))
    told = {given.asset.name: given.status for given in HandOut.objects.select_related("asset")}
    assert told == {
        wanted[state].name: status for state, status in STATES.items() if status is not None
    }
    held = HandOut.objects.get(asset__name=wanted["held"].name)
    assert held.history.earliest("history_id").history_date == held.handed_out_at
    assert held.accepted_at < timezone.now() - timedelta(days=300)


STATES = {
    "held": Custody.HELD,
    "offered": Custody.OFFERED,
    "declined": Custody.DECLINED,
    "worn": Custody.RETURNED,
    "stock": None,
}


def test_a_card_number_in_a_paper_is_masked_before_it_is_stored(cast):
    job, _hook = found(seed=1, incidents=2_000)
    plan = Plan.of(job.params)
    careless = next(
        plot
        for plot in plan.plots()
        if TEST_CARD in str(plot.steps) and not [s for s in plot.steps if s.verb == "link"]
    )
    Teller(read_world(), plan.first).tell(careless)
    (paper,) = Incident.objects.get().attachments.all()
    with paper.file.open() as stored:
        assert TEST_CARD.encode() not in stored.read()
    assert CardNumberFinding.objects.get().where == "incidents_incidentattachment.file"
    assert paper.created_at > careless.opened_at
    assert paper.created_at < plan.base


def test_what_lies_in_the_past_may_be_reopened_then(cast):
    job, _hook = found(seed=1, incidents=2_000)
    plan = Plan.of(job.params)
    reopened = next(
        plot
        for plot in reversed(plan.plots())
        if "reopen" in {step.verb for step in plot.steps}
        and "link" not in {step.verb for step in plot.steps}
    )
    Teller(read_world(), plan.first).tell(reopened)
    incident = Incident.objects.get()
    assert incident.resolved_at < timezone.now() - timedelta(days=100)
    kinds = [mark.kind for mark in incident.life.marks.exclude(superseded_at=None)]
    assert "resolved" in kinds
    assert {m.superseded_at < plan.base for m in incident.life.marks.exclude(superseded_at=None)}


def test_a_database_with_other_data_is_left_alone():
    a_service(assemble_cast())
    before = (User.objects.count(), Service.objects.count(), Job.objects.count())
    with pytest.raises(CommandError, match="holds other data") as refused:
        tell()
    assert refused.value.returncode == 2
    assert (User.objects.count(), Service.objects.count(), Job.objects.count()) == before
