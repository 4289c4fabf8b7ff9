"""What every request of a signed-in person passes: the limits of the session, and the person's
language and time zone."""

import time
import zoneinfo
from collections.abc import Callable
from contextlib import nullcontext

from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout
from django.http import HttpRequest, HttpResponse
from django.shortcuts import resolve_url
from django.utils import timezone, translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext_lazy as _
from django.utils.translation.trans_real import parse_accept_lang_header

from audit.context import acting
from people.services import note_presence

STARTED, SEEN = "started_at", "seen_at"
NOTED_EVERY = 60  # seconds between two writes of the last activity
ENDED = {
    "idle": _("You were signed out after a while without activity. Sign in to go on."),
    "hard": _("Your session has reached its longest time. Sign in to go on."),
}

type Answer = Callable[[HttpRequest], HttpResponse]


class SessionLimits:
    """Ends a session that was idle too long or lives too long; both stamps are kept by the server.

    Stands after authentication and messages, before whatever asks people to sign in: that one then
    answers as it does to anybody who is not signed in, and the API answers 401. Requests with
    `X-Background: 1`, which no person asked for, are no activity.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        ended = self._end_if_over(request) if request.user.is_authenticated else ""
        response = self.get_response(request)
        if ended and response.get("Location", "").startswith(resolve_url(settings.LOGIN_URL)):
            messages.info(request, ENDED[ended])
        return response

    def _end_if_over(self, request: HttpRequest) -> str:
        """Why the session has just been ended; empty where it goes on."""
        now = int(time.time())
        session = request.session
        started, seen = session.get(STARTED), session.get(SEEN)
        if started is None or seen is None:
            session[STARTED] = session[SEEN] = now
            note_presence(request.user, at=timezone.now())
            return ""
        over = ""
        if now - started >= settings.SESSION_HARD_LIMIT.total_seconds():
            over = "hard"
        elif now - seen >= settings.SESSION_IDLE_LIMIT.total_seconds():
            over = "idle"
        if over:
            with acting(actor=request.user, action="session.end", reason=over):
                logout(request)
        elif now - seen >= NOTED_EVERY and request.headers.get("X-Background") != "1":
            session[SEEN] = now
            note_presence(request.user, at=timezone.now())
        return over


class PreferredLocale:
    """Language and time zone of the signed-in person; for others the language that the browser
    asks for or that was chosen on the sign-in page. The API answers by `Accept-Language` alone."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        is_api = request.path_info.startswith("/api/")
        user = request.user if not is_api else None
        if is_api:
            language = _asked_for(request)
        elif user is not None and user.is_authenticated:
            language = user.language
        else:
            user, language = None, translation.get_language_from_request(request)
        zone = timezone.override(zoneinfo.ZoneInfo(user.time_zone)) if user else nullcontext()
        with translation.override(language), zone:
            request.LANGUAGE_CODE = translation.get_language()
            response = self.get_response(request)
            response.headers.setdefault("Content-Language", language)
            if user is None:
                patch_vary_headers(response, ("Accept-Language",))
        return response


def _asked_for(request: HttpRequest) -> str:
    """The first language of the header that we have, or English."""
    for code, _weight in parse_accept_lang_header(request.headers.get("Accept-Language", "")):
        if code == "*":
            break
        try:
            return translation.get_supported_language_variant(code)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE
