"""Every error as RFC 9457 `application/problem+json`, whoever raised it: DRF, Django, services,
constraints. A bug stays a 500; bad input never is one.
"""

import logging
from collections.abc import Iterable, Iterator
from typing import Any

from django.core import exceptions as django_errors
from django.db import DatabaseError, DataError, IntegrityError
from django.http import Http404, JsonResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework.exceptions import APIException, NotFound, PermissionDenied, ValidationError
from rest_framework.response import Response

from core.api.collisions import message_of, refusal_for
from core.errors import NotAllowed, Refused, Stale

CONTENT_TYPE = "application/problem+json"
NON_FIELDS = {"non_field_errors", django_errors.NON_FIELD_ERRORS}
logger = logging.getLogger(__name__)

TITLES = {
    400: gettext_lazy("The request is not valid"),
    401: gettext_lazy("Sign in first"),
    403: gettext_lazy("You may not do this"),
    404: gettext_lazy("There is nothing here"),
    405: gettext_lazy("This method is not offered here"),
    406: gettext_lazy("Only JSON is offered"),
    409: gettext_lazy("The action was refused"),
    412: gettext_lazy("Somebody else changed the record"),
    413: gettext_lazy("The request is too large"),
    415: gettext_lazy("This content type is not read here"),
    428: gettext_lazy("Say which version you changed"),
    429: gettext_lazy("Too many requests"),
    500: gettext_lazy("Something went wrong on our side"),
}


class TooLarge(APIException):
    """413: the body is larger than we read."""

    status_code = 413
    default_code = "too-large"
    default_detail = gettext_lazy("Send less at once.")


class VersionRequired(APIException):
    """428: a change must say which version it was made on."""

    status_code = 428
    default_code = "version-required"
    default_detail = gettext_lazy("Send the record's ETag as If-Match; “*” is not accepted.")


class Conflict(APIException):
    """409 that no rule of a record caused, such as an idempotency key used for another body."""

    status_code = 409
    default_code = "conflict"


def problem_body(
    status: int,
    code: str,
    detail: Any = "",
    errors: Iterable[dict[str, str]] = (),
    reasons: Iterable[Any] = (),
) -> dict[str, Any]:
    """The members of a problem, always all of them. `code` tells programs what happened."""
    return {
        "type": f"urn:itsm:problem:{code.replace('_', '-')}",
        "title": str(TITLES.get(status, "")),
        "status": status,
        "detail": str(detail),
        "errors": list(errors),
        "reasons": [str(reason) for reason in reasons],
    }


def problem(status: int, code: str, detail: Any = "") -> JsonResponse:
    """A problem as an answer of its own, for views outside REST framework."""
    return JsonResponse(
        problem_body(status, code, detail), status=status, content_type=CONTENT_TYPE
    )


def as_problem(exc: Exception, context: dict[str, Any]) -> Response | None:
    """REST framework's exception handler. None leaves the exception to become a 500."""
    body = _describe(exc)
    if body is None:
        return None
    from rest_framework.views import set_rollback  # it loads our parsers, which load this module

    set_rollback()
    headers = {}
    if challenge := getattr(exc, "auth_header", None):
        headers["WWW-Authenticate"] = challenge
    if wait := getattr(exc, "wait", None):
        headers["Retry-After"] = str(int(wait))
    return Response(body, body["status"], headers=headers, content_type=CONTENT_TYPE)


def _describe(exc: Exception) -> dict[str, Any] | None:
    if isinstance(exc, DatabaseError):
        exc = refusal_for(exc) or exc
    if isinstance(exc, Stale):
        detail = _("Read the record again and repeat your change.")
        return problem_body(412, "stale", detail, reasons=exc.reasons)
    if isinstance(exc, Refused):
        status, code = (403, "not-allowed") if isinstance(exc, NotAllowed) else (409, "refused")
        return problem_body(status, code, exc, reasons=exc.reasons)
    if isinstance(exc, IntegrityError | DataError):
        return _invalid([_of_database(exc)])
    if isinstance(exc, django_errors.ValidationError):
        return _invalid(_of_django(exc))
    if isinstance(exc, ValidationError):
        return _invalid(_of_rest(exc.detail))
    if isinstance(exc, Http404 | django_errors.ObjectDoesNotExist):  # gone since the view saw it
        exc = NotFound()
    elif isinstance(exc, django_errors.PermissionDenied):
        exc = PermissionDenied()
    elif isinstance(exc, django_errors.RequestDataTooBig):
        exc = TooLarge()
    elif isinstance(exc, django_errors.SuspiciousOperation | django_errors.BadRequest):
        return problem_body(400, "malformed")
    if isinstance(exc, APIException):
        return problem_body(exc.status_code, str(exc.get_codes()), exc.detail)
    return None


def _invalid(errors: Iterable[dict[str, str]]) -> dict[str, Any]:
    errors = list(errors)
    told = [f"{e['field']}: {e['detail']}" if e["field"] else e["detail"] for e in errors]
    return problem_body(400, "invalid", " ".join(told)[:1000], errors)


def _error(field: str, code: str | None, detail: Any) -> dict[str, str]:
    return {"field": field, "code": code or "invalid", "detail": str(detail)}


def _of_rest(detail: Any, path: str = "") -> Iterator[dict[str, str]]:
    """REST framework's nested detail as a flat list; inner fields are `contacts.0.email`."""
    if not isinstance(detail, dict | list):
        yield _error(path, getattr(detail, "code", None), detail)
        return
    for key, member in detail.items() if isinstance(detail, dict) else enumerate(detail):
        is_step = isinstance(detail, dict) or isinstance(member, dict | list)
        step = str(key) if is_step and key not in NON_FIELDS else ""
        yield from _of_rest(member, ".".join(filter(None, (path, step))))


def _of_django(exc: django_errors.ValidationError) -> Iterator[dict[str, str]]:
    by_field = exc.error_dict if hasattr(exc, "error_dict") else {"": exc.error_list}
    for field, errors in by_field.items():
        for error in errors:
            yield _error("" if field in NON_FIELDS else field, error.code, error.messages[0])


def _of_database(exc: Exception) -> dict[str, str]:
    """What a constraint says; services check first, so this is a forgotten check."""
    logger.warning("the database refused a value", exc_info=exc)
    if told := message_of(exc):
        return _error("", "constraint", told)
    if isinstance(exc, IntegrityError):
        return _error("", "conflict", _("This does not fit what is stored already."))
    return _error("", "invalid", _("A value cannot be stored."))
