"""Two people at one device at the same moment: one of them has it, the other is told."""

import threading

import pytest
from django.db import connections

from assets import services
from assets.models import HandOut
from core.errors import Refused
from tests.assets.devices import a_device, a_hand_out

pytestmark = pytest.mark.django_db(transaction=True)


def at_once(*calls):
    """Runs the calls in threads that start together; what each returned or raised, by its type."""
    ready, found = threading.Barrier(len(calls)), []

    def run(call):
        ready.wait()
        try:
            call()
            found.append("done")
        except Refused:
            found.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=[call]) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return sorted(found)


def test_a_device_is_handed_out_to_one_of_two(cast):
    device = a_device(cast)
    calls = [
        lambda holder=holder: services.check_out_asset(
            device, actor=cast.service_owner, holder=holder
        )
        for holder in (cast.agent_l1, cast.agent_l2)
    ]
    assert at_once(*calls) == ["done", "refused"]
    assert HandOut.objects.open().count() == 1


def test_an_answer_and_taking_it_back_do_not_both_succeed(cast):
    hand_out = a_hand_out(cast)
    assert at_once(
        lambda: services.decline_asset(hand_out, actor=cast.agent_l1, note="no"),
        lambda: services.check_in_asset(hand_out, actor=cast.service_owner, condition="good"),
    ) == ["done", "refused"]
    assert HandOut.objects.get().status in ("declined", "returned")
