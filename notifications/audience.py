"""Who may be told of a record, and who reads other people's messages: apps above register it."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q

from core.registry import Registry

READERS: Registry[Callable[[Any], Q]] = Registry("reader of messages")
"""By name, a function that gives the condition on the messages which a user may see."""

type AudienceCheck = Callable[[Any, str], bool]
"""`(user, reference)` -> whether the person may see that record now."""

AUDIENCE_CHECKS: Registry[AudienceCheck] = Registry("audience check")
"""By the prefix of the reference, such as `INC`."""


def may_be_told(user: Any, reference: str) -> bool:
    """Whether a person may see the record of a message. Unknown kinds of records: no.

    A message about no record, such as one about the own account, may always be sent.
    """
    if not reference:
        return True
    prefix = reference.partition("-")[0]
    return prefix in AUDIENCE_CHECKS and AUDIENCE_CHECKS[prefix](user, reference)
