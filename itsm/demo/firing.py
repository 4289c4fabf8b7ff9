"""Alerts as Prometheus Alertmanager's webhook (version 4) sends them."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

_NOT_ENDED = "0001-01-01T00:00:00Z"  # Go's zero time, which Alertmanager writes


@dataclass(frozen=True)
class Firing:
    """What an alert says of itself."""

    name: str
    service: str
    severity: str
    summary: str
    description: str
    labels: Mapping[str, str] = field(default_factory=dict)

    def fingerprint(self, occasion: str = "") -> str:
        """The same for the same alert; `occasion` tells its recurrences apart."""
        return hashlib.sha256(f"{self.name}{occasion}".encode()).hexdigest()[:16]


def payload_of(
    firing: Firing, starts_at: datetime, ends_at: datetime | None = None, occasion: str = ""
) -> dict[str, Any]:
    """The webhook's body: one alert that fires, or has ended."""
    status = "resolved" if ends_at else "firing"
    labels = {
        "alertname": firing.name,
        "service": firing.service,
        "severity": firing.severity,
        **firing.labels,
    }
    annotations = {"summary": firing.summary, "description": firing.description}
    alert = {
        "status": status,
        "labels": labels,
        "annotations": annotations,
        "startsAt": starts_at.isoformat(),
        "endsAt": ends_at.isoformat() if ends_at else _NOT_ENDED,
        "generatorURL": f"https://prometheus.cobalto.example/graph?g0.expr={firing.name}",
        "fingerprint": firing.fingerprint(occasion),
    }
    return {
        "version": "4",
        "groupKey": f'{{}}:{{alertname="{firing.name}"}}',
        "status": status,
        "receiver": "itsm",
        "groupLabels": {"alertname": firing.name, "service": firing.service},
        "commonLabels": labels,
        "commonAnnotations": annotations,
        "externalURL": "https://alertmanager.cobalto.example",
        "alerts": [alert],
    }
