"""What people say about a request, its files, marks and links, and who wants to hear about it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from core.errors import NotAllowed, Refused, ValidationError
from incidents.models import (
    Request,
    RequestAttachment,
    RequestComment,
    RequestWatcher,
)
from incidents.permissions import may_see_requests, may_share_requests
from incidents.request_audience import tell_mentioned_on_request, tell_request_watchers
from incidents.request_enums import REQUEST_NOT_COUNTED
from incidents.services.families import passing_on
from incidents.services.mentioning import call_mentioned
from incidents.services.promises import settle_promise
from incidents.services.requests.locking import TABLE, lock, work
from notifications.enums import MessageKind
from records.attaching import keep_file
from records.file_types import inspect_upload
from records.services import mask_fields
from records.sharing import close_share, keep_share
from sla.enums import EventKind, MarkKind, MarkSource, Precision
from sla.life_services import Happening, tell
from sla.services import check_moment, set_mark

COMMENTS = "incidents_requestcomment"
_SETTABLE = (MarkKind.ACKNOWLEDGED, MarkKind.INVESTIGATED)


def comment_on_request(
    request: Request,
    *,
    actor: Any,
    text: str,
    is_internal: bool = True,
    at: datetime | None = None,
) -> RequestComment:
    """Say something about a request, to colleagues or to who asked as well. Whom it mentions and
    may see the request is told and watches from now on; the others stand in `unheard`."""
    if not text.strip():
        raise ValidationError({"text": _("Write something.")})
    if at:
        check_moment(at)
    if is_internal:
        return _comment(request, actor, text, True, at)
    with passing_on(request, "tells", actor=actor) as parts:
        comment = _comment(request, actor, text, False, at)
        parts.each(
            comment.request,
            lambda part: comment_on_request(part, actor=actor, text=text, is_internal=False, at=at),
        )
    return comment


def _comment(
    request: Request, actor: Any, text: str, is_internal: bool, at: datetime | None
) -> RequestComment:
    with work(request, "comment", actor=actor) as row:
        masked = mask_fields(COMMENTS, {"text": text}, actor=actor, reference=row.reference)
        comment = RequestComment.objects.create(
            request=row,
            author=actor,
            text=masked["text"],
            is_internal=is_internal,
            created_at=at or timezone.now(),
        )
        if not is_internal:
            tell(row.life, Happening(EventKind.UPDATED), actor=actor, at=at)
            settle_promise(row, at=comment.created_at)
        told = call_mentioned(row, comment, actor=actor, tell=tell_mentioned_on_request)
        tell_request_watchers(
            row, MessageKind.REQUEST_COMMENTED, but=actor, about=comment.pk, told=told
        )
    return comment


def attach_to_request(
    request: Request, *, actor: Any, name: str, data: bytes, at: datetime | None = None
) -> RequestAttachment:
    """Add a file. Card numbers in a text file are masked; other files that hold one are refused."""
    kind = inspect_upload(name, data)
    if at:
        check_moment(at)
    with work(request, "attach", actor=actor) as row:
        attachment = RequestAttachment(request=row)
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


def mark_request(
    request: Request,
    *,
    actor: Any,
    kind: str,
    at: datetime,
    precision: str = Precision.EXACT,
    latest_at: datetime | None = None,
    evidence: str = "",
) -> Request:
    """Set or correct a mark. Refused: those that actions set, moments before the opening or in the
    future, and cancelled requests."""
    if kind not in _SETTABLE:
        raise ValidationError({"kind": _("This mark is not set by hand on a request.")})
    with work(request, "mark", actor=actor) as row:
        if row.status in REQUEST_NOT_COUNTED:
            raise Refused(_("the request is cancelled or merged"))
        if at < row.opened_at:
            raise ValidationError({"at": _("This is before the record was opened.")})
        texts = mask_fields(TABLE, {"evidence": evidence}, actor=actor, reference=row.reference)
        set_mark(
            row.life,
            MarkKind(kind),
            at=at,
            actor=actor,
            source=MarkSource.MACHINE if actor is None else MarkSource.HUMAN,
            precision=Precision(precision),
            latest_at=latest_at,
            evidence=texts["evidence"],
        )
    return row


@transaction.atomic
def watch_request(request: Request, *, actor: Any) -> Request:
    """Hear about a request from now on. Watching twice is watching."""
    with acting(actor=actor, action="request.watch"):
        row = lock(request, actor)
        RequestWatcher.objects.get_or_create(request=row, user=actor)
    return row


@transaction.atomic
def unwatch_request(request: Request, *, actor: Any) -> Request:
    """Hear no more of a request."""
    with acting(actor=actor, action="request.unwatch"):
        row = lock(request, actor)
        row.watchers.filter(user=actor).delete()
    return row


def share_request(request: Request, *, actor: Any, user: Any, until: datetime) -> Request:
    """Show one request to one person until a moment, at most ninety days away."""
    with work(request, "share", actor=actor) as row:
        if not may_share_requests(actor):
            raise NotAllowed(_("your role does not include this action"))
        if not may_see_requests(user):
            raise ValidationError({"user": _("This person's role never shows requests.")})
        keep_share(row, actor=actor, user=user, until=until)
    return row


def end_request_share(request: Request, *, actor: Any, user: Any) -> Request:
    """Stop showing a request to a person, from now on."""
    with work(request, "end_share", actor=actor) as row:
        if not may_share_requests(actor):
            raise NotAllowed(_("your role does not include this action"))
        close_share(row, user=user)
    return row
