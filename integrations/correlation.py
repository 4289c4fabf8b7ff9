"""What the alerts of a group mean: which incident they open, join, reopen or mitigate.

The caller holds the lock of the group, so nobody else decides about it meanwhile.
"""

from collections.abc import Sequence
from datetime import timedelta

from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from core.errors import Refused
from incidents.enums import IncidentChannel, Status
from incidents.models import Incident
from incidents.services import open_incident, reopen_incident
from integrations.alert_rows import count_late, latest_alerts, remember
from integrations.enums import AlertState
from integrations.grouping import Group
from integrations.marking import mitigate_if_over, note_firing
from integrations.models import Alert, AlertEvent
from integrations.readings import Reading
from integrations.severities import worst_of
from integrations.wording import description_of, evidence_of, title_of
from people.enums import Country
from sla.enums import MarkSource
from sla.services import FAR_PAST

REOPEN_WITHIN = timedelta(minutes=30)
# A firing alert with the start of one that has just ended is a late copy of an earlier message.
# Later it is news: after an outage Prometheus goes on with the old start.
LATE_COPY_WITHIN = timedelta(minutes=1)


class TooEarly(Exception):
    """Events before this one, still waiting, may hold what it refers to."""


def take_in(event: AlertEvent, group: Group) -> None:
    """Bring incidents and alerts to what this event says. Taking it in again changes nothing.

    What is written is in the language of the country of the service's team.
    """
    country = Country(group.service.support_team.country)
    with translation.override(country.language):
        _take_in(event, group)


def _take_in(event: AlertEvent, group: Group) -> None:
    known = latest_alerts(event, group.readings)
    old: list[Reading] = []
    firing: list[Reading] = []
    resolved: list[Reading] = []
    for reading in group.readings:
        alert = known.get(reading.fingerprint)
        if alert and _is_old(reading, alert, event):
            old.append(reading)
        elif reading.is_firing:
            firing.append(reading)
        elif alert:
            resolved.append(reading)
        elif _others_wait_before(event):
            raise TooEarly
        # else an end without a beginning: it tells of nothing that we should work on
    _fire(event, group, firing, known)
    _resolve(event, resolved, known)
    if old and event.digested_at is None:
        count_late(old, known)


def _is_old(reading: Reading, alert: Alert, event: AlertEvent) -> bool:
    """Whether something newer is already known of this alert."""
    if event.pk <= alert.last_event:
        return True
    return (
        reading.is_firing
        and alert.state == AlertState.RESOLVED
        and reading.starts_at <= alert.starts_at
        and event.received_at - alert.last_received_at <= LATE_COPY_WITHIN
    )


def _others_wait_before(event: AlertEvent) -> bool:
    earlier = AlertEvent.objects.waiting().filter(source=event.source_id, pk__lt=event.pk)
    return earlier.exists()


def _fire(
    event: AlertEvent, group: Group, firing: Sequence[Reading], known: dict[str, Alert]
) -> None:
    members: dict[Incident, list[Reading]] = {}
    strays: list[Reading] = []
    for reading in firing:
        alert = known.get(reading.fingerprint)
        goes_on = alert is not None and alert.incident.is_open
        (members.setdefault(alert.incident, []) if goes_on else strays).append(reading)
    if strays:
        members.setdefault(_incident_for(event, group, strays), []).extend(strays)
    for incident, readings in members.items():
        note_firing(event, incident, readings)
        remember(event, incident, readings, known)


def _resolve(event: AlertEvent, resolved: Sequence[Reading], known: dict[str, Alert]) -> None:
    members: dict[Incident, list[Reading]] = {}
    for reading in resolved:
        members.setdefault(known[reading.fingerprint].incident, []).append(reading)
    for incident, readings in members.items():
        remember(event, incident, readings, known)
        mitigate_if_over(event, incident)


def _incident_for(event: AlertEvent, group: Group, firing: Sequence[Reading]) -> Incident:
    """The group's open incident; or its last one, if that has hardly been over; or a new one."""
    if incident := Incident.objects.open().filter(alert_key=group.key).first():
        return incident
    lately = (
        Alert.objects.filter(
            source=event.source_id,
            name=group.name,
            incident__alert_key=group.key,
            incident__status__in=[Status.RESOLVED, Status.CLOSED],
            incident__resolved_at__gte=event.received_at - REOPEN_WITHIN,
        )
        .order_by("-incident__resolved_at")
        .select_related("incident")
        .first()
    )
    if lately and (incident := _reopen(event, lately.incident, firing[0])):
        return incident
    return _open(event, group, firing)


def _reopen(event: AlertEvent, incident: Incident, reading: Reading) -> Incident | None:
    note = _("The alert fires again (%s)") % evidence_of(event, reading)
    try:
        with transaction.atomic():
            return reopen_incident(incident, actor=None, note=note)
    except Refused:  # nobody owns it any more, say: then a new incident tells people of it
        return None


def _open(event: AlertEvent, group: Group, firing: Sequence[Reading]) -> Incident:
    first = min(firing, key=lambda reading: reading.starts_at)
    impact, urgency = worst_of(event.source, (reading.severity for reading in firing))
    is_believable = event.received_at - first.starts_at < FAR_PAST
    return open_incident(
        actor=None,
        title=title_of(first),
        description=description_of(first, event.source.name),
        service=group.service,
        impact=impact,
        urgency=urgency,
        channel=IncidentChannel.MONITORING,
        alert_key=group.key,
        started_at=first.starts_at if is_believable else None,
        detected_at=event.received_at,
        source=MarkSource.MACHINE,
        evidence=evidence_of(event, first),
    )
