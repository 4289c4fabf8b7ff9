"""What people say about a change, and who wants to hear about it."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from audit.context import acting, told_moment
from changes.audience import tell_followers
from changes.models import Change, ChangeAttachment, ChangeComment, ChangeWatcher
from changes.permissions import may_see_changes, may_share_changes
from changes.services.locking import lock, locked, work
from core.errors import NotAllowed, ValidationError
from notifications.enums import MessageKind
from records.attaching import keep_file
from records.file_types import inspect_upload
from records.services import mask_fields
from records.sharing import close_share, keep_share
from sla.services import check_moment

COMMENTS = "changes_changecomment"


def comment_on_change(
    change: Change, *, actor: Any, text: str, at: datetime | None = None
) -> ChangeComment:
    """Say something about a change to all who see it. Comments are no votes and void none."""
    if not text.strip():
        raise ValidationError({"text": _("Write something.")})
    if at:
        check_moment(at)
    with locked(change, "comment", actor=actor) as row:
        if actor is not None and not may_see_changes(actor):
            raise NotAllowed(_("your role does not include this action"))
        masked = mask_fields(COMMENTS, {"text": text}, actor=actor, reference=row.reference)
        comment = ChangeComment.objects.create(
            change=row, author=actor, text=masked["text"], created_at=at or told_moment()
        )
        tell_followers(row, MessageKind.CHANGE_COMMENTED, but=actor)
    return comment


def attach_to_change(
    change: Change, *, actor: Any, name: str, data: bytes, at: datetime | None = None
) -> ChangeAttachment:
    """Add a file, such as the evidence of a test. Card numbers in a text file are masked.

    Refused: people who have no part in the change; ValidationError for types and sizes that are
    not allowed and for files whose card numbers cannot be masked.
    """
    kind = inspect_upload(name, data)
    if at:
        check_moment(at)
    with work(change, "attach", actor=actor) as row:
        attachment = ChangeAttachment(change=row)
        keep_file(
            attachment,
            name=kind.name,
            data=data,
            content_type=kind.content_type,
            actor=actor,
            reference=row.reference,
            at=at or told_moment(),
        )
    return attachment


@transaction.atomic
def watch_change(change: Change, *, actor: Any) -> Change:
    """Hear about a change from now on. Watching twice is watching."""
    with acting(actor=actor, action="change.watch"):
        row = lock(change, actor)
        ChangeWatcher.objects.get_or_create(change=row, user=actor)
    return row


@transaction.atomic
def unwatch_change(change: Change, *, actor: Any) -> Change:
    """Hear no more of a change."""
    with acting(actor=actor, action="change.unwatch"):
        row = lock(change, actor)
        row.watchers.filter(user=actor).delete()
    return row


def share_change(change: Change, *, actor: Any, user: Any, until: datetime) -> Change:
    """Show one change to one person until a moment, at most ninety days away.

    Sharing again moves the end. Only reading is shared, whatever the person's role includes.
    Refused: people whose role never shows changes, for whom a share would change nothing.
    """
    with work(change, "share", actor=actor) as row:
        if not may_share_changes(actor):
            raise NotAllowed(_("your role does not include this action"))
        if not may_see_changes(user):
            raise ValidationError({"user": _("This person's role never shows changes.")})
        keep_share(row, actor=actor, user=user, until=until)
    return row


def end_share(change: Change, *, actor: Any, user: Any) -> Change:
    """Stop showing a change to a person, from now on. Refused where it is not shown to them."""
    with work(change, "end_share", actor=actor) as row:
        if not may_share_changes(actor):
            raise NotAllowed(_("your role does not include this action"))
        close_share(row, user=user)
    return row
