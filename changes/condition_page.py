"""What a change's page shows of its conditions: what must be done before it starts, and by whom."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from changes.models import Change, Condition
from core.admin import Button
from core.showing import badge


@dataclass(frozen=True)
class ShownCondition:
    """A condition, whether it is cleared, and the button for whom it waits."""

    condition: Condition
    state: str  # as that of a step: it colours the line beside it
    badge: Any
    button: Button | None


def conditions_of(
    change: Change, user: Any, url_of: Callable[[Condition], str]
) -> list[ShownCondition]:
    """In the order in which they were set."""
    rows = change.conditions.select_related("owner__person", "set_by__person", "meeting")
    return [_shown(one, user, url_of) for one in rows]


def _shown(one: Condition, user: Any, url_of: Callable[[Condition], str]) -> ShownCondition:
    if one.cleared_at is not None:
        done = badge(pgettext_lazy("condition", "Cleared"), "green")
        return ShownCondition(one, "approved", done, None)
    button = None
    if one.owner_id == user.pk:
        label = pgettext_lazy("condition", "It is done")
        button = Button("clear_condition", label, url_of(one), full_label=f"{label}: {one.text}")
    return ShownCondition(one, "open", badge(_("Blocks the start"), "orange"), button)
