"""Connects what offers no other way in: new connections and sign-in events."""

from typing import Any

from django.apps import AppConfig
from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.core.checks import register
from django.db.backends.signals import connection_created
from django.utils.translation import gettext_lazy as _


class AuditConfig(AppConfig):
    name = "audit"
    verbose_name = _("audit")

    def ready(self) -> None:
        from audit import capture, checks

        connection_created.connect(capture.install, dispatch_uid="audit.capture")
        user_logged_in.connect(_signed_in, dispatch_uid="audit.login")
        user_logged_out.connect(_signed_out, dispatch_uid="audit.logout")
        user_login_failed.connect(_sign_in_failed, dispatch_uid="audit.login_failed")
        register(checks.restricted_columns_are_ciphertext)


def _signed_in(user: Any, **_: Any) -> None:
    from audit.services import record_event

    record_event("login", actor=user, key=str(user.pk))


def _signed_out(user: Any, **_: Any) -> None:
    from audit.services import record_event

    if user is not None:
        record_event("logout", actor=user, key=str(user.pk))


def _sign_in_failed(credentials: dict[str, Any], **_: Any) -> None:
    from audit.services import record_event

    given = credentials.get("username") or credentials.get("email") or ""
    record_event("login.failed", given=str(given)[:150])
