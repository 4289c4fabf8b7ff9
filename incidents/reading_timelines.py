"""What the address of a timeline in the API asks for."""

from typing import Any

from django.utils.translation import gettext as _
from rest_framework.exceptions import ValidationError

from core.record.entries import Position, Timeline


def position_asked(request: Any) -> Position | None:
    """Where to go on from; a ValidationError for what is no position."""
    text = request.query_params.get("before")
    position = Position.read(text or "")
    if text is not None and position is None:
        raise ValidationError({"before": [_("This is no position of a timeline.")]})
    return position


def kinds_asked(request: Any, timeline: Timeline) -> list[str]:
    """The kinds of entries that are wanted; a ValidationError names those that there are."""
    if (text := request.query_params.get("kind")) is None:
        return []
    kinds = text.split(",")
    if unknown := set(kinds) - set(timeline.kinds()):
        told = {"kinds": ", ".join(timeline.kinds()), "unknown": ", ".join(unknown)}
        raise ValidationError({"kind": [_("“%(unknown)s”: choose from %(kinds)s.") % told]})
    return kinds
