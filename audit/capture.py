"""Sends the circumstances of a write to the database, in the same round trip as the write.

The setting is local to the transaction, so nothing leaks to the connection's next user. It is sent
with every writing statement rather than remembered, because a rolled-back savepoint forgets it; and
a write that nobody answers for takes back what was said earlier in its transaction.
"""

import re
from collections.abc import Mapping
from typing import Any

from django.db.backends.base.base import BaseDatabaseWrapper

from audit.context import current

_WRITES = re.compile(r"\s*(INSERT|UPDATE|DELETE|MERGE|WITH)\b", re.IGNORECASE)
_SEND = "SELECT set_config('itsm.context', %s, true); "


def send_context(execute: Any, sql: Any, params: Any, many: bool, context: dict[str, Any]) -> Any:
    """A Django execute wrapper: puts the setting before a writing statement.

    Both run in one implicit transaction even outside `atomic()`. psycopg then stands at the first
    result; the caller wants the second.
    """
    told, connection = current(), context["connection"]
    if not isinstance(sql, str) or not _WRITES.match(sql):
        return execute(sql, params, many, context)
    if told is None and not connection.in_atomic_block:  # nothing was told before it either
        return execute(sql, params, many, context)
    text = told.as_json() if told is not None else ""
    if many:  # each row would repeat the setting: send it once, inside the open transaction
        with connection.cursor() as cursor:
            cursor.cursor.execute(_SEND, (text,))
        return execute(sql, params, many, context)
    if params is None:
        sql = sql.replace("%", "%%")
    given: Any = (text, *(params or ()))
    send = _SEND
    if isinstance(params, Mapping):
        send, given = _SEND.replace("%s", "%(told)s"), {**params, "told": text}
    result = execute(send + sql, given, many, context)
    context["cursor"].nextset()
    return result


def install(connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Receiver of `connection_created`: every PostgreSQL connection sends its context."""
    if connection.vendor == "postgresql" and send_context not in connection.execute_wrappers:
        connection.execute_wrappers.append(send_context)
