"""What is sent twice is done once: a form carries a token, and the first to store it wins.

The token is stored in the transaction of the work itself: a second sending waits for the first,
and where that came to nothing it takes its place. Other answers under the same token, as of a page
that somebody went back to, are another sending.
"""

import hashlib
import re
import secrets
from typing import Any

from django.core.cache import cache
from django.http import HttpRequest

_TOKEN = re.compile(r"[\w-]{16,40}", re.ASCII)
_KEPT_FOR = 3600  # seconds


def new_token() -> str:
    """A token for a form that is being shown."""
    return secrets.token_urlsafe(16)


def sending_of(request: HttpRequest) -> str:
    """What tells this sending of a form from every other; empty where the form has no token."""
    token = request.POST.get("once", "")
    if not _TOKEN.fullmatch(token):
        return ""
    said = [(k, request.POST.getlist(k)) for k in sorted(request.POST) if "csrf" not in k]
    files = [(file.name, file.size) for key in request.FILES for file in request.FILES.getlist(key)]
    told = repr((request.path, said, files)).encode("utf-8", "replace")
    return f"once:{request.user.pk}:{hashlib.sha256(told).hexdigest()}"


def answers_of(data: Any) -> str:
    """A digest of what a form answers, without what belongs to one page of it only."""
    aside = {"csrfmiddlewaretoken", "once", "version", "foretold"}
    said = [(key, data.getlist(key)) for key in sorted(data) if key not in aside]
    return hashlib.sha256(repr(said).encode("utf-8", "replace")).hexdigest()


def is_first(sending: str, result: Any = True) -> bool:
    """Whether this sending is stored for the first time; `result` is kept for the next one."""
    return not sending or cache.add(sending, result, _KEPT_FOR)


def result_of(sending: str) -> Any:
    """What came of a sending when it was first stored; None where it was not."""
    return cache.get(sending) if sending else None
