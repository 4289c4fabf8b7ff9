"""What became of changes beyond their own outcome: apps above register what they hold changes to
have caused."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.registry import Registry


@dataclass(frozen=True)
class Consequence:
    """One kind of records, such as incidents, that name the change which caused them."""

    changes: Callable[[Any], Any]
    """`user` -> the ids of changes that caused some which the user sees, as a subquery."""

    panel: Callable[[Any, Any], Any]
    """`(change, user)` -> the tab that lists them (`core.admin.Panel`)."""


CONSEQUENCES: Registry[Consequence] = Registry("consequence of changes")
