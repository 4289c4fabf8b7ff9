"""What people say about an incident, the files they add, and who wants to hear about it."""

import hashlib
from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from core.errors import ValidationError
from incidents.audience import tell_followers
from incidents.models import Incident, IncidentAttachment, IncidentComment, IncidentWatcher
from incidents.services.locking import lock, work
from notifications.enums import MessageKind
from records.attached_text import mask_text_file, text_of
from records.card_numbers import mask_card_numbers
from records.file_types import inspect_upload
from records.services import mask_fields, note_findings
from sla.services import check_moment

COMMENTS = "incidents_incidentcomment"
FILES = "incidents_incidentattachment"


def comment_on_incident(
    incident: Incident,
    *,
    actor: Any,
    text: str,
    is_internal: bool = True,
    at: datetime | None = None,
) -> IncidentComment:
    """Say something about an incident, to colleagues or to the client as well.

    Refused: an empty comment, and people who do not work on incidents there.
    """
    if not text.strip():
        raise ValidationError({"text": _("Write something.")})
    if at:
        check_moment(at)
    with work(incident, "comment", actor=actor) as row:
        masked = mask_fields(COMMENTS, {"text": text}, actor=actor, reference=row.reference)
        comment = IncidentComment.objects.create(
            incident=row,
            author=actor,
            text=masked["text"],
            is_internal=is_internal,
            created_at=at or timezone.now(),
        )
        tell_followers(row, MessageKind.INCIDENT_COMMENTED, but=actor, about=comment.pk)
    return comment


def attach_to_incident(
    incident: Incident, *, actor: Any, name: str, data: bytes
) -> IncidentAttachment:
    """Add a file. Card numbers in a text file are masked before it is stored.

    Refused (ValidationError): types and sizes that are not allowed, and other files, such as a PDF,
    in whose text a card number stands: they cannot be masked without breaking them.
    """
    kind = inspect_upload(name, data)
    with work(incident, "attach", actor=actor) as row:
        data, found = _without_card_numbers(data, kind.content_type)
        texts = mask_fields(FILES, {"name": kind.name}, actor=actor, reference=row.reference)
        if found:
            note_findings(f"{FILES}.file", found, actor=actor, reference=row.reference)
        attachment = IncidentAttachment(
            incident=row,
            name=texts["name"],
            content_type=kind.content_type,
            size=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            uploaded_by=actor,
        )
        attachment.file.save(attachment.sha256, ContentFile(data), save=False)
        attachment.save()
    return attachment


def _without_card_numbers(data: bytes, content_type: str) -> tuple[bytes, int]:
    """The bytes to store and how many card numbers were masked in them."""
    if content_type.startswith("text/") or content_type == "application/json":
        return mask_text_file(data)
    if mask_card_numbers(text_of(data, content_type) or "")[1]:
        raise ValidationError(
            {"file": _("This file holds a card number. Take it out and add the file again.")}
        )
    return data, 0


@transaction.atomic
def watch_incident(incident: Incident, *, actor: Any) -> Incident:
    """Hear about an incident from now on. Watching twice is watching."""
    with acting(actor=actor, action="incident.watch"):
        row = lock(incident, actor)
        IncidentWatcher.objects.get_or_create(incident=row, user=actor)
    return row


@transaction.atomic
def unwatch_incident(incident: Incident, *, actor: Any) -> Incident:
    """Hear no more of an incident."""
    with acting(actor=actor, action="incident.unwatch"):
        row = lock(incident, actor)
        row.watchers.filter(user=actor).delete()
    return row
