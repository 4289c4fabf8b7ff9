"""A request's connection to the database: believed while it is silent, replaced when it is gone."""

import time

import pytest
from django.db import connections
from django.db.backends.postgresql import base

from itsm import connections as connections_of_ours

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def own():
    """A connection of its own, as a web thread has it, between two requests."""
    connection = connections["default"].copy()
    connection.settings_dict = {**connection.settings_dict, "CONN_MAX_AGE": 600}
    connection.settings_dict["CONN_HEALTH_CHECKS"] = True
    connection.ensure_connection()
    connection.is_usable()
    yield connection
    connection.close()


def next_request(connection):
    """What happens at the beginning of a request, and whether the server still answers in it."""
    connection.close_if_unusable_or_obsolete()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_backend_pid()")
        return cursor.fetchone()[0]


def test_a_silent_connection_is_believed_without_a_question(own, monkeypatch):
    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", lambda self: pytest.fail("asked"))
    first = next_request(own)
    assert next_request(own) == first


def test_after_a_while_it_is_asked_again(own, monkeypatch):
    monkeypatch.setattr(connections_of_ours, "BELIEVED_FOR", 0.0)
    asked = []
    usable = base.DatabaseWrapper.is_usable
    monkeypatch.setattr(
        base.DatabaseWrapper, "is_usable", lambda self: asked.append(1) or usable(self)
    )
    first = next_request(own)
    assert (next_request(own), len(asked)) == (first, 2)


def test_one_that_the_server_has_closed_is_replaced(own):
    first = next_request(own)
    with connections["default"].cursor() as cursor:
        cursor.execute("SELECT pg_terminate_backend(%s)", [first])
    time.sleep(0.2)
    assert next_request(own) != first


def test_a_closed_one_is_not_usable(own):
    own.connection.close()
    assert not own.is_usable()
