"""The calendar's question as an address asks it, and its answer as the page's script reads it.

Moments are told as the clock of the person's time zone shows them: the script draws walls of
clocks and knows no zones.
"""

from collections.abc import Iterable, Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from changes.calendar.events import Asked, Event
from changes.calendar.filters import FILTERS

LONGEST = timedelta(days=62)
ROWS = ("service", "team")
_OTHER = {"start", "end", "rows"}


def read_question(given: Mapping[str, str], user: Any) -> Asked:
    """What an address asks. ValueError says what is wrong with it."""
    for name in given.keys() - _OTHER - FILTERS.keys():
        raise ValueError(_("There is no parameter “%s”.") % name[:50])
    start, end = _moment(given.get("start", "")), _moment(given.get("end", ""))
    if end <= start:
        raise ValueError(_("It ends before it starts."))
    if end - start > LONGEST + timedelta(hours=2):  # a clock change more or less
        raise ValueError(_("Ask for at most %(days)d days.") % {"days": LONGEST.days})
    rows = given.get("rows", "")
    if rows and rows not in ROWS:
        raise ValueError(_("Choose from: %s.") % ", ".join(ROWS))
    filters = {name: text for name, text in given.items() if name in FILTERS and text}
    return Asked(user, start, end, filters, rows)


def _moment(text: str) -> datetime:
    """A day or a moment; without an offset, in the person's time zone."""
    try:
        moment = datetime.fromisoformat(text)
        if not 1900 < moment.year < 9000:
            raise ValueError
    except ValueError:
        hint = _("Give “start” and “end” as days, such as 2026-01-31.")
        raise ValueError(hint) from None
    return moment if moment.tzinfo else timezone.make_aware(moment)


def drawn(events: Iterable[Event], most: int) -> dict[str, Any]:
    """The answer: events, the rows they stand in, and whether there would have been more."""
    found = list(events)
    rows = {key: name for event in found for key, name in event.rows}
    return {
        "events": [_as_json(event) for event in found],
        "rows": [{"id": key, "title": name} for key, name in sorted(rows.items(), key=_by_name)],
        "isCut": sum(event.kind == "change" for event in found) >= most,
    }


def _by_name(row: tuple[str, str]) -> str:
    return row[1].casefold()


def _as_json(event: Event) -> dict[str, Any]:
    """An event without what it does not have: a month may hold thousands."""
    start, end = timezone.localtime(event.starts_at), timezone.localtime(event.ends_at)
    told = {
        "kind": event.kind,
        "id": event.key,
        "title": event.title,
        "start": start.isoformat()[:19],
        "end": end.isoformat()[:19],
        "url": event.peek_url or event.url,
        "hasFacts": bool(event.peek_url),
        "reference": event.reference,
        "tone": event.tone,
        "state": event.state,
        "note": event.note,
        "risk": event.risk,
        "move": event.move_url,
        "isOver": event.is_over,
        "rows": [key for key, _name in event.rows],
        "days": _days(start, end) if event.is_band else None,
    }
    return {name: value for name, value in told.items() if value}


def _days(start: datetime, end: datetime) -> list[str]:
    """The days that a band covers, the last one no longer part of it."""
    last: date = end.date() if end.time() == time() else end.date() + timedelta(days=1)
    return [start.date().isoformat(), last.isoformat()]
