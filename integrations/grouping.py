"""Which alerts make one incident: those of one source with the same service and alert name."""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from assets.models import Service
from incidents.services.locking import hold_alert_groups
from integrations.models import AlertSource
from integrations.readings import Reading

_NAME = 170  # so that a key fits into Incident.alert_key


@dataclass(frozen=True)
class Group:
    """The alerts of one event that belong together."""

    key: str
    service: Service
    name: str
    readings: tuple[Reading, ...]


class Services:
    """The services in use by their alert label, read once for a batch."""

    def __init__(self) -> None:
        rows = Service.objects.filter(is_retired=False).select_related("support_team")
        self._by_label = {service.label.lower(): service for service in rows}

    def of(self, reading: Reading, source: AlertSource) -> Service:
        """The one that the alert names, whatever its case; else the source's default."""
        label = reading.service_label.strip().lower()
        return self._by_label.get(label) or source.default_service


def groups_of(source: AlertSource, readings: Iterable[Reading], services: Services) -> list[Group]:
    """The readings by group."""
    members: dict[str, list[Reading]] = {}
    service_of: dict[str, Service] = {}
    for reading in readings:
        service = services.of(reading, source)
        key = key_of(source, service, reading.name)
        members.setdefault(key, []).append(reading)
        service_of[key] = service
    return [Group(key, service_of[key], of[0].name, tuple(of)) for key, of in members.items()]


def key_of(source: AlertSource, service: Service, name: str) -> str:
    """What `Incident.alert_key` holds: at most one open incident has it."""
    if len(name) > _NAME:
        name = f"{name[:120]}#{hashlib.sha256(name.encode()).hexdigest()[:40]}"
    return f"{source.kind}:{source.pk}:{service.label}:{name}"


def lock_groups(groups: Iterable[Group]) -> None:
    """Until the transaction ends nobody else opens or changes incidents for these groups."""
    hold_alert_groups(group.key for group in groups)
