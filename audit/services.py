"""Events that are no change of a row, such as sign-ins, exports and refusals."""

import json
from collections.abc import Callable
from typing import Any

from audit.context import acting
from audit.models import Operation, OutboxEntry
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
        OutboxEntry.objects.create(
            relation=f"event:{kind}"[:100],
            operation=Operation.EVENT,
            key=key[:100],
            after=details or None,
            context=json.loads(told.as_json()),
        )
