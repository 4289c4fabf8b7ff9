"""Events that are no change of a row, such as sign-ins, exports and refusals."""

import json
from typing import Any

from audit.context import acting
from audit.models import OutboxEntry


def record_event(kind: str, *, actor: Any = None, key: str = "", **details: Any) -> None:
    """Note that something happened, in the caller's transaction.

    `kind` names it (`login.failed`), `key` what it was about, `details` are JSON values. Never put
    a secret or a confidential text there.
    """
    with acting(actor=actor, action=kind) as told:
        OutboxEntry.objects.create(
            relation=f"event:{kind}"[:100],
            operation=OutboxEntry.Operation.EVENT,
            key=key[:100],
            after=details or None,
            context=json.loads(told.as_json()),
        )
