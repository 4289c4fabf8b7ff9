"""Events that are no change of a row, such as sign-ins, exports and refusals."""

import json
from collections.abc import Callable
from typing import Any

from django.db import connection

from audit.context import acting
from core.registry import Registry

MASKS: Registry[Callable[[Any], Any]] = Registry("mask of events")
"""What takes card numbers out of JSON-like details: people type them where a name belongs."""


def record_event(kind: str, *, actor: Any = None, key: str = "", **details: Any) -> None:
    """Note that something happened, in the caller's transaction.

    `kind` names it (`login.failed`), `key` what it was about, `details` are JSON values. Never put
    a secret or a confidential text there.
    """
    for _name, mask in MASKS:
        details = mask(details)
    with acting(actor=actor, action=kind) as told:
        # A function, because the application may not write into the outbox (`audit.rights`).
        after = json.dumps(details) if details else None
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT audit_note_event(%s, %s, %s::jsonb, %s::jsonb)",
                [kind, key, after, told.as_json()],
            )
