"""Reads the webhooks of Prometheus Alertmanager (version 4), and what others send in its shape.

Lenient: senders leave out fingerprints and ends, write local times and nanoseconds, and put labels
that all alerts share outside of them. https://prometheus.io/docs/alerting/latest/configuration/
"""

import hashlib
import json
from datetime import UTC, datetime
from typing import Any

from integrations.enums import AlertState, Fault
from integrations.readings import Reading, Unreadable

_NAME, _SEVERITY, _LABELS = 200, 40, 100


def read(payload: Any, received_at: datetime) -> list[Reading]:
    """The alerts of an event, each fingerprint once, the last one counting. Unreadable: why not."""
    if not isinstance(payload, dict):
        raise Unreadable(Fault.PAYLOAD)
    alerts = payload.get("alerts", [payload])
    if not isinstance(alerts, list):
        raise Unreadable(Fault.ALERTS)
    readings = [_read_alert(n, alert, payload, received_at) for n, alert in enumerate(alerts, 1)]
    return list({reading.fingerprint: reading for reading in readings}.values())


def _read_alert(n: int, alert: Any, group: dict[str, Any], received_at: datetime) -> Reading:
    if not isinstance(alert, dict):
        raise Unreadable(Fault.ALERT, number=n)
    own = _texts(n, "labels", alert.get("labels"))
    labels = _texts(n, "commonLabels", group.get("commonLabels")) | own
    annotations = _texts(n, "commonAnnotations", group.get("commonAnnotations"))
    annotations |= _texts(n, "annotations", alert.get("annotations"))
    summary = annotations.get("summary") or annotations.get("title") or _text(alert.get("summary"))
    name = labels.get("alertname") or _text(alert.get("name")) or summary or "alert"
    starts_at, ends_at = _moment(alert.get("startsAt")), _moment(alert.get("endsAt"))
    state = _state(alert, group, ends_at, received_at)
    # A source's clock may run ahead of ours; nothing is known before it happens.
    starts_at = min(starts_at or received_at, received_at)
    if state == AlertState.RESOLVED:
        ends_at = max(starts_at, min(ends_at or received_at, received_at))
    return Reading(
        fingerprint=_fingerprint(alert.get("fingerprint"), labels or {"summary": summary}),
        name=name[:_NAME],
        state=state,
        starts_at=starts_at,
        ends_at=ends_at if state == AlertState.RESOLVED else None,
        severity=(labels.get("severity") or annotations.get("severity") or "")[:_SEVERITY],
        summary=summary,
        service_label=labels.get("service", ""),
        generator_url=_link(alert.get("generatorURL")),
        labels=labels,
        annotations=annotations,
    )


def _texts(n: int, what: str, value: Any) -> dict[str, str]:
    if value is None:
        return {}
    if not isinstance(value, dict):
        raise Unreadable(Fault.PART, part=what, number=n)
    return {name: _text(item) for name, item in list(value.items())[:_LABELS]}


def _text(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _state(
    alert: dict[str, Any], group: dict[str, Any], ends_at: datetime | None, received_at: datetime
) -> AlertState:
    """As the alert says, else its group; without a word it is over once its end has come.

    Alertmanager's own API writes `{"state": "active"}` where its webhook writes `"firing"`.
    """
    status = alert.get("status") or group.get("status")
    word = status.get("state") if isinstance(status, dict) else status
    if isinstance(word, str) and word:
        is_over = word.lower() in ("resolved", "ok", "inactive", "expired")
    else:
        is_over = ends_at is not None and ends_at <= received_at
    return AlertState.RESOLVED if is_over else AlertState.FIRING


def _moment(value: Any) -> datetime | None:
    """A time of RFC 3339, however many digits its fraction has; without a zone it is UTC.

    None: not given, not readable, or Go's zero time 0001-01-01.
    """
    try:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        moment = moment.astimezone(UTC)
    except (TypeError, ValueError, OverflowError):
        return None
    return moment if moment.year > 1970 else None


def _fingerprint(given: Any, labels: dict[str, str]) -> str:
    """The one given, else a hash over the sorted labels, which identify an alert by definition."""
    if isinstance(given, str) and 0 < len(given) <= 64:
        return given
    told = given if isinstance(given, str) and given else sorted(labels.items())
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _link(value: Any) -> str:
    is_link = isinstance(value, str) and value.startswith(("http://", "https://"))
    return value if is_link and len(value) <= 2000 else ""
