"""The hook: stores what a source sends and says so. What it means is found out later, by a task."""

import hashlib
from http import HTTPStatus
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, InterfaceError, transaction
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from rest_framework.exceptions import ValidationError

from core.api.collisions import attempt
from core.api.problems import CONTENT_TYPE, as_problem, problem_body
from core.errors import Refused
from integrations import deployments
from integrations.enums import SourceKind
from integrations.keys import KnownKey, find_key
from integrations.models import AlertEvent
from integrations.payloads import BadPayload, read_json
from integrations.ratelimit import TokenBuckets
from integrations.services import count_refusal
from records.card_numbers import mask_in
from records.services import mask_json

MAX_BODY = 1024 * 1024
_BUCKETS = TokenBuckets()


class _Declined(Exception):
    """The request is answered with this status and not stored."""

    def __init__(self, status: HTTPStatus, detail: str, **headers: str) -> None:
        self.status = status
        self.detail = detail
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}


@csrf_exempt
@login_not_required
def receive(request: HttpRequest, kind: str, key: str) -> HttpResponse:
    """POST /hooks/<kind>/<key>/: 202 with the event's id once it is stored.

    The cheap questions come first, and nothing of a stranger's body is read.
    """
    try:
        if request.method != "POST":
            raise _Declined(HTTPStatus.METHOD_NOT_ALLOWED, _("Use POST."), Allow="POST")
        _decline_large(request)
        if kind == SourceKind.DEPLOYMENTS:
            return _receive_deployment(request, key)
        source_id = _source_of(request, kind, key)
        if request.content_type != "application/json":
            raise _Declined(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _("Send application/json."))
        body = _read(request)
        event = _store(source_id, _payload(body), hashlib.sha256(body).hexdigest())
    except _Declined as declined:
        return _problem(declined)
    except (DatabaseError, InterfaceError):
        # Senders try again after a 503; after a 500 some of them give up.
        unavailable = HTTPStatus.SERVICE_UNAVAILABLE
        return _problem(_Declined(unavailable, _("Try again soon."), Retry_After="5"))
    return JsonResponse({"id": event.pk}, status=HTTPStatus.ACCEPTED)


def _receive_deployment(request: HttpRequest, key: str) -> HttpResponse:
    """201 with the deployment's reference, 200 where the delivery was known; whoever does not sign
    is refused and counted."""
    known = _known(SourceKind.DEPLOYMENTS, key)
    _decline_too_many(known)
    if request.content_type != "application/json":
        raise _Declined(HTTPStatus.UNSUPPORTED_MEDIA_TYPE, _("Send application/json."))
    body = _read(request)
    timestamp = request.headers.get(deployments.TIMESTAMP, "")
    if not deployments.is_signed(
        key, timestamp, request.headers.get(deployments.SIGNATURE, ""), body
    ):
        count_refusal(known.key_id)
        raise _Declined(HTTPStatus.UNAUTHORIZED, _("The signature or its time is wrong."))
    try:
        status, told = attempt(lambda: deployments.take_in(known.source, _json(body)))
    except (ValidationError, Refused) as wrong:
        answer = as_problem(wrong, {})
        assert answer is not None  # noqa: S101 -- both are problems that it knows
        return JsonResponse(answer.data, status=answer.status_code, content_type=CONTENT_TYPE)
    return JsonResponse(told, status=status)


def _decline_large(request: HttpRequest) -> None:
    length = request.META.get("CONTENT_LENGTH") or "0"
    if not length.isdecimal() or len(length) > 10 or int(length) > MAX_BODY:
        raise _too_large()


def _too_large() -> _Declined:
    text = _("Send at most %(size)s bytes.") % {"size": MAX_BODY}
    return _Declined(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, text)


def _source_of(request: HttpRequest, kind: str, key: str) -> int:
    known = _known(kind, key)
    scheme, _space, bearer = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not known.opens_with(bearer.strip()):
        text = _("Send the source's secret as Bearer.")
        raise _Declined(HTTPStatus.UNAUTHORIZED, text, WWW_Authenticate="Bearer")
    _decline_too_many(known)
    return known.source_id


def _known(kind: str, key: str) -> KnownKey:
    known = find_key(kind, key)
    if known is None:
        raise _Declined(HTTPStatus.NOT_FOUND, _("There is no such hook."))
    return known


def _decline_too_many(known: KnownKey) -> None:
    if wait := _BUCKETS.take(known.source_id, known.max_per_minute):
        text = _("This source sends too many events.")
        raise _Declined(HTTPStatus.TOO_MANY_REQUESTS, text, Retry_After=str(wait))


def _read(request: HttpRequest) -> bytes:
    """The body, but no more than may be: a chunked one has no length that could be believed."""
    is_chunked = "chunked" in request.headers.get("Transfer-Encoding", "").lower()
    stream: Any = request.META["wsgi.input"] if is_chunked else request
    parts, size = [], 0
    while part := stream.read(65536):
        parts.append(part)
        size += len(part)
        if size > MAX_BODY:
            raise _too_large()
    return b"".join(parts)


def _json(body: bytes) -> Any:
    try:
        return read_json(body)
    except BadPayload as error:
        raise _Declined(HTTPStatus.BAD_REQUEST, str(error)) from error


def _payload(body: bytes) -> dict[str, Any]:
    payload = _json(body)
    is_group = isinstance(payload, dict) and isinstance(payload.get("alerts"), list)
    is_alert = isinstance(payload, dict) and isinstance(payload.get("labels"), dict)
    if not (is_group or is_alert):
        text = _("Send an object with a list of alerts, or one alert with its labels.")
        raise _Declined(HTTPStatus.BAD_REQUEST, text)
    return payload


def _store(source_id: int, payload: dict[str, Any], sha256: str) -> AlertEvent:
    """One statement; only where there are card numbers their finding comes with it."""
    if not mask_in(payload)[1]:
        return AlertEvent.objects.create(source_id=source_id, payload=payload, sha256=sha256)
    with transaction.atomic():
        payload = mask_json("integrations_alertevent.payload", payload, actor=None)
        return AlertEvent.objects.create(source_id=source_id, payload=payload, sha256=sha256)


def _problem(declined: _Declined) -> HttpResponse:
    code = declined.status.phrase.lower().replace(" ", "-")
    body = problem_body(declined.status, code, declined.detail)
    body["title"] = body["title"] or declined.status.phrase
    return JsonResponse(
        body, status=declined.status, headers=declined.headers, content_type=CONTENT_TYPE
    )
