"""An alert source with live keys, somebody who posts to its hook, and payloads to post."""

import json
from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from integrations.digest import digest_batch
from integrations.keys import forget_keys
from integrations.models import AlertEvent, AlertSource
from integrations.services import add_source, rotate_key
from tests.factories import a_service

_names = count(1)


class Sender:
    """A monitoring system that knows its secrets."""

    def __init__(self, source: AlertSource, url_key: str, bearer: str) -> None:
        self.source, self.url_key, self.bearer = source, url_key, bearer
        self._client = Client()

    @property
    def path(self) -> str:
        return f"/hooks/{self.source.kind}/{self.url_key}/"

    def post(self, payload: Any, **given: Any) -> Any:
        body = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
        options = {
            "content_type": "application/json",
            "headers": {"authorization": f"Bearer {self.bearer}"},
        }
        path = given.pop("path", self.path)
        options |= given
        # The test client leaves the type out where it sees no body.
        return self._client.post(path, body, CONTENT_TYPE=options["content_type"], **options)

    def sends(self, *alerts: dict[str, Any], **given: Any) -> AlertEvent:
        """Post the alerts and digest them; the event as it is then."""
        event = self.stores(*alerts, **given)
        digest()
        event.refresh_from_db()
        return event

    def stores(self, *alerts: dict[str, Any], **given: Any) -> AlertEvent:
        """Post the alerts without digesting them."""
        answer = self.post({"version": "4", "alerts": list(alerts), **given})
        assert answer.status_code == 202, answer.content
        return AlertEvent.objects.get(pk=answer.json()["id"])


def digest() -> None:
    """Digest until nothing waits, whenever its turn would have come."""
    for _ in range(10):
        AlertEvent.objects.waiting().update(due_at=timezone.now() - timedelta(seconds=1))
        if not digest_batch():
            return


def a_source(cast: Any, **given: Any) -> AlertSource:
    facts = {
        "actor": cast.admin,
        "name": f"Prometheus {next(_names)}",
        "kind": "alertmanager",
    }
    if "default_service" not in given:
        given["default_service"] = a_service(cast)
    return add_source(**facts | given)


def a_sender(cast: Any, **given: Any) -> Sender:
    source = a_source(cast, **given)
    _key, url_key, bearer = rotate_key(source, actor=cast.admin)
    return Sender(source, url_key, bearer)


def an_alert(
    name: str = "HighLatency",
    *,
    status: str = "firing",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    **labels: str,
) -> dict[str, Any]:
    """As Alertmanager writes it; `labels` tell it from other alerts of its name."""
    starts_at = starts_at or timezone.now() - timedelta(minutes=2)
    return {
        "status": status,
        "labels": {"alertname": name, **labels},
        "annotations": {"summary": f"{name} is on"},
        "startsAt": starts_at.isoformat(),
        "endsAt": ends_at.isoformat() if ends_at else "0001-01-01T00:00:00Z",
        "generatorURL": "http://prometheus.example/graph?g0.expr=up",
    }


def is_over(alert: dict[str, Any], ends_at: datetime | None = None) -> dict[str, Any]:
    """The same alert, resolved."""
    return alert | {"status": "resolved", "endsAt": (ends_at or timezone.now()).isoformat()}


@pytest.fixture
def sender(cast: Any) -> Sender:
    """A source with one pair of keys."""
    return a_sender(cast)


@pytest.fixture(autouse=True)
def _no_remembered_keys() -> None:
    forget_keys()
