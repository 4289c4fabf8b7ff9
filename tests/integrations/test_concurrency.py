"""Several workers digest at once: no event twice, no group with two incidents, no deadlock."""

import threading

import pytest
from django.db import connection

from incidents.models import Incident
from integrations import digest
from integrations.models import Alert, AlertEvent
from tests.integrations.conftest import an_alert

WORKERS = 3


@pytest.mark.django_db(transaction=True)
def test_workers_side_by_side_come_to_one_incident_for_each_group(sender, monkeypatch):
    monkeypatch.setattr(digest, "BATCH", 4)
    names = ["A", "B", "C"]
    for n in range(30):  # each event tells of two groups, in another order than the one before
        first, second = names[n % 3], names[(n + 1) % 3]
        sender.stores(an_alert(first, host=f"h{n}"), an_alert(second, host=f"h{n}"))
    start, errors = threading.Barrier(WORKERS), []

    def worker():
        try:
            start.wait(10)
            while digest.digest_batch():
                pass
        except Exception as error:
            errors.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=worker) for _ in range(WORKERS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert set(AlertEvent.objects.values_list("state", "attempts")) == {("done", 0)}
    assert Incident.objects.count() == 3
    assert Alert.objects.count() == 60
    assert set(Alert.objects.values_list("count", flat=True)) == {1}


@pytest.mark.django_db(transaction=True)
def test_a_digest_that_is_cut_off_leaves_the_event_as_it_was(sender, monkeypatch):
    class PowerCut(BaseException):
        """Nobody catches it."""

    def cut_off(*args, **kwargs):
        raise PowerCut

    event = sender.stores(an_alert(), an_alert("Other"))
    with monkeypatch.context() as broken, pytest.raises(PowerCut):
        broken.setattr("integrations.correlation.remember", cut_off)
        digest.digest_batch()
    event.refresh_from_db()
    assert (event.state, event.attempts) == ("received", 0)
    assert not Incident.objects.exists()
    digest.digest_batch()
    assert Incident.objects.count() == 2
