"""The wallboard: a page for a screen on the wall, which brings itself up to date."""

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import path
from django.utils import timezone, translation
from django.utils.cache import add_never_cache_headers
from django.views.decorators.http import require_safe

from incidents.dashboard.mandate import lasting
from incidents.dashboard.open_work import VIEW
from incidents.wallboard import board_of
from integrations.ratelimit import TokenBuckets
from people.models import WallboardKey
from people.services import note_wallboard_shown
from people.token_format import digest_of
from sla.clocks import Clock
from sla.enums import ClockState

EVERY = 5  # seconds between two looks
STALE = 20  # seconds without news after which the board says so
PER_MINUTE = 60  # looks by one key: a board takes twelve
_BUCKETS = TokenBuckets()


def urls(site: Any) -> list[Any]:
    """The address of the page, to stand in the admin site."""
    view = site.admin_view(lambda request: wallboard_page(request))
    return [path("wallboard/", view, name="wallboard")]


def wallboard_page(request: HttpRequest) -> HttpResponse:
    """The board; its script takes the same page again and again, and from it what is new."""
    user: Any = request.user
    if not user.has_perm(VIEW):
        raise PermissionDenied
    return TemplateResponse(request, "portal/wallboard.html", _context(request, user))


@login_not_required
@require_safe
def screen_page(request: HttpRequest, secret: str) -> HttpResponse:
    """The board at /wallboard/<key>/, in the language and time zone of the key's person: 404 for
    what is unknown, revoked or no longer its person's."""
    keys = WallboardKey.objects.live().filter(digest=digest_of(secret))
    key = keys.select_related("user__person").first()
    if key is None or not key.user.has_perm(VIEW):
        raise Http404
    if wait := _BUCKETS.take(key.pk, PER_MINUTE):
        return HttpResponse(status=429, headers={"Retry-After": str(wait)})
    note_wallboard_shown(key, at=timezone.now())
    zone = ZoneInfo(key.user.time_zone)
    with translation.override(key.user.language), timezone.override(zone):
        context = {**_context(request, key.user), "is_screen": True}
        answer = TemplateResponse(request, "portal/wallboard.html", context).render()
    answer["Content-Language"] = key.user.language
    answer["Referrer-Policy"] = "no-referrer"
    add_never_cache_headers(answer)
    return answer


def _context(request: HttpRequest, user: Any) -> dict[str, Any]:
    board = board_of(user, timezone.now())
    return {
        "board": board,
        "rows": [(row.incident, [_face(clock) for clock in row.clocks]) for row in board.rows],
        "scores": [(s.target, lasting(s.target.within), s.today, s.month) for s in board.scores],
        "look": "light" if request.GET.get("look") == "light" else "dark",
        "every": EVERY,
        "stale": STALE,
        "site_title": settings.SITE_NAME,
        "environment_code": settings.ENVIRONMENT,
    }


def _face(clock: Clock) -> dict[str, Any]:
    """A clock as the page shows it: running ones go on in the browser."""
    is_going = clock.state in (ClockState.RUNNING, ClockState.LATE)
    seconds = int(clock.elapsed.total_seconds())
    return {
        "label": clock.target.label,
        "target": lasting(clock.target.within),
        "within": int(clock.target.within.total_seconds()),
        "state": clock.state,
        "said": clock.state.label,
        "elapsed": seconds,
        "is_going": is_going,
        "figure": "–" if clock.state == ClockState.WAITING else _figure(seconds),
    }


def _figure(seconds: int) -> str:
    """4:07, 2:04:07, 3 d 2 h."""
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if days:
        return f"{days} d {hours % 24} h"
    if hours:
        return f"{hours}:{minutes % 60:02}:{seconds % 60:02}"
    return f"{minutes}:{seconds % 60:02}"
