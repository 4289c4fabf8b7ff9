"""When somebody was here last, and when they left before they came back."""

from datetime import timedelta

import pytest
from django.utils import timezone

from people.models import Presence
from people.services import note_presence

START = timezone.now().replace(microsecond=0)


@pytest.mark.parametrize(
    ("minutes", "expected"),
    [
        ([0], (0, None)),
        ([0, 1], (0, None)),  # too soon after the last note to be worth a write
        ([0, 5, 10], (10, None)),
        ([0, 14, 28], (28, None)),  # never away for as long as a session may be idle
        ([0, 5, 200], (200, 5)),
        ([0, 200, 205], (205, 0)),
        ([0, 200, 205, 900], (900, 205)),
        ([30, 0], (30, None)),  # a clock that is behind
    ],
)
def test_an_absence_begins_with_the_last_thing_that_was_done(cast, minutes, expected):
    for minute in minutes:
        note_presence(cast.agent_l1, at=START + timedelta(minutes=minute))
    presence = Presence.objects.get()
    assert (presence.seen_at, presence.left_at) == tuple(
        None if minute is None else START + timedelta(minutes=minute) for minute in expected
    )


def test_requests_that_no_person_asked_for_are_no_presence(cast, client_of):
    browser = client_of(cast.agent_l1)
    browser.get("/")
    long_ago = timezone.now() - timedelta(minutes=10)
    Presence.objects.update(seen_at=long_ago)
    session = browser.session
    session["seen_at"] -= 120
    session.save()
    browser.get("/", headers={"x-background": "1"})
    assert Presence.objects.get().seen_at == long_ago
    browser.get("/")
    assert Presence.objects.get().seen_at > long_ago
