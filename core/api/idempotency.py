"""A POST that carries an `Idempotency-Key` has its effect once and its first answer every time.

Where answers are kept is registered from above, because the core has no tables.
"""

import hashlib
import json
from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from django.db import transaction
from rest_framework.renderers import JSONRenderer
from rest_framework.response import Response

from core.api.collisions import attempt
from core.registry import Registry

HEADER = "Idempotency-Key"
KEPT_HEADERS = ("Location", "ETag")


class StoredAnswer(NamedTuple):
    """The first answer to a key."""

    status: int
    body: Any
    headers: dict[str, str]


class AnswerStore(Protocol):
    """Both run in the transaction of the write, so that a failed write leaves its key free.

    `find_or_claim` gives the first answer, or None to whoever is first; it raises Refused where
    the key was used for another request or its first use is still under way.
    """

    def find_or_claim(self, user: Any, key: str, fingerprint: str) -> Any: ...
    def keep_answer(self, user: Any, key: str, fingerprint: str, answer: Any) -> None: ...


ANSWER_STORES: Registry[AnswerStore] = Registry("answer store")


def answer_once(request: Any, write: Callable[[], Response]) -> Response:
    """Run `write`, which is one service call; with a key, at most once in one transaction."""
    key = request.headers.get(HEADER)
    if key is None:
        return attempt(write)
    return attempt(lambda: _answer_with_key(request, key, write))


def _answer_with_key(request: Any, key: str, write: Callable[[], Response]) -> Response:
    with transaction.atomic():
        store = ANSWER_STORES["default"]
        fingerprint = _fingerprint(request)
        if first := store.find_or_claim(request.user, key, fingerprint):
            headers = {**first.headers, "Idempotency-Replayed": "true"}
            return Response(first.body, first.status, headers=headers)
        response = write()
        body = json.loads(JSONRenderer().render(response.data))
        headers = {name: response[name] for name in KEPT_HEADERS if name in response}
        answer = StoredAnswer(response.status_code, body, headers)
        store.keep_answer(request.user, key, fingerprint, answer)
        return response


def _fingerprint(request: Any) -> str:
    """SHA-256 of method, path and meaning of the body; files count by their content."""
    told = {name: _hashed(value) for name, value in request.data.items()}
    said = json.dumps([request.method, request.path, told], sort_keys=True)
    return hashlib.sha256(said.encode()).hexdigest()


def _hashed(value: Any) -> Any:
    if not hasattr(value, "chunks"):
        return value
    digest = hashlib.sha256()
    for chunk in value.chunks():
        digest.update(chunk)
    value.seek(0)
    return digest.hexdigest()
