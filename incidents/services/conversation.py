"""What people say about an incident, the files they add, and who wants to hear about it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from core.errors import ValidationError
from incidents.audience import tell_followers, tell_mentioned
from incidents.models import Incident, IncidentAttachment, IncidentComment, IncidentWatcher
from incidents.services.asking import pass_on_words
from incidents.services.families import passing_on
from incidents.services.locking import lock, work
from incidents.services.mentioning import call_mentioned
from incidents.services.promises import settle_promise
from notifications.enums import MessageKind
from records.attaching import keep_file
from records.file_types import inspect_upload
from records.services import mask_fields
from sla.enums import EventKind
from sla.life_services import Happening, tell
from sla.services import check_moment

COMMENTS = "incidents_incidentcomment"


def comment_on_incident(
    incident: Incident,
    *,
    actor: Any,
    text: str,
    is_internal: bool = True,
    at: datetime | None = None,
) -> IncidentComment:
    """Say something about an incident, to colleagues or to the client as well. Whom it mentions
    and may see the incident is told and watches from now on; the others stand in `unheard`.

    Refused: an empty comment, and people who do not work on incidents there.
    """
    if not text.strip():
        raise ValidationError({"text": _("Write something.")})
    if at:
        check_moment(at)
    if is_internal:
        return _comment(incident, actor, text, True, at)
    with passing_on(incident, "tells", actor=actor) as parts:
        comment = _comment(incident, actor, text, False, at)
        parts.each(
            comment.incident,
            lambda part: comment_on_incident(
                part, actor=actor, text=text, is_internal=False, at=at
            ),
        )
        pass_on_words(comment.incident, actor=actor, text=text, at=at)
    return comment


def _comment(
    incident: Incident, actor: Any, text: str, is_internal: bool, at: datetime | None
) -> IncidentComment:
    with work(incident, "comment", actor=actor) as row:
        masked = mask_fields(COMMENTS, {"text": text}, actor=actor, reference=row.reference)
        comment = IncidentComment.objects.create(
            incident=row,
            author=actor,
            text=masked["text"],
            is_internal=is_internal,
            created_at=at or timezone.now(),
        )
        if not is_internal:
            tell(row.life, Happening(EventKind.UPDATED), actor=actor, at=at)
            settle_promise(row, at=comment.created_at)
        told = call_mentioned(row, comment, actor=actor, tell=tell_mentioned)
        tell_followers(row, MessageKind.INCIDENT_COMMENTED, but=actor, about=comment.pk, told=told)
    return comment


def attach_to_incident(
    incident: Incident, *, actor: Any, name: str, data: bytes, at: datetime | None = None
) -> IncidentAttachment:
    """Add a file. Card numbers in a text file are masked before it is stored.

    Refused (ValidationError): types and sizes that are not allowed, and other files, such as a PDF,
    in whose text a card number stands: they cannot be masked without breaking them.
    """
    kind = inspect_upload(name, data)
    if at:
        check_moment(at)
    with work(incident, "attach", actor=actor) as row:
        attachment = IncidentAttachment(incident=row)
        keep_file(
            attachment,
            name=kind.name,
            data=data,
            content_type=kind.content_type,
            actor=actor,
            reference=row.reference,
            at=at or timezone.now(),
        )
    return attachment


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
