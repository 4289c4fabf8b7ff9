"""Whether the portal lives (`/healthz`), can work (`/readyz`) and how it does (`/metrics`)."""

import hmac
import socket
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.db.models import F
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from audit.lag import oldest_unsealed, oldest_unsigned
from audit.roles import excess
from integrations.models import AlertEvent
from notifications.models import Message
from records.models import Job

_migrated_until = 0.0
MIGRATIONS_CHECKED_FOR = 60  # seconds; the answer costs reading all migration files
LATE_AFTER = 60  # seconds


@login_not_required
@never_cache
@require_safe
def alive(request: HttpRequest) -> HttpResponse:
    """The process answers; nothing else is asked."""
    return JsonResponse({"status": "ok"})


@login_not_required
@never_cache
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """Every part with its state; 503 when one of them keeps the portal from working."""
    parts = {name: _state(check) for name, check in CHECKS.items()}
    is_ready = all(state == "ok" for state in parts.values())
    # Work that waits is no reason to send people elsewhere.
    parts |= {name: _state(check) for name, check in TOLD.items()}
    is_ready = is_ready and (parts["rights"] == "ok" or not settings.STRICT_RIGHTS)
    return JsonResponse(
        {"status": "ok" if is_ready else "down", "parts": parts}, status=200 if is_ready else 503
    )


@login_not_required
@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Prometheus' text format, for whoever has the token or comes from an allowed address."""
    token = request.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    has_token = bool(settings.METRICS_TOKEN) and hmac.compare_digest(
        token.encode(), settings.METRICS_TOKEN.encode()
    )
    if not has_token and request.META.get("REMOTE_ADDR") not in settings.METRICS_ALLOW:
        return HttpResponse("Not for you.\n", status=403, content_type="text/plain")
    return ExportToDjangoView(request)


def _state(check: Callable[[], str]) -> str:
    try:
        return check() or "ok"
    except Exception as error:
        return f"down: {type(error).__name__}"


def _database() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return ""


def _migrations() -> str:
    global _migrated_until
    if time.monotonic() < _migrated_until:
        return ""
    from django.db.migrations.executor import MigrationExecutor

    executor = MigrationExecutor(connection)
    if waiting := executor.migration_plan(executor.loader.graph.leaf_nodes()):
        return f"{len(waiting)} not applied"
    _migrated_until = time.monotonic() + MIGRATIONS_CHECKED_FOR
    return ""


def _broker() -> str:
    url = urlsplit(settings.CELERY_BROKER_URL)
    if url.scheme == "filesystem":
        folder = Path(settings.CELERY_BROKER_TRANSPORT_OPTIONS["data_folder_in"])
        folder.mkdir(parents=True, exist_ok=True)
        probe = folder.parent / ".ready"
        probe.touch()
        return ""
    with socket.create_connection((url.hostname or "localhost", url.port or 6379), timeout=2):
        return ""


def _oldest_work() -> str:
    """How long what is due has been waiting: workers or the relay are down when it grows."""
    now = timezone.now()
    waiting = (
        AlertEvent.objects.due(now).values("due_at"),
        Message.objects.due(now).values("due_at"),
        Job.objects.due(now).values(due_at=F("run_after")),
    )
    oldest = [row["due_at"] for rows in waiting if (row := rows.order_by("due_at").first())]
    return _late(min(oldest, default=None))


def _sealer() -> str:
    """How long the oldest entry of the audit outbox has been waiting to be sealed."""
    return _late(oldest_unsealed())


def _signer() -> str:
    """How long the oldest entry of the ledger has been waiting to be signed: it refuses, or is
    down."""
    return _late(oldest_unsigned())


def _late(since: datetime | None) -> str:
    late = (timezone.now() - since).total_seconds() if since else 0
    return f"late by {late:.0f} s" if late > LATE_AFTER else ""


CHECKS: dict[str, Callable[[], Any]] = {
    "database": _database,
    "migrations": _migrations,
    "broker": _broker,
}
TOLD: dict[str, Callable[[], Any]] = {
    "work": _oldest_work,
    "sealer": _sealer,
    "signer": _signer,
    "rights": excess,
}
