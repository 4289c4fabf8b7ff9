"""System checks of the settings, so that a bad one is told at the start and not at midnight."""

from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register
from django.core.exceptions import ImproperlyConfigured, ValidationError

_LOOPBACK = {"localhost", "127.0.0.1", "[::1]", "::1", "testserver"}
SHORTEST_KEY = 40


@register(Tags.security)
def settings_are_sound(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """Errors keep the portal from starting; warnings say what will not work as meant."""
    return [*_secrets(), *_demo_mode(), *_addresses(), *_time_zone()]


def _secrets() -> list[CheckMessage]:
    try:
        key = settings.SECRET_KEY
    except ImproperlyConfigured:  # Django's way to say that it is empty
        hint = "python -c 'import secrets; print(secrets.token_urlsafe(50))'"
        return [Error("SECRET_KEY is not set.", hint=f"Make one: {hint}", id="itsm.E001")]
    if len(key) < SHORTEST_KEY:
        return [Error(f"SECRET_KEY has fewer than {SHORTEST_KEY} characters.", id="itsm.E002")]
    return []


def _demo_mode() -> list[CheckMessage]:
    if not settings.DEMO:
        if settings.DEMO_LIVE:
            text = "ITSM_DEMO_LIVE fires alerts that are not true, and this is no demo."
            return [Error(text, hint="Unset it, or set ITSM_DEMO=1.", id="itsm.E006")]
        return []
    elsewhere = sorted(set(settings.ALLOWED_HOSTS) - _LOOPBACK)
    if elsewhere and not settings.DEMO_ANYWHERE:
        return [
            Error(
                f"Demo mode knows its passwords to everybody; it may not serve {elsewhere}.",
                hint="Use ALLOWED_HOSTS=localhost, or ITSM_DEMO_ALLOW_REMOTE=1 if you know better.",
                id="itsm.E003",
            )
        ]
    return []


def _addresses() -> list[CheckMessage]:
    found: list[CheckMessage] = []
    site = urlsplit(settings.SITE_URL)
    if site.scheme not in ("http", "https") or not site.hostname:
        found.append(Error("ITSM_SITE_URL is not an http(s) address.", id="itsm.E004"))
    elif settings.HTTPS and site.scheme != "https":
        found.append(
            Warning(
                "ITSM_SITE_URL is plain http while HTTPS is on: links in e-mails redirect.",
                id="itsm.W001",
            )
        )
    if "*" in settings.ALLOWED_HOSTS:
        found.append(Warning("ALLOWED_HOSTS=* believes any Host header.", id="itsm.W002"))
    if settings.DEBUG and not settings.DEMO and settings.ENVIRONMENT == "production":
        found.append(Warning("ITSM_DEBUG is on in production.", id="itsm.W003"))
    if not settings.METRICS_TOKEN and not settings.METRICS_ALLOW:
        found.append(Warning("Nobody may read /metrics.", id="itsm.W004"))
    if settings.EMAIL_BACKEND.endswith(("console.EmailBackend", "dummy.EmailBackend")) and not (
        settings.DEMO or settings.DEBUG
    ):
        found.append(Warning("EMAIL_URL sends no e-mail anywhere.", id="itsm.W005"))
    return found


def _time_zone() -> list[CheckMessage]:
    from people.models.accounts import validate_time_zone

    try:
        validate_time_zone(settings.DEFAULT_TIME_ZONE)
    except ValidationError as error:
        return [Error(f"ITSM_TIME_ZONE: {error.messages[0]}", id="itsm.E005")]
    return []
