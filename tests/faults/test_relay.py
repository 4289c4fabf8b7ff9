"""The relay names the task that is due, soon after the row is committed, and nothing else."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from notifications.models import Message
from tests.faults.programs import Program, environment, eventually, python, running
from tests.notifications.conftest import tell

pytestmark = [pytest.mark.slow, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def relay(cast, tmp_path):
    """A running relay that has handed over what there was when it started."""
    relay = Program("relay", python("manage.py", "relay"), environment(tmp_path), tmp_path)
    with running(relay):
        eventually(lambda: b"relay_listening" in relay.log.read_bytes(), within=30)
        relay.queue = tmp_path / "broker" / "queue"
        eventually(lambda: len(named(relay)) == 3, within=10)
        forget(relay)
        yield relay


def named(relay):
    """The tasks that wait in the broker, in order."""
    if not relay.queue.exists():
        return []
    messages = [json.loads(path.read_text()) for path in sorted(relay.queue.glob("[0-9]*"))]
    return [message["headers"]["task"] for message in messages]


def forget(relay):
    for path in relay.queue.glob("[0-9]*"):
        path.unlink()


def listeners():
    """The connections of relays to the test's database."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pid FROM pg_stat_activity"
            " WHERE datname = current_database() AND query LIKE 'LISTEN itsm_work%'"
        )
        return [pid for (pid,) in cursor.fetchall()]


def test_a_committed_message_names_its_task_once(cast, relay):
    tell(cast.agent_l1, cast.agent_l2)
    assert eventually(lambda: named(relay), within=2) == ["notifications.deliver_due"]


def test_many_transactions_at_once_name_a_task_few_times(cast, relay):
    for _ in range(100):
        tell(cast.agent_l1)
    eventually(lambda: named(relay), within=2)
    assert len(named(relay)) < 30


def test_only_known_tasks_can_be_named(cast, relay):
    with connection.cursor() as cursor:
        cursor.execute("NOTIFY itsm_work, 'celery.backend_cleanup'")
        cursor.execute("NOTIFY itsm_work, 'records.run_due_jobs'")
    assert eventually(lambda: named(relay), within=2) == ["records.run_due_jobs"]


def test_what_was_put_off_is_named_when_its_time_comes(cast, relay):
    (message,) = tell(cast.agent_l1)
    Message.objects.update(due_at=timezone.now() + timedelta(seconds=7))
    eventually(lambda: named(relay), within=2)
    forget(relay)
    eventually(lambda: timezone.now() > message.due_at, within=10)
    assert eventually(lambda: named(relay), within=13)[0] == "notifications.deliver_due"


def test_a_relay_that_loses_the_database_comes_back_and_misses_nothing(cast, relay):
    (pid,) = eventually(listeners, within=5)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [pid])
    tell(cast.agent_l1)
    eventually(lambda: "notifications.deliver_due" in named(relay), within=10)
    assert eventually(listeners, within=5) != [pid]
    forget(relay)
    tell(cast.agent_l1)
    assert "notifications.deliver_due" in eventually(lambda: named(relay), within=2)


def test_a_relay_ends_when_it_is_told_to(relay):
    relay.process.terminate()
    assert relay.process.wait(5) == 0
