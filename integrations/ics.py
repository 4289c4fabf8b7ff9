"""Events as an iCalendar file (RFC 5545), in UTC, with nothing but title, reference, time, link."""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import icalendar

from changes.calendar.events import Event

_ASK_AGAIN = timedelta(minutes=15)


def calendar_of(
    events: Iterable[Event], *, name: str, site: str, at: datetime, is_busy: bool
) -> bytes:
    """The file; `at` is since when it has said the same, `site` the portal's address."""
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//ITSM portal//Changes//EN")
    calendar.add("version", "2.0")
    calendar.add("name", name)
    calendar.add("x-wr-calname", name)
    calendar.add("refresh-interval", _ASK_AGAIN, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT15M")
    host = urlsplit(site).hostname or "itsm"
    for event in events:
        calendar.add_component(_event(event, site.rstrip("/"), host, at, is_busy))
    return calendar.to_ical()


def _event(event: Event, site: str, host: str, at: datetime, is_busy: bool) -> icalendar.Event:
    shown = icalendar.Event()
    shown.add("uid", f"{event.key.lower()}@{host}")
    shown.add("dtstamp", at.astimezone(UTC))
    shown.add("dtstart", event.starts_at.astimezone(UTC))
    shown.add("dtend", event.ends_at.astimezone(UTC))
    shown.add("summary", f"{event.reference} {event.title}".strip())
    shown.add("status", str(event.standing))
    shown.add("sequence", event.sequence)
    shown.add("transp", "OPAQUE" if is_busy else "TRANSPARENT")
    shown.add("url", f"{site}{event.url}")
    return shown
