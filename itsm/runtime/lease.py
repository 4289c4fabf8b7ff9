"""A lease in the database: of all processes that want it, one holds it at a time.

It is an advisory lock of PostgreSQL on a connection of its own, so it ends with its holder, however
that one ends. Needs Django's settings, unlike the rest of this package.
"""

import contextlib
import hashlib
import time

from django.db import DatabaseError, InterfaceError, connections
from django.db.backends.base.base import BaseDatabaseWrapper

RETRY_EVERY = 2.0


class Lease:
    """The right to be the only one of this name."""

    def __init__(self, name: str) -> None:
        digest = hashlib.sha256(f"itsm.lease.{name}".encode()).digest()
        self._key = int.from_bytes(digest[:8], signed=True)
        self._connection: BaseDatabaseWrapper = connections["default"].copy("default")

    def acquire(self) -> bool:
        """Tries once; False while another process holds it."""
        with self._connection.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [self._key])
            return cursor.fetchone()[0]

    def wait(self) -> None:
        """Blocks until it is ours."""
        while not self.acquire():
            time.sleep(RETRY_EVERY)

    def is_held(self) -> bool:
        """Whether it is still ours: the session that took it must be alive."""
        try:
            with self._connection.cursor() as cursor:  # a copy never reconnects by itself
                cursor.execute("SELECT 1")
        except (DatabaseError, InterfaceError):
            return False
        return True

    def release(self) -> None:
        """Gives it up, and says so: the server notices a closed connection a moment later."""
        if self._connection.connection is not None:
            with (
                contextlib.suppress(DatabaseError, InterfaceError),
                self._connection.cursor() as cursor,
            ):
                cursor.execute("SELECT pg_advisory_unlock(%s)", [self._key])
        self._connection.close()
