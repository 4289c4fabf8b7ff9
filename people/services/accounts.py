"""Accounts come into being, change, are disabled and enabled again. They are never deleted."""

from typing import Any

from django.conf import settings
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from audit.context import acting
from audit.services import record_event
from core.errors import NotAllowed, Refused
from people.models import ApiToken, Person, User
from people.roles import ADMINISTERING
from people.scope import forget_scope
from people.services.authority import (
    administering,
    change,
    is_same_person,
    locked,
    without_cards,
)
from people.services.grants import refuse_without_administrator
from people.services.review_decisions import note_ended_access

BY_ONESELF = ("language", "time_zone", "first_page")
BY_ADMINISTRATORS = ("email", "person", *BY_ONESELF)


def create_account(
    *,
    actor: Any,
    username: str,
    email: str,
    person: Person | None = None,
    password: str | None = None,
    language: str = "es-mx",
    time_zone: str | None = None,
) -> User:
    """Open an account; without a password nobody can sign in to it yet.

    ValidationError for a taken or malformed name or address and for a weak password.
    """
    with administering("people.add_user", actor=actor, action="user.create") as fresh:
        names = {"username": username.strip().lower(), "email": email.strip().lower()}
        user = User(
            **without_cards("people_user", names, fresh),
            person=person,
            language=language,
            time_zone=time_zone or settings.DEFAULT_TIME_ZONE,
        )
        user.full_clean(exclude={"password"})
        if password is None:
            user.set_unusable_password()
        else:
            _set_password(user, password)
        user.save()
    return user


def edit_account(user: User, *, actor: Any, version: int | None = None, **changes: Any) -> User:
    """Change an account: language and time zone by oneself, the address and the person by
    administrators and never for themselves."""
    own = actor is not None and actor.pk == user.pk
    if own and set(changes) - set(BY_ONESELF):
        raise NotAllowed(_("somebody else has to change this of your account"))
    if own:
        return _edit_own(user, version=version, **changes)
    with administering("people.change_user", actor=actor, action="user.edit") as fresh:
        row = locked(user, actor=fresh, version=version)
        if is_same_person(fresh, row):
            raise NotAllowed(_("somebody else has to change this of your account"))
        if "email" in changes:
            changes["email"] = changes["email"].strip().lower()
        change(row, changes, BY_ADMINISTRATORS, actor=fresh)
    return row


def _edit_own(user: User, *, version: int | None, **changes: Any) -> User:
    with transaction.atomic(), acting(actor=user, action="user.edit"):
        row = locked(user, actor=user, version=version)
        change(row, changes, BY_ONESELF, actor=user)
    return row


def disable_account(user: User, *, actor: Any, reason: str) -> User:
    """Close the door at once: sign-in, every session (also after enabling again), every token.

    Refused for a disabled account and for the last administrator; nobody disables themselves.
    """
    with administering(
        "people.change_user", actor=actor, action="user.disable", reason=_given(reason)
    ) as fresh:
        row = locked(user, actor=fresh)
        if is_same_person(fresh, row):
            raise NotAllowed(_("nobody disables their own account"))
        if not row.is_active:
            raise Refused(_("the account is disabled already"))
        row.is_active = False
        row.security_stamp += 1
        row.save(update_fields=["is_active", "security_stamp"])
        if row.grants.in_force(timezone.now()).filter(role__in=ADMINISTERING).exists():
            refuse_without_administrator()
        _revoke_tokens(row)
        note_ended_access(row)
    return _seen_anew(user)


def enable_account(user: User, *, actor: Any, reason: str) -> User:
    """Let a disabled account sign in again; its old sessions and tokens stay dead."""
    with administering(
        "people.change_user", actor=actor, action="user.enable", reason=_given(reason)
    ) as fresh:
        row = locked(user, actor=fresh)
        if is_same_person(fresh, row):
            raise NotAllowed(_("nobody enables their own account"))
        if row.is_active:
            raise Refused(_("the account is active already"))
        row.is_active = True
        row.security_stamp += 1
        row.save(update_fields=["is_active", "security_stamp"])
    return _seen_anew(user)


def reset_password(user: User, password: str, *, actor: Any, reason: str) -> User:
    """Give somebody who has forgotten theirs a new first password; their sessions end.

    ValidationError for a weak one; nobody resets their own, which the sign-in pages change.
    """
    with administering(
        "people.change_user", actor=actor, action="user.reset_password", reason=_given(reason)
    ) as fresh:
        row = locked(user, actor=fresh)
        if is_same_person(fresh, row):
            raise NotAllowed(_("nobody resets their own password"))
        _set_password(row, password)
        row.security_stamp += 1
        row.save(update_fields=["password", "security_stamp"])
        record_event("password.reset", key=str(row.pk), account=row.username)
    return _seen_anew(user)


def _set_password(user: User, password: str) -> None:
    try:
        validate_password(password, user)
    except ValidationError as error:
        raise ValidationError({"password": error.error_list}) from error
    user.set_password(password)


def _revoke_tokens(user: User) -> None:
    """The tokens of a disabled account; a revocation is an event, for tokens have no history."""
    tokens = ApiToken.objects.select_for_update().filter(user=user, revoked_at=None)
    for token in tokens.order_by("pk"):
        record_event("token.revoke", key=str(token.pk), account=user.username, name=token.name)
    tokens.update(revoked_at=timezone.now())


def _given(reason: str) -> str:
    if not reason.strip():
        raise ValidationError({"reason": _("Give a reason.")})
    return reason.strip()


def _seen_anew(user: User) -> User:
    user.refresh_from_db()
    forget_scope(user)
    return user
