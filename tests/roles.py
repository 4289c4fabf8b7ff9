"""Real connections to the test's database, as one of the database roles."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg
from django.db import connection


@contextmanager
def connected(role: str = "") -> Iterator[psycopg.Connection[Any]]:
    """A connection of its own beside Django's; each statement is a transaction."""
    given = connection.get_connection_params()
    wanted = {key: given[key] for key in ("host", "port", "dbname", "password") if given.get(key)}
    user = role or given["user"]
    with psycopg.connect(**wanted, user=user, autocommit=True) as other:
        yield other
