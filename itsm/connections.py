"""How a request finds out that its connection to the database still lives.

Django sends `SELECT 1`, a round trip in every request. A server that has gone says so on the
socket, so a connection that was used a moment ago and has nothing to tell is believed.
"""

import select
import time
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

BELIEVED_FOR = 30.0  # seconds; what lies between may drop a connection that is silent for longer


class Belief:
    """Stands in for a connection's own `is_usable`, which it asks when in doubt."""

    def __init__(self, connection: BaseDatabaseWrapper) -> None:
        self._connection = connection
        self._asked_at = time.monotonic()

    def __call__(self) -> bool:
        before, self._asked_at = self._asked_at, time.monotonic()
        if self._asked_at - before < BELIEVED_FOR and self._is_silent():
            return True
        return type(self._connection).is_usable(self._connection)

    def _is_silent(self) -> bool:
        """Whether the socket is open and has nothing to read: neither an end nor a last word."""
        line: Any = self._connection.connection
        if line is None or line.closed or not hasattr(select, "poll"):
            return False
        poll = select.poll()
        poll.register(line.fileno(), select.POLLIN)
        return not poll.poll(0)


def believe(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Receiver of `connection_created`."""
    if connection.vendor == "postgresql":
        connection.is_usable = Belief(connection)  # type: ignore[method-assign]  # -- see Belief
