"""Hands out an attachment's bytes so that no browser gives them a meaning."""

import hashlib
from typing import Any

from django.http import FileResponse, Http404
from django.utils.translation import gettext_lazy as _

from core.errors import Refused


def attachment_response(attachment: Any) -> FileResponse:
    """The file as a download, after its hash has proved that it is what was stored.

    404 for None (the caller looked for it among what the person may see) and for a lost file.
    """
    if attachment is None:
        raise Http404
    try:
        file = attachment.file.open("rb")
    except FileNotFoundError as error:
        raise Http404 from error
    if hashlib.file_digest(file, "sha256").hexdigest() != attachment.sha256:
        file.close()
        raise Refused(_("the stored file is not the one that was given"))
    file.seek(0)
    response = FileResponse(
        file,
        as_attachment=True,
        filename=attachment.name,
        content_type=attachment.content_type or "application/octet-stream",
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response["Cache-Control"] = "private, no-store"
    return response
