"""Counts the statements of a request, in this process and on the same database."""

from collections.abc import Iterator

from django.conf import settings
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from itsm.bench.measuring import Call

_TRANSACTION = ("BEGIN", "COMMIT", "SAVEPOINT", "RELEASE SAVEPOINT", "ROLLBACK")


def statements_of(calls: Iterator[Call]) -> int:
    """What one request sends to the database once everything is warm, savepoints included.

    BEGIN and COMMIT are not counted: Django does not log what psycopg sends on its own.
    """
    client = Client(headers={"host": settings.ALLOWED_HOSTS[0]})
    _send(client, next(calls))
    with CaptureQueriesContext(connection) as captured:
        _send(client, next(calls))
    told = (query["sql"].lstrip().upper() for query in captured.captured_queries)
    return sum(not sql.startswith(_TRANSACTION) for sql in told)


def _send(client: Client, call: Call) -> None:
    headers = {name.lower(): value for name, value in call.headers.items()}
    kind = headers.pop("content-type", "application/octet-stream")
    client.generic(call.method, call.path, call.body or b"", content_type=kind, headers=headers)
