"""The trickle of alerts goes the whole road through the real hook, and stays within its bounds."""

import stat
from datetime import timedelta
from pathlib import Path

import pytest
from django.conf import settings as django_settings
from django.core.checks import run_checks
from django.utils import timezone

from incidents.enums import Status
from incidents.models import Incident
from incidents.services import start_incident
from integrations.digest import digest_due
from integrations.enums import AlertState, SourceKind
from integrations.models import Alert, AlertEvent, AlertSource, SourceKey
from itsm.demo import founding, live
from itsm.demo.crew import COLLEAGUES
from itsm.demo.estate import read_estate
from itsm.demo.live_hook import SOURCE, NotTaken, hook_of_live_source
from itsm.demo.plan import JOB_KIND
from itsm.tasks import stir_demo
from people.models import User
from records.models import Job
from sla.enums import MarkKind
from tests.cast import assemble_cast


class Always:
    """Chance that always says yes, and takes the first of what there is."""

    def random(self):
        return 0.0

    def randint(self, low, _high):
        return low

    def randrange(self, low, *_more):
        return low

    def choice(self, things):
        return things[0]


class Never(Always):
    """Chance that always says no."""

    def random(self):
        return 1.0


@pytest.fixture
def world(settings, tmp_path, db):
    """Enough of the demo world for the live demo: its people and services."""
    settings.DEMO = settings.DEMO_LIVE = True
    settings.VAR_DIR = tmp_path
    assemble_cast()
    teams = founding._found_teams()
    for number, (username, told) in enumerate(COLLEAGUES.items(), 100):
        founding._hire(username, told, teams[told.team], number)
    founding._add_services(read_estate(), teams)
    Job.objects.create(kind=JOB_KIND)


@pytest.fixture
def portal(transactional_db, settings, live_server):
    """A portal that really serves the hook."""
    settings.SITE_URL = live_server.url


@pytest.fixture
def tick_at(time_machine):
    """`tick_at(moment, chance)`: the clock stands there, the demo goes on, a worker digests.

    The database's clock is the true one, so moments lie ahead of it: what is due is due.
    """

    def tick(moment, chance):
        time_machine.move_to(moment)
        live.tick(now=moment, rng=chance)
        digest_due(lambda: False)

    return tick


def test_an_alert_is_fired_worked_on_and_resolved(portal, world, tick_at):
    start = timezone.now() + timedelta(seconds=30)
    tick_at(start, Always())
    (alert,) = Alert.objects.all()
    assert (alert.source.name, alert.state) == (SOURCE, AlertState.FIRING)
    assert alert.incident.status == Status.NEW

    for minute in range(1, 25):
        tick_at(start + timedelta(minutes=minute), Never())
    incident = Incident.objects.get()
    assert incident.status == Status.RESOLVED
    assert {mark.kind for mark in incident.life.marks.current()} == set(MarkKind)
    assert incident.comments.count() == 1
    assert incident.owner.username in COLLEAGUES
    assert AlertEvent.objects.count() == 2


def test_never_more_are_open_than_may(portal, world, tick_at):
    start = timezone.now() + timedelta(seconds=30)
    for n in range(6):
        tick_at(start + timedelta(seconds=n), Always())
    assert Incident.objects.open().count() == live.MAX_OPEN


def test_what_somebody_took_up_is_left_to_them_for_a_while(portal, world, tick_at):
    start = timezone.now() + timedelta(seconds=30)
    tick_at(start, Always())
    incident = Incident.objects.get()
    worker = User.objects.get(username="team_lead" if incident.team.country == "MX" else "outsider")
    start_incident(incident, actor=worker)
    for minute, status in ((30, Status.IN_PROGRESS), (50, Status.RESOLVED)):
        for second in (0, 20):
            tick_at(start + timedelta(minutes=minute, seconds=second), Never())
        incident.refresh_from_db()
        assert incident.status == status
    assert incident.owner == worker
    assert incident.history.latest("history_id").history_actor == ""


def test_the_keys_survive_a_restart_and_are_for_one_pair_of_eyes(world):
    before = hook_of_live_source()
    assert hook_of_live_source() == before
    file = Path(django_settings.VAR_DIR) / "demo-live.json"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert AlertSource.objects.get(name=SOURCE).kind == SourceKind.ALERTMANAGER


def test_lost_keys_are_replaced_and_the_old_ones_end(world):
    before = hook_of_live_source()
    (Path(django_settings.VAR_DIR) / "demo-live.json").unlink()
    after = hook_of_live_source()
    assert after != before
    assert SourceKey.objects.live().filter(source__name=SOURCE).count() == 1


def test_a_portal_that_does_not_answer_is_waited_for(world, settings):
    settings.SITE_URL = "http://127.0.0.1:9"
    with pytest.raises(NotTaken):
        hook_of_live_source().post({})
    live.tick(rng=Always())
    assert not AlertEvent.objects.exists()


@pytest.mark.parametrize("off", ["DEMO", "DEMO_LIVE"])
def test_nothing_happens_where_it_is_not_asked_for(world, settings, off):
    setattr(settings, off, False)
    stir_demo()
    live.tick(rng=Always())
    assert not AlertSource.objects.filter(name=SOURCE).exists()


def test_nothing_happens_in_a_world_that_the_demo_did_not_found(world):
    Job.objects.all().delete()
    live.tick(rng=Always())
    assert not AlertSource.objects.filter(name=SOURCE).exists()


def test_a_portal_that_is_no_demo_does_not_start_with_it(settings):
    settings.DEMO, settings.DEMO_LIVE = False, True
    assert "itsm.E006" in {message.id for message in run_checks(tags=["security"])}
