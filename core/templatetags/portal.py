"""What the portal's templates need to show values as `core.showing` does."""

import json
from typing import Any

from django import template
from django.utils.translation import gettext_lazy as _

from core import showing
from core.history import Change
from core.markdown import render_markdown
from core.record import differences, moments, words

register = template.Library()

CHANNEL_NAMES = {
    "web": _("the portal"),
    "api": _("the API"),
    "hook": _("a monitoring system"),
    "task": _("a background task"),
    "command": _("a command"),
    "import": _("an import"),
    "demo": _("the demo world"),
}

register.filter("shown", showing.shown)
register.filter("moment", showing.moment)
register.filter("markdown", render_markdown)
register.filter("comment", lambda text: render_markdown(text, has_mentions=True))
register.filter("plain_moment", showing.exact)
register.filter("time_of_day", moments.time_of_day)
register.filter("channel_name", lambda code: CHANNEL_NAMES.get(code, code))


@register.filter
def ago(at: Any) -> Any:
    """How long ago, with the exact moment."""
    return showing.ago(at) if at else showing.NOTHING


@register.filter
def precisely(at: Any) -> Any:
    """A moment to the second."""
    return showing.moment(at, seconds=True) if at else showing.NOTHING


@register.filter
def record_link(record: Any) -> Any:
    """A record's name, leading to its page."""
    return showing.link(record)


@register.filter
def of_key(mapping: Any, key: Any) -> Any:
    """The value that a mapping holds for a key that a variable names."""
    return mapping.get(key) if mapping else None


@register.filter
def at(items: Any, place: int) -> Any:
    """What stands at a place of a list; nothing where the list is shorter."""
    return items[place] if place < len(items) else ""


@register.filter
def clockface(length: Any) -> str:
    """Minutes and seconds, hours where there are any: 4:05, 1:02:09, 3 d 4:00:00."""
    seconds = max(int(length.total_seconds()), 0)
    days, rest = divmod(seconds, 86_400)
    hours, minutes = rest // 3600, rest // 60 % 60
    if days:
        return f"{days} d {hours}:{minutes:02}:{rest % 60:02}"
    return f"{hours}:{minutes:02}:{rest % 60:02}" if hours else f"{minutes}:{rest % 60:02}"


@register.filter
def as_json(value: Any) -> str:
    """JSON as people read it: indented, accents as they are."""
    return json.dumps(value, indent=2, ensure_ascii=False, sort_keys=True, default=str)


@register.simple_tag
def entry_time(at: Any, now: Any) -> Any:
    """When something happened: how long ago while that is less than a day, and the time of day."""
    return moments.lately(at, now)


@register.filter
def units(talk: Any) -> str:
    """How a script says how long ago something is, by unit; `%d` stands for the number."""
    return json.dumps(moments.units())


@register.filter
def is_long(change: Change) -> bool:
    """Whether a change is better shown as what went and what came."""
    return words.is_long(change)


@register.filter
def difference(both: Any) -> Any:
    """What went and what came between two texts."""
    old, new = (str(showing.shown(value)) if value else "" for value in both)
    return differences.difference(old, new)
