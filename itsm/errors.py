"""Error pages in the portal's look and language; problem+json under `/api/` and `/hooks/`."""

from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template.loader import render_to_string
from django.utils.translation import gettext_lazy as _

_TEXTS = {
    400: (_("That request makes no sense"), _("Part of the address or of the form is not valid.")),
    403: (_("Not allowed"), _("Your role does not include this page.")),
    404: (_("Not found"), _("There is nothing at this address, or it is not for you to see.")),
    500: (
        _("Something went wrong"),
        _("It is our fault, and it has been noted. Quote the number below when you report it."),
    ),
}
_FORM_EXPIRED = (
    _("The form has expired"),
    _("You signed in or out in another tab, or cookies are off. Go back, reload and try again."),
)


def bad_request(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _answer(request, 400, *_TEXTS[400])


def forbidden(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _answer(request, 403, *_TEXTS[403])


def not_found(request: HttpRequest, exception: Any = None) -> HttpResponse:
    return _answer(request, 404, *_TEXTS[404])


def server_error(request: HttpRequest) -> HttpResponse:
    return _answer(request, 500, *_TEXTS[500])


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _answer(request, 403, *_FORM_EXPIRED)


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
    }
    # Without the request: whatever failed must not fail again in a context processor.
    return HttpResponse(render_to_string("error.html", context), status=status)
