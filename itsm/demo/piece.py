"""A piece of the demo world: told in one transaction, with as few statements as it takes."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connection, transaction


@contextmanager
def in_one_piece() -> Iterator[None]:
    """A transaction without savepoints inside. Services set one each, and the checks of a model
    one per constraint, so that a caller may go on after a refusal; here a refusal ends it all, and
    every other statement would be a savepoint's."""
    with transaction.atomic():
        before, connection.features.uses_savepoints = connection.features.uses_savepoints, False
        try:
            yield
        finally:
            connection.features.uses_savepoints = before
