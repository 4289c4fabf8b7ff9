"""The alert source of the live demo: its keys, kept between runs, and its way to the hook.

Alerts go the whole road, by HTTP with a Bearer, as those of Alertmanager would.
"""

import http.client
import json
import os
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction

from assets.models import Service
from integrations.keys import digest_of
from integrations.models import AlertSource
from integrations.services import add_source, revoke_key, rotate_key

SOURCE = "Prometheus live demo"
PATIENCE = 5.0  # seconds
_FILE = "demo-live.json"


class NotTaken(Exception):
    """The portal did not take the event: it does not run, or says why not."""


@dataclass(frozen=True)
class Hook:
    """Where a source posts to and what it shows."""

    path: str
    bearer: str

    def post(self, payload: dict[str, Any]) -> None:
        """Send one event. NotTaken where the portal does not answer 202."""
        site = urlsplit(settings.SITE_URL)
        is_safe = site.scheme == "https"
        kind = http.client.HTTPSConnection if is_safe else http.client.HTTPConnection
        connection = kind(site.hostname or "localhost", site.port, timeout=PATIENCE)
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {self.bearer}"}
        try:
            connection.request("POST", self.path, json.dumps(payload), headers)
            answer = connection.getresponse()
            if answer.status != HTTPStatus.ACCEPTED:
                raise NotTaken(f"{answer.status} {answer.read(300)!r}")
        except (OSError, http.client.HTTPException) as error:
            raise NotTaken(str(error)) from error
        finally:
            connection.close()


def live_source() -> AlertSource | None:
    """The source, once there is one."""
    return AlertSource.objects.filter(name=SOURCE).first()


def hook_of_live_source() -> Hook:
    """The hook, with the keys of an earlier run where they still open it."""
    source = live_source() or add_source(
        actor=None,
        name=SOURCE,
        kind="alertmanager",
        default_service=Service.objects.get(label="payment-platform"),
    )
    return _kept(source) or _renewed(source)


def _kept(source: AlertSource) -> Hook | None:
    try:
        told = json.loads(_file().read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return None
    live = source.keys.filter(revoked_at=None, url_digest=digest_of(told["key"]))
    return Hook(_path(told["key"]), told["bearer"]) if live.exists() else None


@transaction.atomic
def _renewed(source: AlertSource) -> Hook:
    """New keys; those that nobody knows any more are revoked."""
    for key in source.keys.filter(revoked_at=None):
        revoke_key(key, actor=None)
    _key, url_key, bearer = rotate_key(source, actor=None)
    _file().parent.mkdir(parents=True, exist_ok=True)
    _file().unlink(missing_ok=True)
    # For this user's eyes only from its first moment on.
    with os.fdopen(os.open(_file(), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as new:
        json.dump({"key": url_key, "bearer": bearer}, new)
    return Hook(_path(url_key), bearer)


def _file() -> Path:
    return Path(settings.VAR_DIR) / _FILE


def _path(url_key: str) -> str:
    return f"/hooks/alertmanager/{url_key}/"
