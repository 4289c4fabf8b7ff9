"""How large a request may be: asked before anything of its body is read, so that nothing larger is
parsed, kept in memory or written to the disk. Hooks have a limit of their own (integrations.views).
"""

from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse

from itsm import errors
from records.file_types import MAX_BYTES

FORM_OVERHEAD = 64 * 1024  # what stands around a file in a form
_OWN_LIMIT = "/hooks/"
_MOST_DIGITS = 15
_NOBODY_MAY_SEND = 10**12


def limit_of(content_type: str) -> int:
    """Bytes that a request may hold: only forms with files may be as large as a file."""
    if content_type.startswith("multipart/form-data"):
        return MAX_BYTES + FORM_OVERHEAD
    return settings.DATA_UPLOAD_MAX_MEMORY_SIZE


class BodyLimit:
    """Answers 413 by `Content-Length`. Stands where the person's language is known and nobody has
    read yet: the answer arrives at browsers only as long as nothing of the body was taken."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        length = request.META.get("CONTENT_LENGTH") or ""
        if length.isdecimal() and not request.path_info.startswith(_OWN_LIMIT):
            limit = limit_of(request.META.get("CONTENT_TYPE", ""))
            if len(length) > _MOST_DIGITS or int(length) > limit:
                return errors.too_large(request, limit)
        return self.get_response(request)


def with_length(application: Callable[..., Iterable[bytes]]) -> Callable[..., Iterable[bytes]]:
    """Wraps a WSGI application: a body in chunks, which Django would take for none, is read into
    memory and gets the length that it lacks. One that is too large for that says so instead."""

    def measured(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
        if _comes_in_chunks(environ) and not environ.get("PATH_INFO", "").startswith(_OWN_LIMIT):
            body, size = _read(environ["wsgi.input"], settings.DATA_UPLOAD_MAX_MEMORY_SIZE)
            environ |= {"wsgi.input": BytesIO(body), "CONTENT_LENGTH": str(size)}
        return application(environ, start_response)

    return measured


def _comes_in_chunks(environ: dict[str, Any]) -> bool:
    is_chunked = "chunked" in environ.get("HTTP_TRANSFER_ENCODING", "").lower()
    return is_chunked and bool(environ.get("wsgi.input_terminated"))


def _read(stream: Any, limit: int) -> tuple[bytes, int]:
    """The body and its length; nothing and a length that nobody may send where there is more."""
    parts, size = [], 0
    while part := stream.read(65536):
        parts.append(part)
        size += len(part)
        if size > limit:
            return b"", _NOBODY_MAY_SEND
    return b"".join(parts), size
