"""The rows of alerts: found again, added, brought up to date. In bulk, for one event may hold a
whole storm."""

from collections.abc import Iterable
from typing import Any

from incidents.models import Incident
from integrations.models import Alert, AlertEvent
from integrations.readings import Reading

_BATCH = 200


def latest_alerts(event: AlertEvent, readings: Iterable[Reading]) -> dict[str, Alert]:
    """By fingerprint: the alert as part of the incident that it was in last."""
    fingerprints = [reading.fingerprint for reading in readings]
    alerts = (
        Alert.objects.filter(source=event.source_id, fingerprint__in=fingerprints)
        .order_by("fingerprint", "-pk")
        .distinct("fingerprint")
        .select_related("incident__life")
    )
    return {alert.fingerprint: alert for alert in alerts}


def remember(
    event: AlertEvent, incident: Incident, readings: Iterable[Reading], known: dict[str, Alert]
) -> None:
    """Write what the readings say into the alerts of their incident, adding those new to it."""
    added, changed = [], []
    for reading in readings:
        alert = known.get(reading.fingerprint)
        if alert and alert.incident_id == incident.pk:
            alert.count += 1
            changed.append(alert)
        else:
            alert = Alert(incident=incident, source=event.source, first_event=event.pk)
            alert.fingerprint, alert.name = reading.fingerprint, reading.name
            added.append(alert)
        facts = _facts(event, reading)
        for name, value in facts.items():
            setattr(alert, name, value)
    Alert.objects.bulk_create(added, batch_size=_BATCH)
    if changed:
        Alert.objects.bulk_update(changed, ["count", *facts], batch_size=_BATCH)


def count_late(readings: Iterable[Reading], known: dict[str, Alert]) -> None:
    """What says nothing new was received nevertheless."""
    late = [known[reading.fingerprint] for reading in readings]
    for alert in late:
        alert.count += 1
    Alert.objects.bulk_update(late, ["count"], batch_size=_BATCH)


def _facts(event: AlertEvent, reading: Reading) -> dict[str, Any]:
    return {
        "severity": reading.severity,
        "labels": reading.labels,
        "annotations": reading.annotations,
        "generator_url": reading.generator_url,
        "state": reading.state,
        "starts_at": reading.starts_at,
        "ends_at": reading.ends_at,
        "last_event": event.pk,
        "last_received_at": event.received_at,
    }
