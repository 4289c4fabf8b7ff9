"""Gives every request an id and tells the database who writes in it."""

import re
import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from audit.context import Channel, acting

_SAFE_ID = re.compile(r"[A-Za-z0-9._:-]{8,100}")


class RequestContext:
    """Wraps the request in `acting(…)` and answers with `X-Request-ID`.

    An id given by the caller is kept when it is harmless, so that a chain of services shares one.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        given = request.META.get("HTTP_X_REQUEST_ID", "")
        request_id = given if _SAFE_ID.fullmatch(given) else uuid.uuid4().hex
        request.META["HTTP_X_REQUEST_ID"] = request_id  # the request's log lines take it there
        with acting(
            request=request,
            request_id=request_id,
            address=request.META.get("REMOTE_ADDR", ""),
            channel=channel_of(request.path),
        ):
            response = self.get_response(request)
        response["X-Request-ID"] = request_id
        return response


def channel_of(path: str) -> Channel:
    """Through which door a path leads."""
    if path.startswith("/api/"):
        return Channel.API
    return Channel.HOOK if path.startswith("/hooks/") else Channel.WEB
