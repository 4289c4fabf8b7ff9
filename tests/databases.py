"""A copy of the tests' database, from which a test with real commits gets a fresh one.

Emptying all tables and founding the cast once more took such a test 5 to 7 seconds; copying a whole
database takes about one. What fixtures give a test is not decided here.
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from django.db import ProgrammingError, connection, connections
from django.test import TransactionTestCase
from psycopg.errors import InsufficientPrivilege

TRIES = 40
PAUSE = 0.25  # seconds


class Original:
    """The database as the tests found it, kept under a name of its own. Made when it is first
    asked for: most files hold no test with real commits."""

    def __init__(self) -> None:
        self.is_kept = False

    def keep(self) -> None:
        if not self.is_kept:
            self._copy(_name(), to=_name_of_original())
            self.is_kept = True

    def put_back(self) -> None:
        self._copy(_name_of_original(), to=_name())

    def throw_away(self) -> None:
        if self.is_kept:
            with _server() as cursor:
                _drop(cursor, _name_of_original())

    def _copy(self, source: str, *, to: str) -> None:
        with _server() as cursor:
            _drop(cursor, to)
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
                " AND pg_has_role(usesysid, 'USAGE')",
                [source],
            )
            cursor.execute(
                f"CREATE DATABASE {_quoted(to)} TEMPLATE {_quoted(source)} STRATEGY wal_log"
            )


def _drop(cursor: Any, name: str) -> None:
    """Servers and tasks of the test may still hold connections: FORCE ends these. So may the
    set-up, from before a browser's event loop: a source that is in use cannot be copied. Those of
    the sealer and the signer, just closed, and autovacuum are not ours to end: they go by
    themselves."""
    for tried in range(1, TRIES + 1):
        try:
            cursor.execute(f"DROP DATABASE IF EXISTS {_quoted(name)} WITH (FORCE)")
        except ProgrammingError as error:
            if tried == TRIES or not isinstance(error.__cause__, InsufficientPrivilege):
                raise
            time.sleep(PAUSE)
        else:
            return


@contextmanager
def restored_by_copying() -> Iterator[Original]:
    """Tests with real commits leave the database as they found it, cast and rights included."""
    original = Original()
    setup, teardown = TransactionTestCase._fixture_setup, TransactionTestCase._fixture_teardown

    def keep_original(cls: Any) -> None:
        original.keep()
        setup.__func__(cls)

    TransactionTestCase._fixture_setup = classmethod(keep_original)
    TransactionTestCase._fixture_teardown = lambda case: original.put_back()
    try:
        yield original
    finally:
        TransactionTestCase._fixture_setup = setup
        TransactionTestCase._fixture_teardown = teardown


@contextmanager
def _server() -> Iterator[Any]:
    """A cursor on the server, in none of the databases that are copied."""
    connections.close_all()
    with connection._nodb_cursor() as cursor:
        yield cursor


def _name() -> str:
    return str(connection.settings_dict["NAME"])


def _name_of_original() -> str:
    return f"{_name()}_original"


def _quoted(name: str) -> str:
    return connection.ops.quote_name(name)
