"""The refusals that services raise and that admin and API turn into answers."""

from collections.abc import Sequence

from django.core.exceptions import ValidationError
from django.utils.functional import Promise

Reason = str | Promise  # a translated fragment: "a back-out plan is required"

__all__ = ["NotAllowed", "Reason", "Refused", "Stale", "ValidationError"]


class Refused(Exception):
    """The record's state does not let the action happen; nothing was changed (HTTP 409)."""

    def __init__(self, *reasons: Reason) -> None:
        self.reasons: Sequence[Reason] = reasons
        super().__init__("; ".join(str(reason) for reason in reasons))


class NotAllowed(Refused):
    """The person may see the record but may not do this to it (HTTP 403)."""


class Stale(Refused):
    """Somebody else changed the record since it was read (HTTP 412)."""
