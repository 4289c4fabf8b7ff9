"""Moments as a timeline shows them: how long ago while that is short, and the time of day."""

from datetime import UTC, datetime, timedelta

from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from core.showing import duration, exact, zone_of

_LATELY = timedelta(days=1)


def lately(at: datetime, now: datetime) -> SafeString:
    """“5 min ago · 14:05 CST”; the day stands above it, the second in the title."""
    past = now - at
    is_late = timedelta() <= past < _LATELY
    ago = ""
    if is_late:
        text = _("%s ago") % duration(past)
        seconds = int(at.timestamp())
        ago = format_html('<span class="ago" data-ago="{}">{}</span> · ', seconds, text)
    stamp = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    title = exact(at, seconds=True)
    return format_html(
        '<time datetime="{}" title="{}">{}{}</time>', stamp, title, ago, time_of_day(at)
    )


def time_of_day(at: datetime) -> str:
    """Hour and minute in the person's time zone, which is named."""
    local = timezone.localtime(at)
    return f"{local:%H:%M} {zone_of(local)}"


def units() -> dict[str, str]:
    """How a script says how long ago something is; `%d` stands for the number."""
    said = {"s": _("%d s"), "min": _("%d min"), "h": _("%d h")}
    return {unit: _("%s ago") % text for unit, text in said.items()}
