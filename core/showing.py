"""How values look to a person: moments with their zone, badges, durations, links."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

from django.db import models
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

NOTHING = "–"


def shown(value: Any) -> Any:
    """What a cell prints for a value; HTML that was made safe stays."""
    if value is None or value in ("", [], {}):
        return NOTHING
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, datetime):
        return moment(value)
    if isinstance(value, date):
        return date_format(value, pgettext("format of a day", "j M Y"))
    if isinstance(value, timedelta):
        return duration(value)
    if isinstance(value, list | tuple):
        return ", ".join(str(shown(item)) for item in value)
    return value if isinstance(value, SafeString) else str(value)


def zone_of(at: datetime) -> str:
    """The zone's short name as people know it, `UTC-5` where it has none."""
    name = at.tzname() or ""
    if name[:1] not in "+-":
        return name
    return f"UTC{name[0]}{int(name[1:3])}" + (
        f":{name[3:5]}" if name[3:5] not in ("", "00") else ""
    )


def exact(at: datetime, seconds: bool = False) -> str:
    """A moment in the person's time zone, which is named."""
    local = timezone.localtime(at)
    clock = local.strftime("%H:%M:%S" if seconds else "%H:%M")
    day = date_format(local, pgettext("format of a day", "j M Y"))
    return f"{day} {clock} {zone_of(local)}"


def span(start: datetime, end: datetime) -> str:
    """From one moment to another; the day once where both are of the same, the zone once."""
    began, ended = timezone.localtime(start), timezone.localtime(end)
    pattern = pgettext("format of a day", "j M Y")
    first = f"{date_format(began, pattern)} {began:%H:%M}"
    same_day = began.date() == ended.date()
    last = f"{ended:%H:%M}" if same_day else f"{date_format(ended, pattern)} {ended:%H:%M}"
    zone = "" if zone_of(began) == zone_of(ended) else f" {zone_of(began)}"
    return f"{first}{zone} – {last} {zone_of(ended)}"


def moment(at: datetime, seconds: bool = False) -> SafeString:
    """A moment as `<time>`, readable by programs too."""
    stamp = at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    return format_html('<time datetime="{}">{}</time>', stamp, exact(at, seconds))


def ago(at: datetime, now: datetime | None = None) -> SafeString:
    """How long ago, in one unit, and the exact moment below."""
    past = (now or timezone.now()) - at
    text = _("%s ago") % duration(past) if past >= timedelta(0) else moment(at)
    return format_html('<span class="ago">{}</span> <small>{}</small>', text, moment(at))


def not_shown(hidden: int) -> str:
    """What stands above a table that is cut; nothing where it is whole."""
    if not hidden:
        return ""
    return ngettext("%d more is not shown.", "%d more are not shown.", hidden) % hidden


def duration(length: timedelta) -> str:
    """The largest unit that says it: 45 s, 12 min, 3 h, 2 days."""
    seconds = int(abs(length.total_seconds()))
    if seconds < 60:
        return _("%d s") % seconds
    if seconds < 3600:
        return _("%d min") % (seconds // 60)
    if seconds < 86_400:
        return _("%d h") % (seconds // 3600)
    days = seconds // 86_400
    return ngettext("%d day", "%d days", days) % days


def badge(text: Any, tone: str = "") -> SafeString:
    """A word on a coloured ground; the word itself tells everything that the colour does."""
    return format_html('<span class="badge badge-{}">{}</span>', tone or "plain", text)


def link(record: models.Model | None, label: Any = None) -> Any:
    """A record's name, leading to its page."""
    from django.urls import NoReverseMatch, reverse

    if record is None:
        return NOTHING
    meta = record._meta
    try:
        url = reverse(f"admin:{meta.app_label}_{meta.model_name}_change", args=[record.pk])
    except NoReverseMatch:
        return str(label or record)
    return format_html('<a href="{}">{}</a>', url, label or record)


def listed(items: list[Any]) -> Any:
    """A short list, one below the other."""
    if not items:
        return NOTHING
    return format_html("<ul>{}</ul>", format_html_join("", "<li>{}</li>", ((i,) for i in items)))
