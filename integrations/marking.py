"""What alerts change about an incident that is there: its severity, its start, its end.

What a person has said stands: their marks and their priority are not overwritten.
"""

from collections.abc import Sequence

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from audit.context import acting
from incidents.enums import ENDED
from incidents.models import Incident
from incidents.services import edit_incident, mark_incident
from incidents.services.locking import lock
from integrations.enums import AlertState
from integrations.models import Alert, AlertEvent
from integrations.readings import Reading
from integrations.severities import worst_of
from integrations.wording import evidence_of, evidence_of_end
from sla.enums import MarkKind, MarkSource, Precision
from sla.models import Mark
from sla.services import FAR_PAST, void_mark


def note_firing(event: AlertEvent, incident: Incident, readings: Sequence[Reading]) -> None:
    """Alerts are about to join an incident or fire again. Nothing to do when they opened it."""
    before = set(incident.alerts.order_by().values_list("severity", flat=True).distinct())
    if not before:
        return
    incident = lock(incident, None)  # what people say meanwhile stands too
    _raise_severity(event, incident, before, {reading.severity for reading in readings})
    marks = _marks_of(incident)
    first = min(readings, key=lambda reading: reading.starts_at)
    started = marks.get(MarkKind.STARTED)
    is_earlier = started and _is_of_machine(started) and first.starts_at < started.at
    if is_earlier and event.received_at - first.starts_at < FAR_PAST:
        _mark(incident, MarkKind.STARTED, first.starts_at, evidence_of(event, first))
    if MarkKind.MITIGATED in marks and _is_of_machine(marks[MarkKind.MITIGATED]):
        with transaction.atomic(), acting(action="incident.mark", reason=_("It fires again.")):
            void_mark(incident.life, MarkKind.MITIGATED)


def _raise_severity(event: AlertEvent, incident: Incident, before: set[str], now: set[str]) -> None:
    """Only when the alerts have become worse: people may have judged otherwise meanwhile."""
    was, given = worst_of(event.source, before), worst_of(event.source, now)
    if incident.priority_reason or not (given[0] < was[0] or given[1] < was[1]):
        return
    impact, urgency = min(incident.impact, given[0]), min(incident.urgency, given[1])
    if (impact, urgency) != (incident.impact, incident.urgency):
        edit_incident(incident, actor=None, impact=impact, urgency=urgency)


def mitigate_if_over(event: AlertEvent, incident: Incident) -> None:
    """When every alert of the incident is resolved it was mitigated as the last one ended."""
    if Alert.objects.filter(incident=incident, state=AlertState.FIRING).exists():
        return
    incident = lock(incident, None)  # what people say meanwhile stands too
    if incident.status in ENDED:
        return
    end = Alert.objects.filter(incident=incident).aggregate(at=Max("ends_at"))["at"]
    marks = _marks_of(incident)
    if started := marks.get(MarkKind.STARTED):
        end = max(end, started.at)
    resolved, mitigated = marks.get(MarkKind.RESOLVED), marks.get(MarkKind.MITIGATED)
    if resolved and end > resolved.at:
        return  # people knew better than the alert, which took longer to end
    if mitigated and (mitigated.at == end or not _may_be_corrected(mitigated)):
        return
    _mark(incident, MarkKind.MITIGATED, end, evidence_of_end(event))


def _may_be_corrected(mark: Mark) -> bool:
    """A machine's exact moment is better than a guess, whoever made it."""
    return _is_of_machine(mark) or mark.precision == Precision.ESTIMATED


def _marks_of(incident: Incident) -> dict[str, Mark]:
    return {mark.kind: mark for mark in Mark.objects.current().filter(life=incident.life_id)}


def _is_of_machine(mark: Mark) -> bool:
    return mark.source == MarkSource.MACHINE


def _mark(incident: Incident, kind: MarkKind, at: object, evidence: str) -> None:
    mark_incident(
        incident, actor=None, kind=kind, at=at, source=MarkSource.MACHINE, evidence=evidence
    )
