"""Accounts: what a person or a program signs in with."""

import zoneinfo
from typing import Any

from django.contrib.auth.base_user import AbstractBaseUser
from django.core.exceptions import ValidationError
from django.core.validators import RegexValidator
from django.db import models
from django.db.models.functions import Lower
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from audit.history import History
from people.enums import FirstPage
from people.models.teams import Person
from people.querysets import UserManager


def validate_time_zone(name: str) -> None:
    """Refuse what is no IANA time zone, such as `America/Mexico_City`."""
    if name not in zoneinfo.available_timezones():
        raise ValidationError(_("“%(name)s” is not a time zone."), params={"name": name})


class User(AbstractBaseUser):
    """An account. What it may do comes from its role grants alone: there is no superuser.

    Accounts are disabled, never deleted: history names them.
    """

    username = models.CharField(
        _("username"),
        max_length=60,
        unique=True,
        validators=[RegexValidator(r"\A[a-z0-9][a-z0-9._-]*\Z", _("Use a-z, 0-9, dot and dash."))],
        error_messages={"unique": _("This username is taken.")},
    )
    email = models.EmailField(_("e-mail"), max_length=254)
    person = models.ForeignKey(
        Person,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="accounts",
        verbose_name=_("person"),
        help_text=_("Empty for a service account, which can never approve."),
    )
    is_active = models.BooleanField(_("active"), default=True)
    language = models.CharField(
        _("language"),
        max_length=10,
        choices=[("en", "English"), ("es-mx", "Español (México)")],
        default="es-mx",
    )
    time_zone = models.CharField(
        _("time zone"),
        max_length=60,
        default="America/Mexico_City",
        validators=[validate_time_zone],
    )
    first_page = models.CharField(
        _("first page"),
        max_length=10,
        choices=FirstPage,
        default=FirstPage.HOME,
        help_text=_("What you come to after signing in."),
    )
    security_stamp = models.PositiveIntegerField(
        default=1, editable=False, help_text=_("Raised to end every session of the account.")
    )
    created_at = models.DateTimeField(auto_now_add=True)
    version = models.PositiveIntegerField(default=1, editable=False)

    USERNAME_FIELD = "username"
    EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["email"]
    is_superuser = False  # some libraries ask; the answer is always no

    history = History(excluded_fields=["password", "last_login"])
    objects = UserManager()

    class Meta:
        verbose_name = _("account")
        verbose_name_plural = _("accounts")
        ordering = ("username",)
        constraints = [
            models.UniqueConstraint(
                Lower("email"),
                name="people_user_email_unique",
                violation_error_message=_("This e-mail address is taken."),
            ),
            models.CheckConstraint(
                name="people_user_username_lower",
                condition=models.Q(username=Lower("username")),
            ),
        ]

    def __str__(self) -> str:
        return self.username

    @property
    def is_staff(self) -> bool:
        """Everybody who may sign in uses the portal; what they find there is another matter."""
        return self.is_active

    def get_full_name(self) -> str:
        return self.person.full_name if self.person else self.username

    def get_short_name(self) -> str:
        return self.username

    def has_perm(self, perm: str, obj: Any = None) -> bool:
        """Whether some role grant in force carries the permission, wherever that grant applies."""
        from people.scope import scope_of

        return self.is_active and perm in scope_of(self).permissions

    def has_perms(self, perms: Any, obj: Any = None) -> bool:
        return all(self.has_perm(perm, obj) for perm in perms)

    def has_module_perms(self, app_label: str) -> bool:
        from people.scope import scope_of

        return self.is_active and any(
            perm.startswith(f"{app_label}.") for perm in scope_of(self).permissions
        )

    def get_session_auth_hash(self) -> str:
        return self._stamped_hash()

    def get_session_auth_fallback_hash(self) -> Any:
        from django.conf import settings

        for secret in settings.SECRET_KEY_FALLBACKS:
            yield self._stamped_hash(secret)

    def _stamped_hash(self, secret: str | None = None) -> str:
        """Changes with the password and with the stamp, and with it every session ends."""
        value = f"{self.password}:{self.security_stamp}"
        stamped = salted_hmac("people.User.session", value, secret=secret, algorithm="sha256")
        return stamped.hexdigest()


class Presence(models.Model):
    """When an account was last active in the portal, and when it left before it came back."""

    user = models.OneToOneField(
        User, models.CASCADE, primary_key=True, related_name="presence", verbose_name=_("account")
    )
    seen_at = models.DateTimeField(_("seen at"))
    left_at = models.DateTimeField(_("left at"), null=True)

    class Meta:
        verbose_name = _("presence")
        verbose_name_plural = _("presences")
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.user_id} {self.seen_at:%Y-%m-%d %H:%M}Z"
