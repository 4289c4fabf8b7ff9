"""The address of a subscribed calendar: what its person may see now, without signing in."""

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse, HttpResponseNotAllowed
from django.utils import timezone, translation
from django.utils.cache import get_conditional_response
from django.utils.http import http_date
from django.utils.translation import gettext as _

from changes.calendar.events import Event
from changes.calendar.personal import events_of_person, events_of_team
from integrations.ratelimit import TokenBuckets
from people.models import CalendarKey
from people.scope import scope_of
from people.services import note_calendar_sent
from people.token_format import digest_of

PAST, AHEAD = timedelta(days=30), timedelta(days=180)
PER_MINUTE = 20
CONTENT_TYPE = "text/calendar; charset=utf-8"
_BUCKETS = TokenBuckets()


@login_not_required
def send_calendar(request: HttpRequest, secret: str) -> HttpResponse:
    """GET /calendar/<key>.ics: 404 for what is unknown, revoked or no longer its person's."""
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    key = (
        CalendarKey.objects.live()
        .filter(digest=digest_of(secret))
        .select_related("user__person", "team")
        .first()
    )
    if key is None or (key.team_id and key.team_id not in scope_of(key.user).own_team_ids):
        return _told(_("There is no such calendar."), 404)
    if wait := _BUCKETS.take(key.pk, PER_MINUTE):
        answer = _told(_("This calendar is asked for too often."), 429)
        answer["Retry-After"] = str(wait)
        return answer
    with translation.override(key.user.language):
        return _answer(request, key)


def _answer(request: HttpRequest, key: CalendarKey) -> HttpResponse:
    now = timezone.now()
    start, end = now - PAST, now + AHEAD
    user = key.user
    events = (
        events_of_team(user, key.team.slug, start, end)
        if key.team
        else events_of_person(user, start, end)
    )
    name = f"{settings.SITE_NAME}: {key.team or user.get_full_name()}"
    digest = _digest(name, events)
    since = note_calendar_sent(key, digest, at=now)
    etag, modified = f'"{digest}"', int(since.timestamp())
    headers = {
        "ETag": etag,
        "Last-Modified": http_date(modified),
        "Cache-Control": "private, max-age=300",
    }
    known = get_conditional_response(request, etag=etag, last_modified=modified)
    if known is None:
        known = HttpResponse(_file(key, events, name, since), content_type=CONTENT_TYPE)
        known["Content-Disposition"] = 'inline; filename="calendar.ics"'
    for header, value in headers.items():
        known[header] = value
    return known


def _file(key: CalendarKey, events: list[Event], name: str, since: datetime) -> bytes:
    from integrations.ics import calendar_of  # its library is slow to load, and seldom needed

    site = settings.SITE_URL
    return calendar_of(events, name=name, site=site, at=since, is_busy=key.team is None)


def _digest(name: str, events: list[Event]) -> str:
    """Of all that the file says but for its own moment."""
    told: list[Any] = [name, settings.SITE_URL]
    for event in events:
        moments = [event.starts_at.timestamp(), event.ends_at.timestamp()]
        told.append(
            [event.key, event.reference, event.title, event.standing, event.sequence, *moments]
        )
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _told(text: str, status: int) -> HttpResponse:
    return HttpResponse(text, status=status, content_type="text/plain; charset=utf-8")
