"""A sensitive action asks for the password again unless it was given a few minutes ago."""

import time
from collections.abc import Callable
from datetime import timedelta
from functools import wraps
from typing import Any

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, HttpResponse

SITTING = timedelta(minutes=30)
"""Who decides about one thing after the other confirms once for so long, as long as the session."""


def recently_confirmed(request: HttpRequest) -> bool:
    """Whether the person of this session gave the password within the last five minutes
    (`ACCOUNT_REAUTHENTICATION_TIMEOUT`)."""
    return request.user.is_authenticated and did_recently_reauthenticate(request)


def confirmed_for_sitting(request: HttpRequest) -> bool:
    """Whether the person of this session gave the password again within one sitting: for pages on
    which the same person takes the same kind of decision many times."""
    if not request.user.is_authenticated:
        return False
    if recently_confirmed(request):
        return True
    records = get_authentication_records(request, request.user)
    given = [record["at"] for record in records if record.get("reauthenticated")]
    return bool(given) and time.time() - given[-1] < SITTING.total_seconds()


def require_confirmation(request: HttpRequest) -> None:
    """Lead to the page that asks for the password, and from there back to this one.

    Raises what allauth's middleware turns into that redirect; what was posted is asked for anew.
    """
    if not recently_confirmed(request):
        raise ReauthenticationRequired


def confirmed[**P](view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Decorator of a view that only a freshly confirmed session may reach."""

    @wraps(view)
    def only_confirmed(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        require_confirmation(request)
        return view(request, *args, **kwargs)

    return only_confirmed
