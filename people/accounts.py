"""How allauth signs people in here: no sign-up, one answer to every failure, a lock after ten.

Names that nobody has are counted, locked and answered exactly as the others, and take as long.
"""

import hashlib
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.internal import ratelimit
from django.conf import settings
from django.contrib.auth.backends import ModelBackend
from django.core.cache import cache
from django.db.models import Q
from django.db.models.functions import Lower
from django.http import HttpRequest
from django.shortcuts import resolve_url
from django.utils.translation import gettext_lazy as _

from audit.services import record_event
from people.enums import FirstPage
from people.models import User

FIRST_PAGES = {FirstPage.QUEUES: ("admin:queues", "incidents.view_incident")}  # else home
LOCKED_FOR = 30 * 60  # seconds, from the failure that was one too many
_FAILED = _(
    "Wrong name or password. After ten wrong attempts a name stays locked for thirty minutes."
)


class Backend(ModelBackend):
    """Finds the account by name or address and tries the password once, whatever it finds.

    allauth's own would try it twice for an address, and tell a disabled account that it is one.
    """

    def authenticate(
        self, request: HttpRequest | None, password: str | None = None, **credentials: Any
    ) -> User | None:
        if not password:
            return None
        user = _meant_by(_typed(credentials))
        if user is None:
            take_as_long_as_a_check(password)
            return None
        fits = user.check_password(password)
        return user if fits and self.user_can_authenticate(user) else None


def take_as_long_as_a_check(password: str) -> None:
    """Spend the time that the slow hash takes, so that the answer's delay tells nothing."""
    User().set_password(password)


class AccountAdapter(DefaultAccountAdapter):
    """allauth's decisions, taken our way."""

    error_messages = {
        **DefaultAccountAdapter.error_messages,
        "username_password_mismatch": _FAILED,
        "email_password_mismatch": _FAILED,
        "too_many_login_attempts": _FAILED,
        "incorrect_password": _FAILED,
        "enter_current_password": _FAILED,
    }

    def is_open_for_signup(self, request: HttpRequest) -> bool:
        return False

    def get_logout_redirect_url(self, request: HttpRequest) -> str:
        return resolve_url(settings.LOGIN_URL)

    def get_login_redirect_url(self, request: HttpRequest) -> str:
        """The page that the person has chosen, where they still may see it."""
        user: Any = request.user
        url_name, permission = FIRST_PAGES.get(user.first_page, ("", ""))
        return resolve_url(url_name if user.has_perm(permission) else settings.LOGIN_REDIRECT_URL)

    def set_password(self, user: Any, password: str) -> None:
        user.set_password(password)
        user.save(update_fields=["password"])
        record_event("password.change", actor=user, key=str(user.pk))

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        """Count the attempt before it is made, so that many at once are no way around the lock."""
        if not cache.get(self._lock(request, credentials)):
            self._login_failed_rl_usage = self._count(request, credentials)
            if self._login_failed_rl_usage:
                return
        take_as_long_as_a_check(credentials.get("password", ""))
        record_event("login.locked", given=_typed(credentials)[:150])
        raise self.validation_error("too_many_login_attempts")

    def authentication_failed(self, request: HttpRequest, **credentials: Any) -> None:
        """The tenth failure locks for the whole time: the count alone would forget the oldest."""
        by_name = {"login_failed": settings.LOCKOUT_RATE}
        if not self._count(request, credentials, config=by_name, dry_run=True):
            cache.set(self._lock(request, credentials), True, LOCKED_FOR)

    def _count(self, request: HttpRequest, credentials: dict[str, Any], **options: Any) -> Any:
        return ratelimit.consume(
            request,
            app="allauth.account",
            action="login_failed",
            key=self._get_login_attempts_cache_key(request, **credentials),
            **options,
        )

    def _lock(self, request: HttpRequest, credentials: dict[str, Any]) -> str:
        return f"sign-in-lock:{self._get_login_attempts_cache_key(request, **credentials)}"

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """The account that was meant, by name or address, else the name that was typed.

        allauth counts by host name and typed name: every alias would get ten more attempts.
        """
        account = _meant_by(_typed(credentials))
        meant = f"account {account.pk}" if account else f"name {_typed(credentials).lower()}"
        return hashlib.sha256(meant.encode()).hexdigest()


def _typed(credentials: dict[str, Any]) -> str:
    return str(credentials.get("email") or credentials.get("username") or "").strip()


def _meant_by(typed: str) -> User | None:
    known = User.objects.alias(address=Lower("email"))
    return known.filter(Q(username=typed.lower()) | Q(address=typed.lower())).first()
