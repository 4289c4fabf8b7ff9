"""Addresses of subscribed calendars are made, shown once, and revoked here."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from audit.services import record_event
from core.errors import NotAllowed, Refused
from people.models import CalendarKey, Team, User
from people.scope import scope_of
from people.services.authority import locked, refuse_nobody
from people.token_format import digest_of

_NOTED_EVERY = timedelta(minutes=15)


@transaction.atomic
def mint_calendar_key(
    user: User, *, actor: Any, team: Team | None = None
) -> tuple[CalendarKey, str]:
    """A new address and, for this one time, its secret; the one before it is revoked.

    For oneself only, and of teams that one is in (NotAllowed). Refused to disabled accounts.
    """
    if actor is None:
        refuse_nobody()
    elif actor.pk != user.pk:
        raise NotAllowed(_("a calendar's address is made for oneself only"))
    with acting(actor=actor, action="calendar.mint"):
        # Locked: not while it is being disabled.
        holder = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if not holder.is_active:
            raise Refused(_("the account is disabled"))
        if team is not None and team.pk not in scope_of(holder).own_team_ids:
            raise NotAllowed(_("you are not in this team"))
        for before in holder.calendar_keys.filter(team=team, revoked_at__isnull=True):
            _revoke(before)
        secret = secrets.token_urlsafe(32)
        key = CalendarKey.objects.create(
            user=holder, team=team, hint=secret[:4], digest=digest_of(secret)
        )
        record_event("calendar.mint", key=str(key.pk), **_told(key))
    return key, secret


def revoke_calendar_key(key: CalendarKey, *, actor: Any, reason: str = "") -> CalendarKey:
    """End an address at once: one's own, or anybody's by an administrator."""
    if actor is None:
        refuse_nobody()
    with transaction.atomic(), acting(actor=actor, action="calendar.revoke", reason=reason):
        row = locked(key, actor=actor)
        is_own = actor is None or row.user_id == actor.pk
        if not is_own and not actor.has_perm("people.change_user"):
            raise NotAllowed(_("your role does not include this action"))
        if row.revoked_at is not None:
            raise Refused(_("the address is revoked already"))
        _revoke(row)
    return row


def note_calendar_sent(key: CalendarKey, digest: str, *, at: datetime) -> datetime:
    """Note what a calendar program was sent; returns since when it has been the same."""
    if key.sent_digest != digest or key.sent_at is None:
        sent_at = at.replace(microsecond=0)
        fresh = {"sent_digest": digest, "sent_at": sent_at, "last_used_at": at}
        CalendarKey.objects.filter(pk=key.pk).update(**fresh)
        return sent_at
    if key.last_used_at is None or at - key.last_used_at > _NOTED_EVERY:
        CalendarKey.objects.filter(pk=key.pk).update(last_used_at=at)
    return key.sent_at


def _revoke(row: CalendarKey) -> None:
    row.revoked_at = timezone.now()
    row.save(update_fields=["revoked_at"])
    record_event("calendar.revoke", key=str(row.pk), **_told(row))


def _told(key: CalendarKey) -> dict[str, str]:
    return {"account": key.user.username, "team": key.team.slug if key.team else ""}
