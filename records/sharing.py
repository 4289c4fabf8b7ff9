"""Showing one record to one person until a moment: what every app whose records are shared does.

Who may share, and whom a record can be shown to at all, the record's app says.
"""

from datetime import datetime, timedelta
from typing import Any

from django.contrib.auth.models import Permission
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.errors import Reason, Refused, ValidationError
from core.record.entries import Kind, Source, Window
from core.record.sources import part_changes
from core.record.words import Told
from core.showing import exact

MAX_SHARE = timedelta(days=90)


def keep_share(record: Any, *, actor: Any, user: Any, until: datetime) -> None:
    """Show a locked record to a person until a moment; shown already, the end is moved.

    ValidationError for moments further than ninety days, oneself and accounts out of use.
    """
    if not timezone.now() < until <= timezone.now() + MAX_SHARE:
        raise ValidationError({"until": _("Choose a moment within the next 90 days.")})
    if user == actor or not user.is_active:
        raise ValidationError({"user": _("Choose somebody else, with an active account.")})
    meta = record._meta
    permission = Permission.objects.get_by_natural_key(
        f"view_{meta.model_name}", meta.app_label, meta.model_name
    )
    record.shares.model.objects.update_or_create(
        content_object=record,
        user=user,
        permission=permission,
        defaults={"until": until, "shared_by": actor},
    )


def close_share(record: Any, *, user: Any) -> None:
    """Stop showing a locked record to a person, now. Refused where it is not shown to them."""
    now = timezone.now()
    share = record.shares.filter(user=user, until__gt=now).first()
    if share is None:
        raise Refused(_("it is not shared with this person"))
    share.until = now
    share.save(update_fields=["until"])


def shares_told(model: Any, letter: str, kind: Kind) -> Source:
    """What a timeline tells of shares."""

    def rows(window: Window) -> Any:
        found = model.history.filter(content_object_id=window.record.pk)
        return found.select_related("user")

    return part_changes(letter, kind, rows, _tell)


def _tell(row: Any) -> tuple[Reason, Told]:
    if row.until <= row.history_date:
        phrase, title = _("%(new)s may no longer see it"), _("Sharing ended")
    else:
        phrase, title = _("%(new)s may see it until %(old)s"), _("Shared")
    return title, Told("shares", phrase, _("shares"), exact(row.until), row.user)
