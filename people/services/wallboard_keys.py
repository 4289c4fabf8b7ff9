"""Addresses of wallboards are made, shown once, and revoked here."""

import secrets
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from audit.services import record_event
from core.errors import NotAllowed, Refused, ValidationError
from people.models import User, WallboardKey
from people.scope import scope_of
from people.services.authority import locked, refuse_nobody
from people.token_format import digest_of
from records.services import mask_fields

_NOTED_EVERY = timedelta(minutes=15)


@transaction.atomic
def mint_wallboard_key(user: User, *, actor: Any, name: str) -> tuple[WallboardKey, str]:
    """A new address for a screen and, for this one time, its secret; the one before it is revoked.

    For oneself only, and by those who see incidents (NotAllowed). Refused to disabled accounts.
    """
    if actor is None:
        refuse_nobody()
    elif actor.pk != user.pk:
        raise NotAllowed(_("a wallboard's address is made for oneself only"))
    name = mask_fields("people_wallboardkey", {"name": name.strip()}, actor=actor)["name"]
    if not name:
        raise ValidationError({"name": _("Give the screen a name.")})
    with acting(actor=actor, action="wallboard.mint"):
        # Locked: not while it is being disabled.
        holder = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if not holder.is_active:
            raise Refused(_("the account is disabled"))
        if "incidents.view_incident" not in scope_of(holder).permissions:
            raise NotAllowed(_("your role does not include this action"))
        for before in holder.wallboard_keys.filter(name=name, revoked_at__isnull=True):
            _revoke(before)
        secret = secrets.token_urlsafe(32)
        key = WallboardKey.objects.create(
            user=holder, name=name, hint=secret[:4], digest=digest_of(secret)
        )
        record_event("wallboard.mint", key=str(key.pk), **_told(key))
    return key, secret


def revoke_wallboard_key(key: WallboardKey, *, actor: Any, reason: str = "") -> WallboardKey:
    """End an address at once: one's own, or anybody's by an administrator."""
    if actor is None:
        refuse_nobody()
    with transaction.atomic(), acting(actor=actor, action="wallboard.revoke", reason=reason):
        row = locked(key, actor=actor)
        is_own = actor is None or row.user_id == actor.pk
        if not is_own and not actor.has_perm("people.change_user"):
            raise NotAllowed(_("your role does not include this action"))
        if row.revoked_at is not None:
            raise Refused(_("the address is revoked already"))
        _revoke(row)
    return row


def note_wallboard_shown(key: WallboardKey, *, at: datetime) -> None:
    """Note now and then that a screen still asks."""
    if key.last_used_at is None or at - key.last_used_at > _NOTED_EVERY:
        WallboardKey.objects.filter(pk=key.pk).update(last_used_at=at)


def _revoke(row: WallboardKey) -> None:
    row.revoked_at = timezone.now()
    row.save(update_fields=["revoked_at"])
    record_event("wallboard.revoke", key=str(row.pk), **_told(row))


def _told(key: WallboardKey) -> dict[str, str]:
    return {"account": key.user.username, "screen": key.name}
