"""A sensitive action asks for the password again unless it was given a few minutes ago."""

from collections.abc import Callable
from functools import wraps
from typing import Any

from allauth.account.internal.flows.reauthentication import did_recently_reauthenticate
from allauth.core.exceptions import ReauthenticationRequired
from django.http import HttpRequest, HttpResponse


def recently_confirmed(request: HttpRequest) -> bool:
    """Whether the person of this session gave the password within the last five minutes
    (`ACCOUNT_REAUTHENTICATION_TIMEOUT`)."""
    return request.user.is_authenticated and did_recently_reauthenticate(request)


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
