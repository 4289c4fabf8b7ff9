"""Keeps a file that somebody gives to a record, without the card numbers that it may hold."""

import hashlib
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.utils.translation import gettext_lazy as _

from core.errors import ValidationError
from records.attached_text import mask_text_file, text_of
from records.card_numbers import mask_card_numbers
from records.models import Attachment
from records.services import mask_fields, note_findings


def keep_file(
    attachment: Attachment,
    *,
    name: str,
    data: bytes,
    content_type: str,
    actor: Any,
    reference: str,
    at: datetime,
) -> None:
    """Store the bytes and the row of a file whose record is set. `name` and `content_type` are
    what `inspect_upload` made of them.

    Card numbers in a text file are masked. Refused (ValidationError): other files, such as a PDF,
    in whose text one stands: it cannot be masked without breaking them.
    """
    table = attachment._meta.db_table
    data, found = _without_card_numbers(data, content_type)
    texts = mask_fields(table, {"name": name}, actor=actor, reference=reference)
    if found:
        note_findings(f"{table}.file", found, actor=actor, reference=reference)
    attachment.name = texts["name"]
    attachment.content_type = content_type
    attachment.size = len(data)
    attachment.sha256 = hashlib.sha256(data).hexdigest()
    attachment.uploaded_by = actor
    attachment.created_at = at
    attachment.file.save(attachment.sha256, ContentFile(data), save=False)
    attachment.save()


def _without_card_numbers(data: bytes, content_type: str) -> tuple[bytes, int]:
    """The bytes to store and how many card numbers were masked in them."""
    if content_type.startswith("text/") or content_type == "application/json":
        return mask_text_file(data)
    if mask_card_numbers(text_of(data, content_type) or "")[1]:
        raise ValidationError(
            {"file": _("This file holds a card number. Take it out and add the file again.")}
        )
    return data, 0
