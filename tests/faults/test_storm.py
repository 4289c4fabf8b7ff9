"""kill -9 while a thousand alerts come in: all are stored, one incident, each e-mail once."""

import shutil
from collections import Counter

import pytest

from incidents.models import Incident
from integrations.models import Alert, AlertEvent
from notifications.models import Message
from tests.faults.programs import (
    Program,
    environment,
    eventually,
    python,
    running,
    worker_command,
)
from tests.integrations.conftest import a_sender, an_alert
from tests.notifications.conftest import Sink, free_port, mail_server, tell

ALERTS, MAILS = 1000, 125
PROCESSES_OF_A_WORKER = 2


@pytest.fixture
def mails():
    sink = Sink()
    sink.pause = 0.05  # so that a worker is likely to be killed while it sends
    with mail_server(sink) as port:
        sink.port = port
        yield sink


def portal(var, sink, **more):
    """Worker, beat and relay as `make run` starts them."""
    given = environment(var, EMAIL_URL=f"smtp://127.0.0.1:{sink.port}", **more)
    return {
        "worker": Program("worker", worker_command(), given, var),
        "beat": Program("beat", python("manage.py", "beat"), given, var),
        "relay": Program("relay", python("manage.py", "relay"), given, var),
    }


def redis_server(var):
    port = free_port()
    options = f"--port {port} --bind 127.0.0.1 --appendonly no --dir {var}".split()
    command = [shutil.which("redis-server"), *options, "--save", ""]
    return port, Program("redis", command, environment(var), var)


def wait_until_ready(cast, sink):
    """The whole chain works once a first message has come through it."""
    tell(cast.agent_l1)
    eventually(lambda: sink.mails, within=60)


def storm(cast, programs, victims):
    """A thousand alerts and some other mail; every so often somebody is killed and comes back."""
    sender = a_sender(cast)
    pause = ALERTS // (len(victims) + 1)
    for n in range(ALERTS):
        sender.stores(an_alert(severity="critical", host=f"h{n}"))
        if n % (ALERTS // MAILS) == 0:
            tell(cast.agent_l1)
        if n and n % pause == 0 and n // pause <= len(victims):
            victim = programs[victims[n // pause - 1]]
            victim.kill()
            victim.start()


def is_calm():
    return not (
        AlertEvent.objects.waiting().exists()
        or Message.objects.filter(state__in=["queued", "sending"]).exists()
    )


def check(sink, kills):
    assert Counter(AlertEvent.objects.values_list("state", flat=True)) == {"done": ALERTS}
    incident = Incident.objects.get()
    assert incident.alerts.count() == ALERTS
    assert set(Alert.objects.values_list("count", flat=True)) == {1}
    sent = set(Message.objects.filter(state="sent").values_list("pk", flat=True))
    assert sent == set(Message.objects.values_list("pk", flat=True))
    assert len(sent) > MAILS
    received = Counter(mail["Message-ID"] for mail in sink.mails)
    assert len(received) == len(sent)
    # A worker killed between the server's yes and its own commit sends one message again, under
    # the same Message-ID: at most one for each process that was killed.
    assert sum(received.values()) - len(received) <= kills * PROCESSES_OF_A_WORKER


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_a_storm_survives_the_death_of_worker_beat_and_relay(cast, mails, tmp_path):
    programs = portal(tmp_path, mails)
    with running(*programs.values()):
        wait_until_ready(cast, mails)
        storm(cast, programs, ["worker", "relay", "beat", "worker"])
        eventually(is_calm, within=90)
    check(mails, kills=2)


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("redis-server"), reason="no redis-server on this machine")
@pytest.mark.django_db(transaction=True)
def test_a_storm_survives_the_death_of_the_broker_too(cast, mails, tmp_path):
    port, redis = redis_server(tmp_path)
    url = f"redis://127.0.0.1:{port}/0"
    with running(redis):
        programs = portal(tmp_path, mails, CELERY_BROKER_URL=url) | {"redis": redis}
        with running(*programs.values()):
            wait_until_ready(cast, mails)
            storm(cast, programs, ["redis", "worker", "relay", "redis", "beat"])
            eventually(is_calm, within=90)
    check(mails, kills=1)
