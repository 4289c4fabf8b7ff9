"""Hands out a pack's file so that no browser gives it a meaning."""

from typing import Any

from django.http import FileResponse

from evidence.models import EvidencePack


def pack_response(pack: EvidencePack, file: Any) -> FileResponse:
    """The file as a download that no browser gives a meaning."""
    response = FileResponse(
        file, as_attachment=True, filename=pack.filename, content_type="application/zip"
    )
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
