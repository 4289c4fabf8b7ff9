"""The secrets of alert sources: made, and recognised in a request.

A digest of a long random secret is enough: there is nothing to guess, so nothing to slow down.
"""

import hashlib
import hmac
import secrets
import time
from dataclasses import dataclass

from integrations.models import SourceKey

REMEMBERED_FOR = 3.0  # seconds: so soon a revoked key is refused by every process
_MAX_REMEMBERED = 1000


@dataclass(frozen=True)
class KnownKey:
    """What a request needs to know of a live key and its source."""

    source_id: int
    bearer_digest: str
    max_per_minute: int
    key_id: int
    source: str

    def opens_with(self, bearer: str) -> bool:
        """Whether it is the secret of this pair; takes equally long for every wrong one."""
        return hmac.compare_digest(digest_of(bearer), self.bearer_digest)


def new_secret() -> str:
    """43 characters that fit into an address and a header."""
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """What is stored of a secret."""
    return hashlib.sha256(secret.encode(errors="surrogatepass")).hexdigest()


_remembered: dict[str, tuple[float, KnownKey]] = {}


def find_key(kind: str, secret: str) -> KnownKey | None:
    """The live key of an active source that this part of an address belongs to.

    The database looks for the digest, so the time it takes tells nothing of the secret. Only keys
    that exist are remembered: guesses cost memory to nobody.
    """
    digest = digest_of(f"{kind}/{secret}")
    until, known = _remembered.get(digest, (0.0, None))
    if time.monotonic() < until:
        return known
    row = (
        SourceKey.objects.live()
        .filter(url_digest=digest_of(secret), source__kind=kind)
        .values_list("source_id", "bearer_digest", "source__max_per_minute", "pk", "source__name")
        .first()
    )
    if row is None:
        _remembered.pop(digest, None)
        return None
    if len(_remembered) >= _MAX_REMEMBERED:
        _remembered.clear()
    _remembered[digest] = (time.monotonic() + REMEMBERED_FOR, KnownKey(*row))
    return _remembered[digest][1]


def forget_keys() -> None:
    """Ask the database anew: this process has just changed a source or a key."""
    _remembered.clear()
