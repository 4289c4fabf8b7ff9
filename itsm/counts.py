"""The numbers beside the pages of the menu: seldom counted, never further than 99.

They are kept in the process's memory for a minute. Whoever does something gets a cookie for as long
that makes another key of it, so that people see the effect of their own work at once, whichever
process answers.
"""

import time
from collections.abc import Callable, Iterable
from typing import Any

from django.conf import settings
from django.core.cache import caches
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from changes.models import Change
from evidence.models import ControlFailure
from incidents.models import Incident
from integrations.enums import EventState
from integrations.models import AlertEvent
from notifications.enums import MessageState
from notifications.models import Message
from people.scope import scope_of
from records.enums import JobState
from records.models import Job

KEPT_FOR = 60  # seconds
MOST = 99
LATELY = 500  # what failed is looked for among the newest so many: nothing indexes it
COOKIE = "itsm_acted"

type Rows = QuerySet[Any]
type Counted = Callable[[Any], Rows]


def own_open_incidents(user: Any) -> Rows:
    return Incident.objects.visible_to(user).open().filter(owner=user.pk)


def incidents_without_owner(user: Any) -> Rows:
    """Of one's own teams."""
    teams = scope_of(user).own_team_ids
    return Incident.objects.visible_to(user).open().filter(owner__isnull=True, team__in=teams)


def changes_awaiting_vote(user: Any) -> Rows:
    return Change.objects.visible_to(user).awaiting_vote_of(user, timezone.now())


def failed_jobs(user: Any) -> Rows:
    return _lately(Job.objects.visible_to(user)).filter(state=JobState.FAILED)


def failed_messages(user: Any) -> Rows:
    """For those who look after delivery; nobody can do anything about one's own."""
    messages = Message.objects.visible_to(user)
    if not user.has_perm("notifications.view_message"):
        return messages.none()
    return _lately(messages).filter(state=MessageState.FAILED)


def failed_events(user: Any) -> Rows:
    return AlertEvent.objects.visible_to(user).filter(state=EventState.DEAD)


def unsettled_failures(user: Any) -> Rows:
    return ControlFailure.objects.visible_to(user).unsettled()


def _lately(rows: Rows) -> Rows:
    newest = rows.order_by("-pk").values("pk")[:LATELY]
    return rows.model._default_manager.filter(pk__in=newest)


def counts_for(request: HttpRequest, wanted: Iterable[tuple[str, Counted]]) -> dict[str, str]:
    """By key, how many rows each finds for the person: `"7"`, `"99+"`, nothing where none."""
    key = f"menu-counts:{request.user.pk}:{request.COOKIES.get(COOKIE, '')[:20]}"
    counted: dict[str, str] | None = caches["local"].get(key)
    if counted is None:
        counted = {name: _told(rows_for(request.user)) for name, rows_for in wanted}
        caches["local"].set(key, counted, KEPT_FOR)
    return counted


def _told(rows: Rows) -> str:
    found = rows.order_by()[: MOST + 1].count()
    return f"{MOST}+" if found > MOST else str(found or "")


class NotesWhoActed:
    """Middleware: after a person's own write their browser asks for fresh counts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        if (
            request.method == "POST"
            and _is_of_the_portal(request.path)
            and response.status_code < 400
        ):
            response.set_cookie(
                COOKIE,
                str(int(time.time() * 1000)),
                max_age=KEPT_FOR,
                secure=settings.HTTPS,
                httponly=True,
                samesite="Lax",
            )
        return response


def _is_of_the_portal(path: str) -> bool:
    return not path.startswith(("/api/", "/hooks/", "/accounts/"))
