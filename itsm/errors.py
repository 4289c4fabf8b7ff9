"""Error pages in the portal's look and language; problem+json under `/api/` and `/hooks/`."""

import logging
from typing import Any

from django.conf import settings
from django.contrib import admin
from django.core.exceptions import RequestDataTooBig
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.defaultfilters import filesizeformat
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

from core.api.problems import problem

logger = logging.getLogger(__name__)

_TEXTS = {
    400: (_("That request makes no sense"), _("Part of the address or of the form is not valid.")),
    403: (_("Not allowed"), _("Your role does not include this page.")),
    404: (_("Not found"), _("There is nothing at this address, or it is not for you to see.")),
    500: (
        _("Something went wrong"),
        _("It is our fault, and it has been noted. Quote the number below when you report it."),
    ),
}
_TOO_LARGE = (
    _("Too large"),
    _("At most %(size)s can be sent at once, files included. Nothing was stored."),
)
_FORM_EXPIRED = (
    _("The form has expired"),
    _("You signed in or out in another tab, or cookies are off. Go back, reload and try again."),
)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    if isinstance(exception, RequestDataTooBig):
        return too_large(request, settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
    return _answer(request, 400, *_TEXTS[400])


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _answer(request, 403, *_TEXTS[403])


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _answer(request, 404, *_TEXTS[404])


def server_error(request: HttpRequest) -> HttpResponse:
    return _answer(request, 500, *_TEXTS[500])


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(request, 403, *_FORM_EXPIRED)


def too_large(request: HttpRequest, limit: int) -> HttpResponse:
    """413: as a page, as a line for the dialog that sent it, or as a problem."""
    title, detail = _TOO_LARGE
    detail = detail % {"size": filesizeformat(limit)}
    if request.path.startswith("/api/"):
        return problem(413, "too-large", detail)
    if "X-Dialog" in request.headers:
        html = render_to_string("refused.html", {"title": title, "detail": detail})
        return HttpResponse(html, status=413)
    return _answer(request, 413, title, detail)


def _answer(request: HttpRequest, status: int, title: Any, detail: Any) -> HttpResponse:
    if request.path.startswith(("/api/", "/hooks/")):
        problem = {
            "type": "about:blank",
            "title": str(title),
            "status": status,
            "detail": str(detail),
            "errors": [],
            "reasons": [],
        }
        return JsonResponse(problem, status=status, content_type="application/problem+json")
    context = {
        "title": title,
        "detail": detail,
        "status": status,
        "request_id": request.META.get("HTTP_X_REQUEST_ID", ""),
        "site_title": settings.SITE_NAME,
        "environment_code": settings.ENVIRONMENT,
    }
    page = _in_shell(request, context) if status in (403, 404) else None
    # Without the request: whatever failed must not fail again in a context processor.
    return HttpResponse(page or render_to_string("error.html", context), status=status)


def _in_shell(request: HttpRequest, context: dict[str, Any]) -> str | None:
    """The page with the menu around it, for those who are signed in; None where that is no help."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated or "X-Dialog" in request.headers:
        return None
    try:
        around = {**admin.site.each_context(request), **context, "first_steps": None}
        return render_to_string("error_in_shell.html", around, request)
    except Exception:  # the plain page needs nothing that could fail
        logger.exception("the error page in the shell could not be drawn")
        return None
