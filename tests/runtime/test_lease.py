"""The lease: one holder at a time, and never longer than its session lives."""

import pytest
from django.db import connection

from itsm.runtime.lease import Lease

pytestmark = pytest.mark.django_db


@pytest.fixture
def lease():
    """Makes leases of a name, given up at the end."""
    made = []

    def make(name: str) -> Lease:
        made.append(Lease(name))
        return made[-1]

    yield make
    for each in made:
        each.release()


def test_only_one_holds_it_until_it_is_given_up(lease):
    first, second = lease("beat"), lease("beat")

    assert (first.acquire(), second.acquire()) == (True, False)
    first.release()
    assert second.acquire() is True


def test_leases_of_other_names_do_not_disturb(lease):
    assert (lease("beat").acquire(), lease("sealer").acquire()) == (True, True)


def test_it_is_lost_with_its_session(lease):
    first, second = lease("beat"), lease("beat")
    first.acquire()
    assert first.is_held()

    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_locks"
            " WHERE locktype = 'advisory' AND granted AND database ="
            " (SELECT oid FROM pg_database WHERE datname = current_database())"
        )

    assert not first.is_held()
    assert second.acquire() is True
