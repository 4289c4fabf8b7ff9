"""How a REST request proves whose it is: an API token, or the browser's session with CSRF."""

from datetime import timedelta
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from rest_framework import authentication, exceptions, permissions
from rest_framework.request import Request

from people.enums import TokenScope
from people.models import ApiToken, User
from people.token_format import digest_of, is_well_formed

_NOTED_EVERY = timedelta(minutes=1)
_KEYWORDS = ("token", "bearer")
_ENOUGH_TO_READ = frozenset(TokenScope)  # whoever may do more may also look


def _live_token(digest: str) -> ApiToken | None:
    """The token with its account, unless it is revoked, expired or of a disabled account.

    In SQL, because every request asks it and the ORM took longer to write it than the database to
    answer it.
    """
    statement, columns = _statement()
    with connection.cursor() as cursor:
        cursor.execute(statement, [digest, timezone.now()])
        row = cursor.fetchone()
    if row is None:
        return None
    token = ApiToken.from_db(connection.alias, columns[ApiToken], row[: len(columns[ApiToken])])
    token.user = User.from_db(connection.alias, columns[User], row[len(columns[ApiToken]) :])
    return token


@cache
def _statement() -> tuple[str, dict[Any, list[str]]]:
    """The statement, and the attributes that its columns fill, by model."""
    told = {"t": ApiToken, "u": User}
    columns = ", ".join(
        f'{alias}."{field.column}"'
        for alias, model in told.items()
        for field in model._meta.concrete_fields
    )
    statement = f"""
        SELECT {columns}
          FROM {ApiToken._meta.db_table} t JOIN {User._meta.db_table} u ON u.id = t.user_id
         WHERE t.digest = %s AND t.revoked_at IS NULL AND t.expires_at > %s AND u.is_active
    """  # noqa: S608 -- names of our own tables and columns
    names = {m: [field.attname for field in m._meta.concrete_fields] for m in told.values()}
    return statement, names


class TokenAuthentication(authentication.BaseAuthentication):
    """`Authorization: Token itsm_pat_…` (or `Bearer`), within the token's scopes.

    The scope is checked here, not in a permission class, so that no view can forget it. A view
    that asks for another scope than `write` names it: `token_scope = TokenScope.VOTE`. One with
    `personal_only = True` refuses tokens that were made on the command line.
    """

    def authenticate(self, request: Request) -> tuple[User, ApiToken] | None:
        keyword, _space, secret = request.headers.get("Authorization", "").partition(" ")
        if keyword.lower() not in _KEYWORDS:
            return None
        token = self._token(secret.strip())
        self._check_scope(token, request)
        self._note_use(token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        return 'Token realm="api"'

    def _token(self, secret: str) -> ApiToken:
        """One query; the answer does not tell an expired token from one that never was."""
        found = _live_token(digest_of(secret)) if is_well_formed(secret) else None
        if found is None:
            raise exceptions.AuthenticationFailed(
                _("The token is unknown, expired or revoked."), code="invalid_token"
            )
        return found

    def _check_scope(self, token: ApiToken, request: Request) -> None:
        view = request.parser_context.get("view")
        if token.made_on_command_line and getattr(view, "personal_only", False):
            raise exceptions.PermissionDenied(
                _("Use a token that you made yourself in the portal."), code="token_not_personal"
            )
        if request.method in permissions.SAFE_METHODS:
            enough = _ENOUGH_TO_READ
        else:
            enough = frozenset({getattr(view, "token_scope", TokenScope.WRITE)})
        if enough.isdisjoint(token.scopes):
            raise exceptions.PermissionDenied(
                _("The token's scopes do not include this."), code="token_scope"
            )

    def _note_use(self, token: ApiToken) -> None:
        """At most one write a minute, also when many requests come at once."""
        now = timezone.now()
        if token.last_used_at is None or token.last_used_at < now - _NOTED_EVERY:
            unnoted = Q(last_used_at=None) | Q(last_used_at__lt=now - _NOTED_EVERY)
            ApiToken.objects.filter(unnoted, pk=token.pk).update(last_used_at=now)


class SessionAuthentication(authentication.SessionAuthentication):
    """The portal's session; CSRF is enforced for every unsafe method."""

    def enforce_csrf(self, request: Any) -> None:
        try:
            super().enforce_csrf(request)
        except exceptions.PermissionDenied as refused:
            raise exceptions.PermissionDenied(
                _("The CSRF token is missing or wrong; send it as X-CSRFToken."), code="csrf"
            ) from refused


class SignedIn(permissions.BasePermission):
    """Somebody with an active account; which rows they see is the querysets' matter."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.user and request.user.is_authenticated and request.user.is_active)
