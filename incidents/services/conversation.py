"""What people say about an incident, the files they add, and who wants to hear about it."""

from datetime import datetime
from typing import Any

from django.core.files.base import ContentFile
from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from core.card_numbers import mask_card_numbers
from core.errors import ValidationError
from core.file_types import inspect_upload, text_of
from incidents.audience import tell_followers
from incidents.models import Incident, IncidentAttachment, IncidentComment, IncidentWatcher
from incidents.services.locking import TABLE, lock, work
from notifications.enums import MessageKind
from records.services import mask_fields


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
    with work(incident, "comment", actor=actor) as row:
        masked = mask_fields(
            "incidents_incidentcomment", {"text": text}, actor=actor, reference=row.reference
        )
        comment = IncidentComment.objects.create(
            incident=row, author=actor, text=masked["text"], is_internal=is_internal
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
        data = _without_card_numbers(row, data, kind, actor)
        kind = inspect_upload(name, data)
        attachment = IncidentAttachment(
            incident=row,
            name=kind.name,
            content_type=kind.content_type,
            size=len(data),
            sha256=kind.sha256,
            uploaded_by=actor,
        )
        attachment.file.save(kind.name, ContentFile(data), save=False)
        attachment.save()
    return attachment


def _without_card_numbers(row: Incident, data: bytes, kind: Any, actor: Any) -> bytes:
    text = text_of(data, kind.content_type)
    if text is None:
        return data
    masked, found = mask_card_numbers(text)
    if not found:
        return data
    if not kind.is_text:
        raise ValidationError(
            {"file": _("This file holds a card number. Take it out and add the file again.")}
        )
    mask_fields(
        "incidents_incidentattachment", {"file": text}, actor=actor, reference=row.reference
    )
    return masked.encode()


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
