"""The first answer to a POST that carried a key, found again when the POST is repeated.

The answer is stored in the same transaction as what the POST did, so there is never one without
the other, and a request that failed leaves the key free. Between first use and commit an advisory
lock holds the key.
"""

import hashlib
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import Refused
from records.forgetting import forget
from records.models import IdempotencyKey

KEPT_FOR = timedelta(hours=72)
_MAX_KEY = 200


@dataclass(frozen=True)
class Answer:
    """What is given again: status, body and the headers that belong to it."""

    status: int
    body: Any
    headers: dict[str, str] = field(default_factory=dict)


class StillAnswering(Refused):
    """The first request with this key is still being worked on: repeat after `wait` seconds."""

    wait = 1


def find_or_claim(user: Any, key: str, fingerprint: str) -> Answer | None:
    """The stored answer to this request, or None: then do the work and `keep_answer`.

    The key is held until the caller's transaction ends. Refused when the key was used with another
    request; StillAnswering when the first request has not ended; ValidationError for bad keys.
    """
    if not transaction.get_connection().in_atomic_block:
        raise RuntimeError("a key can only be claimed inside the transaction that does the work")
    if not 0 < len(key) <= _MAX_KEY or not key.isprintable():
        raise ValidationError({"Idempotency-Key": _("Use 1 to 200 printable characters.")})
    # The lock needs a statement of its own: the next one must see what its last holder committed.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s)", [_lock_number(user, key)])
        if not cursor.fetchone()[0]:
            raise StillAnswering(_("the first request with this key is still being answered"))
    known = IdempotencyKey.objects.filter(user=user, key=key).first()
    if known is None:
        return None
    if known.fingerprint != fingerprint:
        raise Refused(_("this key was used with another request"))
    return Answer(known.status, known.body, known.headers)


def keep_answer(user: Any, key: str, fingerprint: str, answer: Answer) -> None:
    """Store the answer under the claimed key, in the transaction that claimed it."""
    IdempotencyKey.objects.create(
        user=user,
        key=key,
        fingerprint=fingerprint,
        status=answer.status,
        body=answer.body,
        headers=answer.headers,
    )


def forget_idempotency_keys(now: datetime | None = None) -> int:
    """Delete the keys whose answers nobody will ask for any more."""
    before = (now or timezone.now()) - KEPT_FOR
    return forget(IdempotencyKey.objects.filter(created_at__lt=before))


def _lock_number(user: Any, key: str) -> int:
    digest = hashlib.sha256(f"idempotency:{user.pk}:{key}".encode()).digest()
    return int.from_bytes(digest[:8], signed=True)
