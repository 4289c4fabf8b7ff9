"""Deployments for tests: a repository that reports, and somebody who signs what is deployed."""

import json
import time
from datetime import timedelta
from itertools import count
from typing import Any

from django.test import Client
from django.utils import timezone

from changes.services import map_repository, report_deployment, review_deployments
from changes.services.deployments import GRACE
from integrations.deployments import SIGNATURE, TIMESTAMP, signature_of
from integrations.services import add_source, rotate_key

REPOSITORY = "payments/spei-gateway"
COMMIT = "4f0e21c7a9d35b8e6f1c2d3e4a5b6c7d8e9f0a1b"
OTHER = "b1a0f9e8d7c6b5a4e3d2c1f6e8b53d9a7c12e0f4"
_numbers = count(1)


def a_repository(service: Any, repository: str = REPOSITORY) -> Any:
    """From long ago, so that what was done since is missed."""
    row = map_repository(actor=None, repository=repository, service=service)
    row.since = timezone.now() - timedelta(days=30)
    row.save()
    return row


def a_deployment(**given: Any) -> Any:
    """As the hook takes it in: to production, now."""
    facts = {
        "source": "ci",
        "delivery": f"d-{next(_numbers)}",
        "repository": REPOSITORY,
        "commit": COMMIT,
        "environment": "production",
        "deployed_by": "ci-bot",
        "deployed_at": timezone.now(),
    }
    return report_deployment(**facts | given)[0]


def review_later() -> int:
    """The task, when the grace of what was just reported is over."""
    return review_deployments(timezone.now() + GRACE + timedelta(minutes=1))


class Deployer:
    """A pipeline that knows its address and its secret."""

    def __init__(self, cast: Any) -> None:
        self.source = add_source(actor=cast.admin, name="CI of payments", kind="deployments")
        self.key, self.url_key, self.secret = rotate_key(self.source, actor=cast.admin)
        self.path = f"/hooks/deployments/{self.url_key}/"
        self._client = Client(raise_request_exception=True)

    def told(self, **given: Any) -> dict[str, Any]:
        return {
            "id": "run-4711",
            "repository": REPOSITORY,
            "commit": COMMIT,
            "environment": "production",
            "actor": "implementer",
            "deployed_at": timezone.now().isoformat(),
            **given,
        }

    def post(self, told: Any, **given: Any) -> Any:
        body = told if isinstance(told, bytes) else json.dumps(told).encode()
        at = str(given.pop("at", int(time.time())))
        headers = {TIMESTAMP: at, SIGNATURE: signature_of(self.secret, at, body)}
        headers |= given.pop("headers", {})
        kind = given.pop("content_type", "application/json")
        return self._client.post(
            given.pop("path", self.path), body, content_type=kind, CONTENT_TYPE=kind,
            headers=headers,
        )  # fmt: skip
