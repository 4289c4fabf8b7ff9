"""API tokens are minted, shown once, and revoked here; how they are checked is in
`people.authentication`."""

from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from audit.services import record_event
from core.errors import NotAllowed, Refused
from people.enums import TokenScope
from people.models import ApiToken, User
from people.services.authority import locked, refuse_nobody, without_cards
from people.token_format import digest_of, hint_of, new_secret

LONGEST_DAYS = 365
OFFERED = (TokenScope.READ, TokenScope.WRITE, TokenScope.VOTE)


def mint_token(
    user: User,
    *,
    actor: Any,
    name: str,
    scopes: list[str],
    days: int = 90,
    made_on_command_line: bool = False,
) -> tuple[ApiToken, str]:
    """A new token and, for this one time, its secret. For oneself, or on the command line.

    ValidationError for an unknown scope, an empty name or more than a year; NotAllowed for
    somebody else's account and for `vote` on the command line of a real portal.
    """
    if actor is None:
        refuse_nobody()
    elif actor.pk != user.pk:
        raise NotAllowed(_("tokens are minted for oneself only"))
    wanted = _checked(scopes, days)
    if made_on_command_line and TokenScope.VOTE in wanted and not settings.DEMO:
        raise NotAllowed(_("a token that votes is minted in the portal, by the person"))
    with transaction.atomic(), acting(actor=actor, action="token.mint"):
        # Locked: not while it is being disabled.
        holder = User.objects.select_for_update(no_key=True).get(pk=user.pk)
        if not holder.is_active:
            raise Refused(_("the account is disabled"))
        secret = new_secret()
        token = ApiToken(
            user=holder,
            name=without_cards("people_apitoken", {"name": name.strip()}, actor)["name"],
            hint=hint_of(secret),
            digest=digest_of(secret),
            scopes=wanted,
            made_on_command_line=made_on_command_line,
            expires_at=timezone.now() + timedelta(days=days),
        )
        token.full_clean()
        token.save()
        record_event(
            "token.mint",
            key=str(token.pk),
            account=holder.username,
            name=token.name,
            scopes=wanted,
            expires_at=token.expires_at.isoformat(),
            made_on_command_line=made_on_command_line,
        )
    return token, secret


def revoke_token(token: ApiToken, *, actor: Any, reason: str = "") -> ApiToken:
    """End a token at once: one's own, or anybody's by an administrator."""
    if actor is None:
        refuse_nobody()
    with transaction.atomic(), acting(actor=actor, action="token.revoke", reason=reason):
        row = locked(token, actor=actor)
        is_own = actor is None or row.user_id == actor.pk
        if not is_own and not actor.has_perm("people.change_user"):
            raise NotAllowed(_("your role does not include this action"))
        if row.revoked_at is not None:
            raise Refused(_("the token is revoked already"))
        row.revoked_at = timezone.now()
        row.save(update_fields=["revoked_at"])
        record_event("token.revoke", key=str(row.pk), account=row.user.username, name=row.name)
    return row


def _checked(scopes: list[str], days: int) -> list[str]:
    if not scopes or set(scopes) - set(OFFERED):
        raise ValidationError(
            {"scopes": _("Choose of: %(offered)s.") % {"offered": ", ".join(OFFERED)}}
        )
    if not 1 <= days <= LONGEST_DAYS:
        raise ValidationError(
            {"days": _("A token lives for 1 to %(days)d days.") % {"days": LONGEST_DAYS}}
        )
    return [scope for scope in OFFERED if scope in set(scopes)]
